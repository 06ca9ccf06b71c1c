//! The lists beside the board: my tasks, and evidence about to expire.

use crate::components::badge::{Badge, FreshnessBadge, TaskBadge, Tone};
use crate::components::card::Card;
use crate::components::icon::{Icon, IconView};
use crate::format;
use crate::scope::Scope;
use crate::words;
use chrono::NaiveDate;
use leptos::prelude::*;
use shared_types::dashboard::{DashboardTask, EvidenceCounts, ExpiringEvidence, TaskCounts};

/// The address of a control's page, once there is one.
pub fn control_href(scope: &Scope, reference: &str) -> Option<String> {
    link(scope, &format!("controls/{reference}"))
}

/// The address of the assessment.
pub fn assessment_href(scope: &Scope) -> Option<String> {
    link(scope, "assessment")
}

/// The address of a page below the system, if the client has it.
pub fn link(scope: &Scope, below: &str) -> Option<String> {
    let href = format!("/s/{}/{below}", scope.id());
    let path = href.split('?').next().unwrap_or(&href);
    (crate::router::Route::parse(path) != crate::router::Route::Unknown).then_some(href)
}

/// A row's text: a link where its page is.
fn row_text(href: Option<String>, first: AnyView, second: AnyView) -> AnyView {
    match href {
        Some(href) => {
            view! { <a class="t" href=href><span class="strong">{first}</span><span class="small muted">{second}</span></a> }
                .into_any()
        }
        None => {
            view! { <div class="t"><span class="strong">{first}</span><span class="small muted">{second}</span></div> }.into_any()
        }
    }
}

/// My tasks.
#[component]
pub fn MyTasks(
    tasks: Vec<DashboardTask>,
    counts: TaskCounts,
    /// How many of mine are overdue: the list has the first.
    overdue: u32,
    scope: Scope,
    today: NaiveDate,
) -> impl IntoView {
    let late = link(&scope, "tasks?view=all&assignee=me&overdue=true").filter(|_| overdue > 0);
    let all = link(&scope, "tasks");
    let aside = move || {
        view! {
            {late.map(|href| view! { <a class="badge-link" href=href><Badge tone=Tone::Bad icon=Icon::Clock>{format!("{overdue} overdue")}</Badge></a> })}
            {all.map(|href| view! { <a class="small" href=href>"All"</a> })}
        }
    };
    let open = counts.open + counts.in_progress + counts.pending_confirmation;
    let empty = tasks.is_empty();
    let rows = tasks.into_iter().map(|task| view! { <TaskRow task scope=scope.clone() today /> }).collect_view();
    view! {
        <Card title="My tasks" aside>
            {if empty {
                let others = if open > 0 { format!("{} in this system wait for others.", format::count(open, "task", "tasks")) } else { String::new() };
                view! { <p class="small muted">"Nothing waits for you. "{others}</p> }.into_any()
            } else {
                view! { <ul class="list">{rows}</ul> }.into_any()
            }}
        </Card>
    }
}

#[component]
fn TaskRow(task: DashboardTask, scope: Scope, today: NaiveDate) -> impl IntoView {
    let href = link(&scope, &format!("tasks/{}", task.number));
    let control = task.control.as_deref().map(|control| format!(" · {}", words::short_reference(control)));
    let due = task.due.map(|due| format!(" · due {}", format::date_near(due, today)));
    let second = view! { <span class="id">{task.number}</span>{control}{due} }.into_any();
    view! {
        <li>
            {row_text(href, task.title.into_any(), second)}
            {if task.to_confirm {
                view! { <Badge tone=Tone::Warn icon=Icon::Check>"Confirm"</Badge> }.into_any()
            } else {
                view! { <TaskBadge state=task.state overdue=task.overdue /> }.into_any()
            }}
        </li>
    }
}

/// Evidence about to expire.
#[component]
pub fn Expiring(evidence: Vec<ExpiringEvidence>, counts: EvidenceCounts, scope: Scope) -> impl IntoView {
    let expired = counts.expired;
    let all = link(&scope, "evidence");
    let waiting = counts.pending_review;
    let review = link(&scope, "evidence?status=pending_review").filter(|_| waiting > 0);
    let gone = link(&scope, "evidence?freshness=expired").filter(|_| expired > 0);
    // Beside both there is no room for a third way to the same list.
    let all = all.filter(|_| review.is_none() || gone.is_none());
    let aside = move || {
        view! {
            {review.map(|href| view! { <a class="small" href=href>{format!("{waiting} for review")}</a> })}
            {gone.map(|href| view! { <a class="badge-link" href=href><Badge tone=Tone::Bad icon=Icon::Alert>{format!("{expired} expired")}</Badge></a> })}
            {all.map(|href| view! { <a class="small" href=href>"All"</a> })}
        }
    };
    let empty = evidence.is_empty();
    let total = counts.current + counts.expiring + counts.expired;
    let rows = evidence.into_iter().map(|item| view! { <EvidenceRow item scope=scope.clone() /> }).collect_view();
    view! {
        <Card title="Expiring evidence" aside>
            {if empty && total == 0 {
                view! { <p class="small muted">"No approved evidence yet. It will stand here before it expires."</p> }.into_any()
            } else if empty {
                view! { <p class="small muted">"None of the approved evidence has an expiry date ahead."</p> }.into_any()
            } else {
                view! { <ul class="list">{rows}</ul> }.into_any()
            }}
        </Card>
    }
}

#[component]
fn EvidenceRow(item: ExpiringEvidence, scope: Scope) -> impl IntoView {
    let href = link(&scope, &format!("evidence/{}", item.id));
    let second = match item.link_count {
        0 => format!("supports nothing · {}", format::date(item.expires)),
        count => format!("{} · {}", format::count(count, "link", "links"), format::date(item.expires)),
    };
    view! {
        <li>
            <IconView icon=Icon::Document />
            {row_text(href, item.title.into_any(), second.into_any())}
            <FreshnessBadge freshness=item.freshness days_left=item.days_left />
        </li>
    }
}
