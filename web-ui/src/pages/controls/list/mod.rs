//! `/s/{system}/assessment`: every requirement and custom control in a row, by family.

mod assign;
mod batch;
mod columns;
mod finding_dialog;
mod judge;
mod keys;
mod model;
mod row;
mod rows;
mod toolbar;

use super::custom::NewControlDialog;
use crate::api::use_remote;
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::state::{Empty, Failure, Shape, Skeleton};
use crate::router::{Query, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use model::Selection;
use shared_types::Page;
use shared_types::controls::ControlSummary;
use shared_types::systems::Role;

/// The names of the query that filter the list, here as in the API and the export.
const FILTERS: &[&str] = &["q", "finding", "family", "owner", "points", "poam", "progress", "has_evidence", "custom"];

/// The filters of an address.
fn filters_of(query: Query) -> Query {
    query.only(FILTERS)
}

/// The page.
#[component]
pub fn AssessmentPage() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let list = scope.api("/controls");
    let remote = use_remote::<Page<ControlSummary>>(move || {
        let mut names = FILTERS.to_vec();
        names.extend(["sort", "cursor"]);
        Some(format!("{list}{}", router.query().only(&names).with("limit", Some("200")).suffix()))
    });
    let contributor = scope.can(Role::Contributor);
    let selection = Selection::new(remote);
    let judge = contributor.then(judge::Judge::new);
    provide_context(columns::Columns::remembered());
    let adding = RwSignal::new(false);
    let export = scope.api("/exports/assessment.csv");
    let export = Signal::derive(move || format!("{export}{}", filters_of(router.query()).suffix()));
    let actions = move || {
        view! {
            <ButtonLink href=export icon=Icon::Download download="assessment.csv">"Export this view"</ButtonLink>
            {contributor.then(|| view! {
                <Button icon=Icon::Plus on_press=move || adding.set(true)>"Custom control"</Button>
            })}
        }
    };
    let state = Memo::new(move |_| match (remote.get().is_some(), remote.error()) {
        (false, None) => Look::Loading,
        (_, Some(error)) => Look::Failed(error),
        (true, None) if remote.map(|page| page.items.is_empty()).unwrap_or_default() => Look::Empty,
        (true, None) => Look::There,
    });
    let retry = Callback::new(move |()| remote.reload());
    view! {
        <PageHead title="Assessment" note=format!("Level {} · {}", scope.system.level, scope.system.name) actions />
        <section class="card assessment">
            <toolbar::Toolbar />
            {move || match state.get() {
                Look::Loading => view! { <Skeleton shape=Shape::Rows(12) /> }.into_any(),
                Look::Failed(error) => view! { <Failure error retry /> }.into_any(),
                Look::Empty => view! { <Nothing /> }.into_any(),
                Look::There => view! { <rows::Rows remote selection judge=judge /> }.into_any(),
            }}
        </section>
        {judge.map(|judge| view! {
            <batch::BatchBar selection judge />
            <finding_dialog::FindingDialog judge selection />
            <NewControlDialog open=adding />
        })}
    }
}

/// What the list shows.
#[derive(Clone, PartialEq, Eq)]
enum Look {
    Loading,
    Failed(crate::api::ApiError),
    Empty,
    There,
}

/// No requirement matches, or there is none at all.
#[component]
fn Nothing() -> impl IntoView {
    let router = use_router();
    let filtered = Memo::new(move |_| filters_of(router.query()) != Query::default());
    let clear = move || {
        let none: Vec<(&str, Option<&str>)> = FILTERS.iter().map(|name| (*name, None)).chain([("cursor", None)]).collect();
        router.set_query(&none, false);
    };
    move || {
        if filtered.get() {
            view! {
                <Empty icon=Icon::Filter title="Nothing matches these filters"
                    action=move || view! { <Button kind=ButtonKind::Primary on_press=clear>"Take all filters away"</Button> }>
                    "No requirement of this system has all of what is asked for."
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <Empty icon=Icon::List title="No requirements">
                    "The requirements of the system's rule pack stand here, each with its finding. This system has none."
                </Empty>
            }
            .into_any()
        }
    }
}
