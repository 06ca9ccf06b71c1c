//! The filters of the library.

use super::fields::kinds;
use crate::api::use_remote;
use crate::components::field::Choice;
use crate::components::filter::{FilterChip, FlagChip, SearchBox};
use crate::components::icon::{Icon, IconView};
use crate::router::use_router;
use crate::scope::use_scope;
use crate::words::{self, short_reference};
use leptos::prelude::*;
use shared_types::Page;
use shared_types::evidence::EvidenceStatus;
use shared_types::systems::Member;

/// What of the address goes into the request.
pub const NAMES: [&str; 12] =
    ["q", "status", "kind", "tag", "freshness", "owner", "unlinked", "control", "objective", "task", "sort", "cursor"];
/// What of it narrows the list.
pub const NARROWING: [&str; 10] =
    ["q", "status", "kind", "tag", "freshness", "owner", "unlinked", "control", "objective", "task"];

/// The filters of the library.
#[component]
pub fn Filters() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let path = scope.api("/members?limit=200");
    let members = use_remote::<Page<Member>>(move || Some(path.clone()));
    let statuses: Vec<Choice> =
        EvidenceStatus::ALL.iter().map(|one| Choice::new(one.as_str(), words::evidence_status(*one).word)).collect();
    let owners = Signal::derive(move || {
        let mut all = vec![Choice::new("me", "Me"), Choice::new("none", "Nobody")];
        let people = members.map(|page| {
            page.items.iter().map(|member| Choice::new(member.user.to_string(), member.name.clone())).collect::<Vec<_>>()
        });
        all.extend(people.unwrap_or_default());
        all
    });
    // Set by links elsewhere; here they are only taken away.
    let given = move |name: &'static str, label: &'static str| {
        router.param(name).map(|value| {
            let letter = (name == "control").then(|| router.param("objective")).flatten();
            let letter = letter.map(|letter| format!("[{letter}]")).unwrap_or_default();
            let away = router.href_with(&[(name, None), ("objective", None), ("cursor", None)]);
            let words = format!("{}{letter}", short_reference(&value));
            view! {
                <a class="chip on" href=away aria-label=format!("Take the filter {label} {words} away")>
                    {format!("{label}: {words}")}<IconView icon=Icon::Cross />
                </a>
            }
        })
    };
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <SearchBox id="evidence-filter" label="Filter evidence by text" />
            <FilterChip name="status" label="Status" choices=statuses />
            <FilterChip name="kind" label="Kind" choices=kinds() />
            <FilterChip name="owner" label="Owner" choices=owners single=true />
            <FlagChip name="unlinked" value="true" label="Unlinked" />
            {move || given("tag", "Tag")}
            {move || given("control", "Control")}
            {move || given("task", "Task")}
            {move || given("freshness", "Freshness")}
        </div>
    }
}
