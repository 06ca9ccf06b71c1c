//! One row of the library.

use super::{kind, link_words};
use crate::components::avatar::Person;
use crate::components::badge::FreshnessBadge;
use crate::components::clipboard::CopyButton;
use crate::components::table::Td;
use crate::components::time::Moment;
use crate::format;
use crate::router::SystemPage;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::evidence::{Evidence, EvidenceLink};

/// One row of the library.
#[component]
pub fn EvidenceRow(
    /// The evidence.
    evidence: Evidence,
) -> impl IntoView {
    let href = use_scope().href(SystemPage::EvidenceItem(evidence.number.clone()));
    let file = evidence.file;
    let what = format!("{} · {} · {}", kind(&file), format::size(file.size), evidence.number);
    view! {
        <tr>
            <Td main=true>
                <a class="evidence-title" href=href>{evidence.title}</a>
                <div class="muted tiny evidence-what">{what}</div>
            </Td>
            <Td label="Freshness"><FreshnessBadge freshness=evidence.freshness days_left=evidence.days_left /></Td>
            <Td label="Supports"><Supports links=evidence.links /></Td>
            <Td label="Expires">{match evidence.expires {
                Some(date) => view! { <span class="nowrap">{format::date(date)}</span> }.into_any(),
                None => view! { <span class="muted">"never"</span> }.into_any(),
            }}</Td>
            <Td label="Owner"><Person name=evidence.owner.map(|owner| owner.name) /></Td>
            <Td label="Added"><span class="nowrap"><Moment at=evidence.created_at date_only=true /></span></Td>
            <Td label="SHA-256"><span class="row hash"><span class="id muted" title=file.sha256.clone()>{format::short_hash(&file.sha256)}</span>
                <CopyButton text=file.sha256 what="SHA-256" /></span></Td>
        </tr>
    }
}

/// What it supports: the first, and how many more.
#[component]
fn Supports(links: Vec<EvidenceLink>) -> impl IntoView {
    let all = links.iter().map(link_words).collect::<Vec<_>>().join(", ");
    match links.split_first() {
        None => view! { <span class="muted">"nothing yet"</span> }.into_any(),
        Some((first, rest)) => {
            let more = (!rest.is_empty()).then(|| view! { <span class="id muted">" +"{rest.len()}</span> });
            let href = use_scope().href(SystemPage::Control(first.reference.clone()));
            view! { <span class="nowrap" title=all><a class="id" href=href>{link_words(first)}</a>{more}</span> }.into_any()
        }
    }
}
