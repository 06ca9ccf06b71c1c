//! Badges: a status in colour, icon and word.

use crate::components::icon::{Icon, IconView};
use crate::words::{self, Status};
use leptos::prelude::*;
use shared_types::evidence::{EvidenceStatus, Freshness, ReviewState};
use shared_types::finding::{Finding, Progress};
use shared_types::tasks::{Priority, TaskState};

/// The colour of a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// Soon.
    Warn,
    /// Under way, or a fact worth seeing.
    Info,
    /// A fact.
    Neutral,
    /// Nothing yet.
    Open,
}

impl Tone {
    /// Its class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "met",
            Self::Bad => "not",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Neutral => "na",
            Self::Open => "open",
        }
    }
}

/// A badge with words of its own.
#[component]
pub fn Badge(
    /// Its colour.
    tone: Tone,
    /// Its icon.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=format!("badge {}", tone.class())>{icon.map(|icon| view! { <IconView icon /> })}<span>{children()}</span></span>
    }
}

/// The badge of a status.
#[component]
pub fn StatusBadge(
    /// The status.
    status: Status,
) -> impl IntoView {
    view! { <Badge tone=status.tone icon=status.icon>{status.word}</Badge> }
}

/// The badge of a finding.
#[component]
pub fn FindingBadge(
    /// The finding.
    finding: Finding,
) -> impl IntoView {
    view! { <StatusBadge status=words::finding(finding) /> }
}

/// The badge of a control's progress.
#[component]
pub fn ProgressBadge(
    /// The progress.
    progress: Progress,
) -> impl IntoView {
    view! { <StatusBadge status=words::progress(progress) /> }
}

/// The badge of a task's priority.
#[component]
pub fn PriorityBadge(
    /// The priority.
    priority: Priority,
) -> impl IntoView {
    view! { <StatusBadge status=words::priority(priority) /> }
}

/// The badge of a task: overdue says more than its state.
#[component]
pub fn TaskBadge(
    /// Its state.
    state: TaskState,
    /// Past its due date.
    overdue: bool,
) -> impl IntoView {
    if overdue && state != TaskState::PendingConfirmation {
        view! { <Badge tone=Tone::Bad icon=Icon::Clock>"Overdue"</Badge> }.into_any()
    } else {
        view! { <StatusBadge status=words::task_state(state) /> }.into_any()
    }
}

/// The badge of evidence: its days left where they are few.
#[component]
pub fn FreshnessBadge(
    /// Its freshness.
    freshness: Freshness,
    /// Days until it expires.
    #[prop(into)]
    days_left: Option<i64>,
) -> impl IntoView {
    let status = words::freshness(freshness);
    let words = match (freshness, days_left) {
        (Freshness::Expiring, Some(days)) => days_word(days),
        _ => status.word.to_owned(),
    };
    view! { <Badge tone=status.tone icon=status.icon>{words}</Badge> }
}

/// The badge of evidence: where its review stands and, once approved, its freshness with the days left where they are few.
#[component]
pub fn EvidenceBadge(
    /// Where it stands.
    status: EvidenceStatus,
    /// Days until it expires.
    #[prop(into)]
    days_left: Option<i64>,
) -> impl IntoView {
    let look = words::evidence_status(status);
    let days = days_left.filter(|_| status == EvidenceStatus::Expiring).map(|days| format!(" · {}", days_word(days)));
    view! { <Badge tone=look.tone icon=look.icon>{look.word}{days}</Badge> }
}

/// The badge of one version's review.
#[component]
pub fn ReviewBadge(
    /// How far it has come.
    state: ReviewState,
) -> impl IntoView {
    view! { <StatusBadge status=words::review_state(state) /> }
}

fn days_word(days: i64) -> String {
    match days {
        0 => "Last day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}
