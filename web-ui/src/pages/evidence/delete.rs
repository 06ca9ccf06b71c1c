//! Asks before an artifact is deleted.

use crate::api::Remote;
use crate::components::form::{DeleteDialog, Target};
use crate::format;
use crate::router::SystemPage;
use leptos::prelude::*;
use shared_types::evidence::Evidence;

/// The question.
#[component]
pub fn DeleteEvidenceDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    let target = Signal::derive(move || {
        remote.map(|evidence| Target {
            name: evidence.number.clone(),
            path: format!("/evidence/{}", evidence.id),
            version: evidence.version,
        })
    });
    let supports = move || {
        let links = remote.map(|evidence| evidence.links.len()).unwrap_or_default();
        match links {
            0 => "It supports nothing at present.".to_owned(),
            _ => format!(
                "It supports {}, which lose it.",
                format::count(i64::try_from(links).unwrap_or(i64::MAX), "control or objective", "controls and objectives")
            ),
        }
    };
    view! {
        <DeleteDialog open target list=SystemPage::Evidence>
            <p>{supports}</p>
            <p class="muted small">"It leaves the library. The file itself is kept for the retention period, and the audit log keeps its hash."</p>
        </DeleteDialog>
    }
}
