//! Leaving with unsaved text asks first.

use super::{Address, Router, use_router};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::{Dialog, Drafts, open_while};
use leptos::ev;
use leptos::prelude::*;

/// What may hold the reader back: signals that are true while a form holds unsaved text.
#[derive(Clone, Copy)]
pub struct Guards {
    unsaved: StoredValue<Vec<(u32, Signal<bool>)>>,
    next_id: StoredValue<u32>,
    held: RwSignal<Option<String>>,
}

impl Guards {
    pub fn new() -> Self {
        Self { unsaved: StoredValue::new(Vec::new()), next_id: StoredValue::new(0), held: RwSignal::new(None) }
    }

    fn dirty(self) -> bool {
        self.unsaved.with_value(|all| all.iter().any(|(_, unsaved)| unsaved.try_get_untracked().unwrap_or(false)))
    }

    /// Holds the way to `href` until the reader has answered. False if nothing holds it.
    pub fn stop(self, href: &str) -> bool {
        let dirty = self.dirty();
        if dirty {
            self.held.set(Some(href.to_owned()));
        }
        dirty
    }
}

/// Asks before the page, or the dialog that this is in, is left while `unsaved` is true.
pub fn use_unsaved(unsaved: Signal<bool>) {
    if let Some(drafts) = use_context::<Drafts>() {
        drafts.watch(unsaved);
    }
    let guards = use_router().guards;
    let id = guards.next_id.get_value();
    guards.next_id.set_value(id + 1);
    guards.unsaved.update_value(|all| all.push((id, unsaved)));
    on_cleanup(move || {
        guards.unsaved.try_update_value(|all| all.retain(|(other, _)| *other != id));
    });
}

/// Follows back and forward, closing and reloading.
pub fn follow(router: Router) {
    let back = window_event_listener(ev::popstate, move |_| {
        let next = Address::current();
        let here = router.address.get_untracked();
        if next.path != here.path && router.guards.stop(&next.href()) {
            // The browser has left already: put the page's own address back until the reader has answered.
            if let Ok(history) = window().history() {
                let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&here.href()));
            }
        } else {
            router.address.set(next);
        }
    });
    let close = window_event_listener(ev::beforeunload, move |event| {
        if router.guards.dirty() {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        back.remove();
        close.remove();
    });
}

/// The question, once for the whole client.
#[component]
pub fn LeaveDialog() -> impl IntoView {
    let router = use_router();
    let held = router.guards.held;
    let open = open_while(held);
    let leave = move || {
        let href = held.get_untracked();
        router.guards.unsaved.update_value(Vec::clear);
        open.set(false);
        if let Some(href) = href {
            router.go(&href);
        }
    };
    view! {
        <Dialog open title="Leave without saving?">
            <p>"What you typed on this page is not saved."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Stay here"</Button>
                <Button kind=ButtonKind::Danger on_press=leave>"Leave"</Button>
            </div>
        </Dialog>
    }
}
