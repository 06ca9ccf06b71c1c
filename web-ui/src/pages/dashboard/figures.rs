//! The work of the system in numbers: tasks, and how fresh the evidence is. Each leads to the list of what it counts.

use super::lists::link;
use crate::components::icon::{Icon, IconView};
use crate::scope::Scope;
use leptos::prelude::*;
use shared_types::dashboard::{EvidenceCounts, TaskCounts};

/// The numbers.
#[component]
pub fn Figures(tasks: TaskCounts, evidence: EvidenceCounts, scope: Scope) -> impl IntoView {
    let open = tasks.open + tasks.in_progress + tasks.pending_confirmation;
    let figures = [
        (open, "open tasks", "", Icon::Check, "tasks?view=all&state=open,in_progress,pending_confirmation"),
        (tasks.overdue, "overdue tasks", "bad", Icon::Clock, "tasks?view=all&overdue=true"),
        (evidence.current, "evidence current", "good", Icon::Document, "evidence?freshness=current"),
        (evidence.expiring, "evidence expiring", "warn", Icon::Clock, "evidence?freshness=expiring"),
        (evidence.expired, "evidence expired", "bad", Icon::Alert, "evidence?freshness=expired"),
        (evidence.pending_review, "evidence for review", "", Icon::Eye, "evidence?status=pending_review"),
    ];
    let figure = |(count, words, tone, icon, below): (u32, &'static str, &str, Icon, &str)| {
        // Nothing is neither good nor bad.
        let class = if count == 0 { "figure".to_owned() } else { format!("figure {tone}") };
        let inner = view! { <IconView icon /><b>{count}</b>" "<span>{words}</span> };
        match link(&scope, below) {
            Some(href) => view! { <li><a class=class href=href>{inner}</a></li> }.into_any(),
            None => view! { <li><div class=class>{inner}</div></li> }.into_any(),
        }
    };
    view! { <ul class="card figures" aria-label="Tasks and evidence of the system">{figures.into_iter().map(figure).collect_view()}</ul> }
}
