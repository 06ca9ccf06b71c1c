//! How far a report is.

use super::words;
use crate::components::badge::{Badge, Tone};
use crate::components::icon::Icon;
use crate::components::progress::ProgressBar;
use leptos::prelude::*;
use shared_types::reports::ReportState;

/// The badge of a state.
#[component]
pub fn StateBadge(
    /// The state.
    state: ReportState,
) -> impl IntoView {
    let word = words::state(state);
    match state {
        ReportState::Queued => view! { <Badge tone=Tone::Open icon=Icon::Clock>{word}</Badge> },
        ReportState::Running => view! { <Badge tone=Tone::Info icon=Icon::Half>{word}</Badge> },
        ReportState::Ready => view! { <Badge tone=Tone::Good icon=Icon::Check>{word}</Badge> },
        ReportState::Failed => view! { <Badge tone=Tone::Bad icon=Icon::Alert>{word}</Badge> },
    }
}

/// The state with its progress, whether it is a working copy, and why it failed.
#[component]
pub fn State(
    /// The state.
    state: ReportState,
    /// Percent.
    progress: u8,
    /// Something is not assessed.
    working_copy: bool,
    /// Why it failed.
    failure: Option<String>,
) -> impl IntoView {
    let bar = (state == ReportState::Running)
        .then(|| view! { <ProgressBar label="Progress of the report".to_owned() percent=Signal::stored(f64::from(progress)) /> });
    view! {
        <span class="row wrap tight-row">
            <StateBadge state />
            {working_copy.then(|| view! { <Badge tone=Tone::Warn icon=Icon::Alert>"Working copy"</Badge> })}
        </span>
        {bar}
        {failure.map(|failure| view! { <div class="small muted">{failure}</div> })}
    }
}
