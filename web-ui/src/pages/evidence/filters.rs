//! The filters of the library.

use crate::api::use_remote;
use crate::components::field::Choice;
use crate::components::filter::{FilterChip, FlagChip, SearchBox};
use crate::components::icon::{Icon, IconView};
use crate::router::use_router;
use crate::scope::use_scope;
use crate::words::{self, short_reference};
use leptos::prelude::*;
use shared_types::Page;
use shared_types::evidence::Freshness;
use shared_types::systems::Member;

/// What of the address goes into the request.
pub const NAMES: [&str; 8] = ["q", "freshness", "owner", "unlinked", "control", "objective", "sort", "cursor"];
/// What of it narrows the list.
pub const NARROWING: [&str; 6] = ["q", "freshness", "owner", "unlinked", "control", "objective"];

/// The filters of the library.
#[component]
pub fn Filters() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let path = scope.api("/members?limit=200");
    let members = use_remote::<Page<Member>>(move || Some(path.clone()));
    let freshness: Vec<Choice> =
        Freshness::ALL.iter().map(|one| Choice::new(one.as_str(), words::freshness(*one).word)).collect();
    let owners = Signal::derive(move || {
        let mut all = vec![Choice::new("me", "Me"), Choice::new("none", "Nobody")];
        let people = members.map(|page| {
            page.items.iter().map(|member| Choice::new(member.user.to_string(), member.name.clone())).collect::<Vec<_>>()
        });
        all.extend(people.unwrap_or_default());
        all
    });
    let control = move || {
        router.param("control").map(|control| {
            let letter = router.param("objective").map(|letter| format!("[{letter}]")).unwrap_or_default();
            let away = router.href_with(&[("control", None), ("objective", None), ("cursor", None)]);
            let name = format!("{}{letter}", short_reference(&control));
            view! {
                <a class="chip on" href=away aria-label=format!("Take the filter Control {name} away")>
                    {format!("Control: {name}")}<IconView icon=Icon::Cross />
                </a>
            }
        })
    };
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <SearchBox id="evidence-filter" label="Filter evidence by text" />
            <FilterChip name="freshness" label="Freshness" choices=freshness />
            <FilterChip name="owner" label="Owner" choices=owners single=true />
            <FlagChip name="unlinked" value="true" label="Unlinked" />
            {control}
        </div>
    }
}
