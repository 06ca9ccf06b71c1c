//! One requirement in the list.

use super::model::{Selection, objectives, objectives_words};
use crate::components::avatar::Avatar;
use crate::components::badge::{FindingBadge, ProgressBadge};
use crate::format;
use crate::router::SystemPage;
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use shared_types::ControlId;
use shared_types::controls::ControlSummary;

/// The row.
#[component]
pub fn Row(
    id: ControlId,
    reference: String,
    item: Memo<ControlSummary>,
    selection: Selection,
    contributor: bool,
) -> impl IntoView {
    let href = use_scope().href(SystemPage::Control(reference.clone()));
    let check = contributor.then(|| {
        view! {
            <td class="check">
                <input type="checkbox" aria-label=format!("Select {reference}") prop:checked=move || selection.has(id)
                    on:change=move |_| selection.toggle(id) />
            </td>
        }
    });
    let name = reference.clone();
    view! {
        <tr data-ref=name aria-selected=move || selection.has(id).then_some("true")>
            {check}
            <td class="c-ref"><a class="id ref-link" href=href>{reference}</a></td>
            <td class="main"><span class="clip">{move || item.with(|item| item.title.clone())}</span></td>
            <td class="c-finding" data-label="Finding">{move || view! { <FindingBadge finding=item.with(|item| item.finding) /> }}</td>
            <td class="c-progress" data-label="Progress">{move || view! { <ProgressBadge progress=item.with(|item| item.progress) /> }}</td>
            <td class="num c-objectives" data-label="Objectives" title=move || item.with(|item| objectives_words(item.objectives))>
                {move || item.with(|item| objectives(item.objectives))}
            </td>
            <td class="num c-points" data-label="Points">{move || item.with(points)}</td>
            <td class="c-poam muted" data-label="POA&M">{move || item.with(|item| if item.custom { "" } else { words::poam(item.poam) })}</td>
            <td class="c-owner" data-label="Owner">{move || item.with(owner)}</td>
            <td class="c-review nowrap" data-label="Next review">{move || item.with(|item| item.next_review.map(format::date))}</td>
            <td class="num c-evidence" data-label="Evidence">{move || item.with(|item| item.evidence_count)}</td>
            <td class="num c-tasks" data-label="Open tasks">{move || item.with(|item| item.open_tasks)}</td>
        </tr>
    }
}

/// The value; where partial credit was chosen, what it costs now.
fn points(item: &ControlSummary) -> Option<AnyView> {
    let points = item.points?;
    Some(match item.deduction.filter(|deduction| *deduction != points) {
        Some(deduction) => {
            let title = format!("{points} points, {deduction} by partial credit");
            view! { <span title=title>{deduction}<span class="muted">" of "{points}</span></span> }.into_any()
        }
        None => points.into_any(),
    })
}

fn owner(item: &ControlSummary) -> AnyView {
    match &item.owner {
        Some(person) => {
            let name = person.name.clone();
            view! { <span class="person"><Avatar name=name.clone() small=true /><span class="owner-name">{name}</span></span> }
                .into_any()
        }
        None => view! { <span class="muted" title="Nobody owns it">"–"<span class="sr-only">"nobody"</span></span> }.into_any(),
    }
}
