//! What falls without a piece of evidence.

use crate::api::use_remote;
use crate::components::card::Card;
use crate::components::icon::{Icon, IconView};
use crate::components::state::{RemoteView, Shape};
use crate::format;
use crate::router::SystemPage;
use crate::scope::{Scope, use_scope};
use crate::words::short_reference;
use leptos::prelude::*;
use shared_types::evidence::{EvidenceImpact, ImpactObjective};

/// So many objectives are named at first.
const FIRST: usize = 8;

/// The card.
#[component]
pub fn ImpactCard(
    /// Its id or number.
    evidence: String,
) -> impl IntoView {
    let scope = use_scope();
    let url = scope.api(&format!("/evidence/{evidence}/impact"));
    let remote = use_remote::<EvidenceImpact>(move || Some(url.clone()));
    view! {
        <Card title="If it expires">
            <RemoteView remote shape=Shape::Lines(2) let:impact>{body(&scope, &impact)}</RemoteView>
        </Card>
    }
}

fn body(scope: &Scope, impact: &EvidenceImpact) -> AnyView {
    if !impact.supports {
        return view! { <p class="small muted">"It supports no finding today: it is not approved, not in effect, or its last day is over."</p> }.into_any();
    }
    if impact.objectives.is_empty() {
        return view! { <p class="small muted">"Nothing falls: each objective that it supports has other evidence, or is not Met."</p> }.into_any();
    }
    let (first, rest) = impact.objectives.split_at(impact.objectives.len().min(FIRST));
    let links = |some: &[ImpactObjective]| some.iter().map(|one| objective(scope, one)).collect_view();
    let (shown, more) = (links(first), (!rest.is_empty()).then(|| (rest.len(), links(rest))));
    let until = impact.until.map(|date| format!("Its last day is {}.", format::date(date)));
    let verb = if impact.objectives.len() == 1 { "drops" } else { "drop" };
    view! {
        <p class="small">
            {format::count(i64::try_from(impact.objectives.len()).unwrap_or(i64::MAX), "objective", "objectives")}" "{verb}
            {(impact.requirements > 0).then(|| format!(", and with that {}", format::count(impact.requirements, "requirement", "requirements")))}". "{until}
        </p>
        {score(impact.score, impact.score_without)}
        <ul class="impact-list">{shown}</ul>
        {more.map(|(count, links)| view! { <details class="small"><summary>{count}" more"</summary><ul class="impact-list">{links}</ul></details> })}
    }
    .into_any()
}

/// The score before and after, where it changes.
fn score(now: Option<i32>, then: Option<i32>) -> Option<AnyView> {
    let (now, then) = now.zip(then).filter(|(now, then)| now != then)?;
    let said = format!("The score goes from {now} to {then}");
    Some(view! {
        <p class="impact-score"><span class="sr-only">{said}</span><span aria-hidden="true" class="muted small">"Score"</span>
            <span aria-hidden="true">{now}</span><span aria-hidden="true" class="impact-to"><IconView icon=Icon::ChevronRight /></span><span aria-hidden="true" class="impact-then">{then}</span></p>
    }
    .into_any())
}

fn objective(scope: &Scope, one: &ImpactObjective) -> AnyView {
    let href = scope.href(SystemPage::Control(one.reference.clone()));
    let words = format!("{}[{}]", short_reference(&one.reference), one.letter);
    view! { <li><a class="id" href=href title=one.reference.clone()>{words}</a></li> }.into_any()
}
