//! One row of the library.

use super::selection::Selection;
use super::{approved_words, hash, link_page, link_words, what};
use crate::components::avatar::Person;
use crate::components::badge::EvidenceBadge;
use crate::components::clipboard::CopyButton;
use crate::components::table::Td;
use crate::components::time::Moment;
use crate::format;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::evidence::{Evidence, EvidenceLink};

/// One row of the library.
#[component]
pub fn EvidenceRow(
    /// The evidence.
    evidence: Evidence,
    /// What is selected.
    selection: Selection,
) -> impl IntoView {
    let number = StoredValue::new(evidence.number.clone());
    let chosen = move || number.with_value(|number| selection.has(number));
    let select = format!("Select {}", evidence.number);
    let href = use_scope().href(SystemPage::EvidenceItem(evidence.number.clone()));
    let what = format!("{} · {}", what(&evidence), evidence.number);
    let hash = hash(&evidence);
    let approved = approved_words(&evidence).map(|words| view! { <div class="muted tiny">{words}</div> });
    let router = use_router();
    let tags = evidence
        .tags
        .iter()
        .map(|tag| {
            let href = router.href_with(&[("tag", Some(tag)), ("cursor", None)]);
            view! { <a class="tag" href=href aria-label=format!("Only tag {tag}")>{tag.clone()}</a> }
        })
        .collect_view();
    view! {
        <tr aria-selected=move || chosen().then_some("true")>
            <td class="check">
                <input type="checkbox" aria-label=select prop:checked=chosen on:change=move |_| number.with_value(|number| selection.toggle(number)) />
            </td>
            <Td main=true>
                <a class="evidence-title" href=href>{evidence.title}</a>
                <div class="muted tiny evidence-what">{what}{tags}</div>
            </Td>
            <Td label="Status"><EvidenceBadge status=evidence.status days_left=evidence.days_left /></Td>
            <Td label="Supports"><Supports links=evidence.links /></Td>
            <Td label="Expires">{match evidence.expires {
                Some(date) => view! { <span class="nowrap">{format::date(date)}</span> }.into_any(),
                None => view! { <span class="muted">"never"</span> }.into_any(),
            }}{approved}</Td>
            <Td label="Owner"><Person name=evidence.owner.map(|owner| owner.name) /></Td>
            <Td label="Added"><span class="nowrap"><Moment at=evidence.created_at date_only=true /></span></Td>
            <Td label="SHA-256">{hash.map(|hash| view! {
                <span class="row hash"><span class="id muted" title=hash.clone()>{format::short_hash(&hash)}</span><CopyButton text=hash what="SHA-256" /></span>
            })}</Td>
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
            let href = use_scope().href(link_page(first));
            view! { <span class="nowrap" title=all><a class="id" href=href>{link_words(first)}</a>{more}</span> }.into_any()
        }
    }
}
