//! `/s/{system}/seals`: what was sealed, the newest first.

use super::KindBadge;
use super::create::SealDialog;
use crate::api::use_remote;
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::pagination::Pagination;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::format;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::seals::Seal;
use shared_types::systems::Role;

/// The page.
#[component]
pub fn SealsPage() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let list = scope.api("/seals");
    let remote = use_remote::<Page<Seal>>(move || Some(format!("{list}{}", router.query().only(&["cursor"]).suffix())));
    let manager = scope.can(Role::Manager);
    let creating = RwSignal::new(false);
    let verify = scope.href(SystemPage::VerifySeal);
    let crumbs = vec![Crumb::new("Evidence", scope.href(SystemPage::Evidence))];
    let actions = move || {
        view! {
            <ButtonLink href=verify.clone() icon=Icon::Shield>"Verify an archive"</ButtonLink>
            {manager.then(|| view! { <Button kind=ButtonKind::Primary icon=Icon::Lock on_press=move || creating.set(true)>"Seal"</Button> })}
        }
    };
    view! {
        <PageHead title="Seals" crumbs actions />
        <section class="card">
            <RemoteView remote shape=Shape::Rows(4) let:page>
                {if page.items.is_empty() {
                    view! {
                        <Empty icon=Icon::Lock title="Nothing is sealed yet">
                            "A seal freezes the evidence of a day: every file by objective, with its hash, the two logs that an assessment asks for, and a signature. It never changes, and can be verified years later."
                        </Empty>
                    }.into_any()
                } else {
                    let rows = page.items.iter().cloned().map(|seal| view! { <Row seal /> }).collect_view();
                    view! {
                        <TableView label="Seals" head=|| view! { <Th>"Seal"</Th><Th>"Kind"</Th><Th>"Status date"</Th><Th>"Files"</Th><Th>"Sealed"</Th> }>{rows}</TableView>
                        <Pagination page=page.page.clone() shown=page.items.len() noun=("seal", "seals") />
                    }.into_any()
                }}
            </RemoteView>
        </section>
        {manager.then(|| view! { <SealDialog open=creating /> })}
    }
}

#[component]
fn Row(seal: Seal) -> impl IntoView {
    let href = use_scope().href(SystemPage::Seal(seal.number.to_string()));
    let by = seal.sealed_by.map(|person| format!("{}, ", person.name)).unwrap_or_default();
    view! {
        <tr>
            <Td main=true><a href=href>{seal.label}</a><div class="muted tiny">{format!("Seal {}", seal.number)}</div></Td>
            <Td label="Kind"><KindBadge kind=seal.kind /></Td>
            <Td label="Status date">{seal.status_date.map_or_else(|| "none".to_owned(), format::date)}</Td>
            <Td label="Files">{format!("{} · {}", seal.files, format::size(seal.size))}</Td>
            <Td label="Sealed">{by}<Moment at=seal.sealed_at /></Td>
        </tr>
    }
}
