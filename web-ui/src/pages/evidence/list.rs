//! `/s/{system}/evidence`: the library. Files dropped anywhere on it are uploaded.

use super::filters::{Filters, NAMES, NARROWING};
use super::integrity::IntegrityCard;
use super::reference::ReferenceDialog;
use super::row::EvidenceRow;
use super::selection::{BatchBar, SelectAll, Selection};
use crate::api::use_remote;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::pagination::Pagination;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{SortTh, TableView, Th};
use crate::format;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use crate::upload::{DropZone, Target, use_uploads};
use leptos::prelude::*;
use shared_types::Page;
use shared_types::evidence::Evidence;
use shared_types::systems::Role;

/// The page.
#[component]
pub fn EvidencePage() -> impl IntoView {
    let (scope, router, uploads) = (use_scope(), use_router(), use_uploads());
    let list = scope.api("/evidence");
    let remote = use_remote::<Page<Evidence>>(move || Some(format!("{list}{}", router.query().only(&NAMES).suffix())));
    let selection = Selection::new(remote);
    let manager = scope.can(Role::Manager);
    let (system, contributor) = (scope.id(), scope.can(Role::Contributor));
    let plain = scope.href(SystemPage::Evidence);
    let referring = RwSignal::new(false);
    let deleted = scope.href(SystemPage::DeletedEvidence);
    let upload = move |kind: ButtonKind| {
        contributor.then(|| {
            view! {
                <Button kind icon=Icon::Upload on_press=move || uploads.choose(system, Target::New(Vec::new()))>"Upload"</Button>
                <Button icon=Icon::Upload on_press=move || uploads.choose_folder(system, Target::New(Vec::new()))>"Upload a folder"</Button>
                <Button icon=Icon::Link on_press=move || referring.set(true)>"Refer to evidence elsewhere"</Button>
            }
        })
    };
    let narrowed = Memo::new(move |_| router.query().only(&NARROWING).suffix() != "");
    let note = move || {
        let total = remote.map(|page| page.page.total).flatten()?;
        let items = format::count(i64::try_from(total).ok()?, "item", "items");
        Some(if narrowed.get() { format!("{items} found") } else { items })
    };
    view! {
        <PageHead title="Evidence" note=Signal::derive(note) actions=move || upload(ButtonKind::Primary) />
        <DropZone label="New evidence" />
        <section class="card">
            <Filters />
            <RemoteView remote shape=Shape::Rows(8) let:page>
                {if page.items.is_empty() {
                    empty(narrowed.get(), contributor, plain.clone(), move || upload(ButtonKind::Plain).map(IntoAny::into_any))
                } else {
                    table(&page, selection)
                }}
            </RemoteView>
        </section>
        <BatchBar selection />
        {manager.then(|| view! { <IntegrityCard /> })}
        {contributor.then(|| view! {
            <p class="small evidence-deleted"><a href=deleted>"Deleted evidence"</a></p>
            <ReferenceDialog open=referring />
        })}
    }
}

fn table(page: &Page<Evidence>, selection: Selection) -> AnyView {
    let rows = page.items.iter().cloned().map(|evidence| view! { <EvidenceRow evidence selection /> }).collect_view();
    view! {
        <TableView label="Evidence" head=move || view! {
            <SelectAll selection />
            <SortTh field="title">"Artifact"</SortTh>
            <Th>"Status"</Th>
            <Th>"Supports"</Th>
            <SortTh field="expires">"Expires"</SortTh>
            <Th>"Owner"</Th>
            <SortTh field="created_at" default="-created_at">"Added"</SortTh>
            <Th>"SHA-256"</Th>
        }>{rows}</TableView>
        <Pagination page=page.page.clone() shown=page.items.len() noun=("item", "items") />
    }
    .into_any()
}

fn empty(narrowed: bool, contributor: bool, plain: String, upload: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    if narrowed {
        return view! {
            <Empty icon=Icon::Search title="No evidence matches" action=move || view! { <a class="btn" href=plain>"Take all filters away"</a> }>
                "Nothing in this system has all that the filters ask for."
            </Empty>
        }
        .into_any();
    }
    let words = if contributor {
        "Evidence is a file that shows that an objective is met: a policy, an export, a screenshot, a log. Its SHA-256 is kept, and it can support many controls. Drop files anywhere on this page, or choose them."
    } else {
        "Evidence is a file that shows that an objective is met. A contributor or manager of the system can upload it."
    };
    view! { <Empty icon=Icon::Document title="No evidence yet" action=upload>{words}</Empty> }.into_any()
}
