//! A log with its filters, whichever chain it shows.

use super::filters::{Filters, NAMES, NARROWING};
use super::row::EventRow;
use super::value::People;
use super::verify::Verify;
use crate::api::use_remote;
use crate::components::button::ButtonLink;
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::pagination::Pagination;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Th};
use crate::router::use_router;
use leptos::prelude::*;
use serde::Deserialize;
use shared_types::audit::AuditEvent;
use shared_types::{Page, SystemId, UserId};

/// Where a log is, and what its reader may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The events.
    pub events: String,
    /// Who may stand in it.
    pub people: String,
    /// Its system; none for the installation's.
    pub system: Option<SystemId>,
    /// May recompute the chain.
    pub verifies: bool,
    /// The page without filters.
    pub plain: String,
}

/// A member or a user: what both lists tell.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Known {
    #[serde(alias = "user")]
    id: UserId,
    name: String,
}

/// A log.
#[component]
pub fn LogView(
    /// Which.
    log: Log,
    /// The page's title.
    #[prop(into)]
    title: String,
    /// Beside it.
    #[prop(into)]
    note: String,
) -> impl IntoView {
    let router = use_router();
    let (events, people) = (log.events.clone(), log.people.clone());
    let remote = use_remote::<Page<AuditEvent>>(move || Some(format!("{events}{}", router.query().only(&NAMES).suffix())));
    let known = use_remote::<Page<Known>>(move || Some(people.clone()));
    let people: People = Memo::new(move |_| {
        known.map(|page| page.items.iter().map(|one| (one.id.to_string(), one.name.clone())).collect()).unwrap_or_default()
    });
    let (system, plain) = (log.system, log.plain);
    let verification = log.verifies.then(|| format!("{}/verification", log.events));
    let export = move |form: &'static str| {
        let events = log.events.clone();
        Signal::derive(move || format!("{events}/export.{form}{}", router.query().only(&NARROWING).suffix()))
    };
    let (csv, lines) = (export("csv"), export("jsonl"));
    let heads = system.is_none().then(|| view! {
        <ButtonLink href="/api/v1/audit-events/heads".to_owned() icon=Icon::Shield download="audit-heads.json">"Heads"</ButtonLink>
    });
    let actions = move || {
        view! {
            {heads}
            <ButtonLink href=csv icon=Icon::Download download="audit.csv">"CSV"</ButtonLink>
            <ButtonLink href=lines icon=Icon::Download download="audit.jsonl">"JSON lines"</ButtonLink>
        }
    };
    view! {
        <PageHead title note actions />
        {verification.map(|path| view! { <Verify path /> })}
        <section class="card">
            <Filters people installation=system.is_none() />
            <RemoteView remote shape=Shape::Rows(10) let:page>
                {if page.items.is_empty() { empty(&router.query().only(&NARROWING).suffix(), plain.clone()) } else { table(&page, system, people) }}
            </RemoteView>
        </section>
    }
}

fn table(page: &Page<AuditEvent>, system: Option<SystemId>, people: People) -> AnyView {
    let rows = page.items.iter().cloned().map(|event| view! { <EventRow event system people /> }).collect_view();
    view! {
        <TableView label="Audit log" head=|| view! { <Th>"When"</Th><Th>"Who"</Th><Th>"What"</Th><Th>"Changes"</Th><Th>"Proof"</Th> }>{rows}</TableView>
        <Pagination page=page.page.clone() shown=page.items.len() noun=("event", "events") />
    }
    .into_any()
}

fn empty(filters: &str, plain: String) -> AnyView {
    if filters.is_empty() {
        return view! {
            <Empty icon=Icon::Shield title="Nothing has happened yet">
                "Every change is written here with who, when and what, and can't be altered afterwards."
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty icon=Icon::Search title="No event matches" action=move || view! { <a class="btn" href=plain>"Take all filters away"</a> }>
            "Nothing in this log has all that the filters ask for."
        </Empty>
    }
    .into_any()
}
