//! Dialogs: the browser's own `<dialog>`, which makes the rest inert, keeps the focus inside and gives it back.

use crate::components::button::IconButton;
use crate::components::icon::Icon;
use leptos::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// Opens a dialog while there is something to ask about, and forgets it when the dialog is closed.
pub fn open_while<T: Send + Sync + 'static>(about: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move || {
        let wanted = about.with(Option::is_some);
        if open.get_untracked() != wanted {
            open.set(wanted);
        }
    });
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now && about.with_untracked(Option::is_some) {
            about.set(None);
        }
        now
    });
    open
}

/// A dialog over the page. Its content exists only while it is open.
#[component]
pub fn Dialog(
    /// Whether it is open. Escape and the cross set it to false.
    open: RwSignal<bool>,
    /// Title.
    #[prop(into)]
    title: Signal<String>,
    /// Can't be closed by Escape: an answer is needed.
    #[prop(optional)]
    firm: bool,
    /// Wider than a question.
    #[prop(optional)]
    wide: bool,
    /// The content.
    children: ChildrenFn,
) -> impl IntoView {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let id = format!("dialog-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let node = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // Refused only where it is open already.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let close = move || {
        if !firm {
            open.set(false);
        }
    };
    let labelled = id.clone();
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=node
            class=if wide { "dialog wide" } else { "dialog" }
            aria-labelledby=labelled
            on:cancel=move |event: leptos::ev::Event| {
                if event.target() == event.current_target() {
                    event.prevent_default();
                    close();
                }
            }
            on:close=move |_| open.set(false)
        >
            <Show when=move || open.get()>
                <header class="dialog-head">
                    <h2 id=id.clone()>{move || title.get()}</h2>
                    <span class="sp"></span>
                    {(!firm).then(|| view! { <IconButton icon=Icon::Cross label="Close" on_press=move || open.set(false) /> })}
                </header>
                <div class="dialog-in">{children.with_value(|children| children())}</div>
            </Show>
        </dialog>
    }
}
