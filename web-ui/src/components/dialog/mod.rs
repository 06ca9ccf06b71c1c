//! Dialogs: the browser's own `<dialog>`, which makes the rest inert, keeps the focus inside and gives it back.

use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::icon::Icon;
use crate::dom;
use leptos::context::Provider;
use leptos::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};
use wasm_bindgen::JsCast;

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

/// What is typed in a dialog: signals that are true while a form in it holds unsaved text. From the context of what is in a dialog.
#[derive(Clone, Copy)]
pub struct Drafts(StoredValue<Vec<Signal<bool>>>);

impl Drafts {
    /// A form in this dialog.
    pub fn watch(self, unsaved: Signal<bool>) {
        self.0.update_value(|all| all.push(unsaved));
    }

    /// Forms that are gone hold nothing.
    fn any(self) -> bool {
        self.0.with_value(|all| all.iter().any(|unsaved| unsaved.try_get_untracked().unwrap_or(false)))
    }
}

/// A dialog over the page. Its content exists only while it is open.
#[component]
pub fn Dialog(
    /// Whether it is open. Escape and the cross set it to false; where that would lose what was typed, they ask first. Escape again means
    /// to keep writing.
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
    let (drafts, asking) = (Drafts(StoredValue::new(Vec::new())), RwSignal::new(false));
    // What had the focus when it was asked.
    let typing = StoredValue::new_local(None::<web_sys::HtmlElement>);
    let stay = format!("{id}-stay");
    Effect::new(move || {
        if !open.get() {
            asking.set(false);
            drafts.0.set_value(Vec::new());
        }
    });
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // Refused only where it is open already.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let stay_id = StoredValue::new(stay);
    let close = move || {
        if firm {
            return;
        }
        if asking.get_untracked() || !drafts.any() {
            return open.set(false);
        }
        typing.set_value(document().active_element().and_then(|field| field.dyn_into().ok()));
        asking.set(true);
        dom::later(0, move || dom::focus(&stay_id.get_value()));
    };
    // The focus goes back to what was being typed.
    let stay_open = move || {
        asking.set(false);
        if let Some(field) = typing.get_value() {
            // Refused only for what can't have the focus; then the dialog has it.
            let _ = field.focus();
        }
    };
    let escape = move || if asking.get_untracked() { stay_open() } else { close() };
    let labelled = id.clone();
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=node
            class=if wide { "dialog wide" } else { "dialog" }
            aria-labelledby=labelled
            // Browsers let a page hold Escape back once only, and close at the second, whatever is typed: so the key never gets that far. It
            // means "Keep writing" while that is asked.
            on:keydown=move |event: leptos::ev::KeyboardEvent| {
                if event.key() == "Escape" && !event.default_prevented() && !event.is_composing() {
                    event.prevent_default();
                    event.stop_propagation();
                    escape();
                }
            }
            on:cancel=move |event: leptos::ev::Event| {
                if event.target() == event.current_target() {
                    event.prevent_default();
                    escape();
                }
            }
            on:close=move |_| open.set(false)
        >
            <Show when=move || open.get()>
                <header class="dialog-head">
                    <h2 id=id.clone()>{move || title.get()}</h2>
                    <span class="sp"></span>
                    {(!firm).then(|| view! { <IconButton icon=Icon::Cross label="Close" on_press=close /> })}
                </header>
                <Show when=move || asking.get()>
                    <div class="dialog-ask" role="alert">
                        <p class="sp">"Close without saving? What you typed here is lost."</p>
                        <button type="button" class=ButtonKind::Plain.class() id=stay_id.get_value() on:click=move |_| stay_open()>"Keep writing"</button>
                        <Button kind=ButtonKind::Danger on_press=move || open.set(false)>"Close without saving"</Button>
                    </div>
                </Show>
                <div class="dialog-in"><Provider value=drafts>{children.with_value(|children| children())}</Provider></div>
            </Show>
        </dialog>
    }
}
