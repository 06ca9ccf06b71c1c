//! `/s/{system}/seals/{number}`: one seal, with what eMASS asks for.

use super::KindBadge;
use crate::api::{Remote, use_remote};
use crate::components::button::{ButtonKind, ButtonLink};
use crate::components::card::Card;
use crate::components::clipboard::CopyButton;
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::format;
use crate::router::SystemPage;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::seals::{EmassFields, Seal};

/// The page.
#[component]
pub fn SealPage(
    /// Its number.
    number: String,
) -> impl IntoView {
    let scope = use_scope();
    let url = scope.api(&format!("/seals/{number}"));
    let remote = use_remote::<Seal>(move || Some(url.clone()));
    view! { <RemoteView remote shape=Shape::Page let:seal><One remote seal=(*seal).clone() /></RemoteView> }
}

#[component]
fn One(remote: Remote<Seal>, seal: Seal) -> impl IntoView {
    let scope = use_scope();
    let title = Signal::derive(move || remote.map(|seal| seal.label.clone()).unwrap_or_default());
    let crumbs =
        vec![Crumb::new("Evidence", scope.href(SystemPage::Evidence)), Crumb::new("Seals", scope.href(SystemPage::Seals))];
    let (archive, verify) = (scope.api(&format!("/seals/{}/archive", seal.number)), scope.href(SystemPage::VerifySeal));
    let kind = seal.kind;
    let above = move || view! { <KindBadge kind /> };
    let actions = move || {
        view! {
            <ButtonLink href=verify.clone() icon=Icon::Shield>"Verify an archive"</ButtonLink>
            <ButtonLink href=archive.clone() icon=Icon::Download kind=ButtonKind::Primary download="">"Download"</ButtonLink>
        }
    };
    let by = seal.sealed_by.map(|person| format!("{}, ", person.name)).unwrap_or_default();
    view! {
        <PageHead title crumbs above actions />
        <div class="cols two">
            <Card title="For eMASS"><Emass fields=seal.emass /></Card>
            <Card title="What it holds">
                <dl class="facts">
                    <dt>"Number"</dt><dd>{seal.number}</dd>
                    <dt>"Status date"</dt><dd>{seal.status_date.map_or_else(|| "none".to_owned(), format::date)}</dd>
                    <dt>"Sealed"</dt><dd>{by}<Moment at=seal.sealed_at /></dd>
                    <dt>"Files"</dt><dd>{seal.files}</dd>
                    <dt>"Copies by objective"</dt><dd>{format!("{}, {}", seal.copies, format::size(seal.size))}</dd>
                    <dt>"Signed by key"</dt><dd class="id any-break">{seal.key_fingerprint.clone()}<CopyButton text=seal.key_fingerprint what="fingerprint" /></dd>
                </dl>
            </Card>
        </div>
    }
}

/// The four fields, each to be copied.
#[component]
fn Emass(fields: EmassFields) -> impl IntoView {
    let EmassFields { hashed_data_list, hash_value, hash_algorithm, hash_date } = fields;
    let rows = [
        ("Hashed data list", hashed_data_list),
        ("Hash value", hash_value),
        ("Hash algorithm", hash_algorithm),
        ("Hash date", hash_date.to_string()),
    ];
    let rows = rows.map(|(name, value)| {
        view! { <dt>{name}</dt><dd class="id any-break">{value.clone()}" "<CopyButton text=value what=name /></dd> }
    });
    view! { <dl class="facts">{rows.into_iter().collect_view()}</dl> }
}
