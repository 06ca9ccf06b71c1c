//! Asks before an artifact is deleted.

use crate::api::{Remote, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::toast::use_toasts;
use crate::format;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::evidence::Evidence;

/// The question.
#[component]
pub fn DeleteDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    let (api, scope, toasts, router) = (use_api(), use_scope(), use_toasts(), use_router());
    let busy = RwSignal::new(false);
    let path = scope.api("/evidence");
    let list = scope.href(SystemPage::Evidence);
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
    let press = Callback::new(move |()| {
        let Some(evidence) = remote.peek() else { return };
        let (path, list) = (format!("{path}/{}", evidence.id), list.clone());
        busy.set(true);
        spawn_local(async move {
            let result = api.delete(&path, Some(evidence.version)).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    toasts.say(format!("Deleted {}.", evidence.number));
                    router.go(&list);
                }
                Err(error) => {
                    open.try_set(false);
                    toasts.warn(error.message());
                }
            }
        });
    });
    view! {
        <Dialog open title="Delete this evidence?">
            <p>{supports}</p>
            <p class="muted small">"It leaves the library. The file itself is kept for the retention period, and the audit log keeps its hash."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on_press=press>"Delete"</Button>
            </div>
        </Dialog>
    }
}
