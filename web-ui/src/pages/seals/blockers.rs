//! What stands in the way of freezing an assessment.

use crate::router::SystemPage;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::seals::{BlockerKind, SealBlocker, SealBlockers};

/// So many are named; the rest is counted.
const NAMED: usize = 12;

/// The objectives of one kind.
#[component]
fn Kind(words: &'static str, items: Vec<SealBlocker>) -> impl IntoView {
    let scope = use_scope();
    let more = items.len().saturating_sub(NAMED);
    let count = items.len();
    let links = items
        .into_iter()
        .take(NAMED)
        .map(|one| {
            let (page, words) = match (one.control, one.letter, one.evidence) {
                (Some(control), letter, _) => {
                    let words = format!("{control}[{}]", letter.unwrap_or_default());
                    (SystemPage::Control(control), words)
                }
                (None, _, evidence) => {
                    let number = evidence.unwrap_or_default();
                    (SystemPage::EvidenceItem(number.clone()), number)
                }
            };
            view! { <li><a class="id" href=scope.href(page)>{words}</a></li> }
        })
        .collect_view();
    (count > 0).then(|| {
        view! {
            <p class="small strong">{format!("{count} {words}")}</p>
            <ul class="seal-blockers">{links}{(more > 0).then(|| view! { <li class="muted">{format!("and {more} more")}</li> })}</ul>
        }
    })
}

/// All of them, by kind.
#[component]
pub fn Blockers(blockers: SealBlockers) -> impl IntoView {
    let of = |kind: BlockerKind| blockers.items.iter().filter(|one| one.kind == kind).cloned().collect::<Vec<_>>();
    if blockers.items.is_empty() {
        return view! { <p class="small">"Nothing stands in the way: every objective is assessed, and every MET has approved, current evidence."</p> }.into_any();
    }
    let withheld = of(BlockerKind::FileWithheld);
    view! {
        <p class="small">"An assessment can't be frozen yet (32 CFR 170.24(b)):"</p>
        <Kind words="not assessed" items=of(BlockerKind::NotAssessed) />
        <Kind words="met without approved, current evidence" items=of(BlockerKind::NoEvidence) />
        <Kind words="with a file that is damaged, holds malware, or waits for the scanner" items=withheld />
    }
    .into_any()
}
