//! A whole page that takes files dropped on it.

use super::files;
use super::intake::use_uploads;
use super::target::Target;
use crate::components::icon::{Icon, IconView};
use crate::components::toast::use_toasts;
use crate::scope::use_scope;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::evidence::NewEvidenceLink;
use shared_types::systems::Role;

/// While it is on the page, files dropped anywhere become evidence of the page's system that supports `links`.
#[component]
pub fn DropZone(
    /// What the evidence is to support.
    #[prop(optional, into)]
    links: Signal<Vec<NewEvidenceLink>>,
    /// Where the files would go, such as `Evidence for AC.L2-3.1.1`.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let (uploads, scope, toasts) = (use_uploads(), use_scope(), use_toasts());
    let system = scope.id();
    if !scope.can(Role::Contributor) {
        return ().into_any();
    }
    uploads.look(system);
    // Entering a child leaves its parent: only the count tells whether the pointer is still over the page.
    let over = RwSignal::new(0_i32);
    let handles = [
        window_event_listener(ev::dragenter, move |event| {
            if has_files(&event) {
                event.prevent_default();
                over.update(|over| *over += 1);
            }
        }),
        window_event_listener(ev::dragover, move |event| {
            if has_files(&event) {
                event.prevent_default();
            }
        }),
        window_event_listener(ev::dragleave, move |event| {
            if has_files(&event) {
                over.update(|over| *over = (*over - 1).max(0));
            }
        }),
        window_event_listener(ev::drop, move |event| {
            if has_files(&event) {
                event.prevent_default();
                over.set(0);
                let dropped = event.data_transfer().as_ref().map(files::dropped).unwrap_or_default();
                let target = Target::New(links.get_untracked());
                spawn_local(async move {
                    let found = files::within(dropped).await;
                    if found.is_empty() {
                        toasts.warn("There is no file in what was dropped, or the browser can't read it.");
                    }
                    uploads.offer(system, found, target);
                });
            }
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
    view! {
        <Show when=move || { over.get() > 0 }>
            <div class="drop-over" aria-hidden="true">
                <div class="drop-in"><IconView icon=Icon::Upload /><span class="strong">{move || label.get()}</span><span class="muted small">"Drop to upload"</span></div>
            </div>
        </Show>
    }
    .into_any()
}

fn has_files(event: &web_sys::DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}
