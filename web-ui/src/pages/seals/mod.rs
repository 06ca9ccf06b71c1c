//! Seals: the list of a system's, one of them, and the check of an archive.

mod blockers;
mod create;
mod list;
mod one;
mod read;
mod verify;

pub use list::SealsPage;
pub use one::SealPage;
pub use verify::VerifySealPage;

use crate::components::badge::{Badge, Tone};
use crate::components::icon::Icon;
use leptos::prelude::*;
use shared_types::seals::SealKind;

/// The kind in colour, icon and word.
#[component]
fn KindBadge(kind: SealKind) -> impl IntoView {
    match kind {
        SealKind::Assessment => view! { <Badge tone=Tone::Good icon=Icon::Lock>"Frozen assessment"</Badge> },
        SealKind::Working => view! { <Badge tone=Tone::Neutral icon=Icon::Clock>"State of work"</Badge> },
    }
}
