//! The text filter of a list: typed words go into the address after a pause; `/` brings the focus here.

use crate::dom;
use crate::router::use_router;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A pause in typing after which the list follows.
const PAUSE_MS: u32 = 250;

/// Whether a key is being typed into something, or belongs to a dialog: then it is no command of the page.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return true;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(target) = target else { return false };
    let text_input = match target.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => !matches!(target.get_attribute("type").as_deref(), Some("checkbox" | "radio")),
        _ => false,
    };
    text_input || target.closest("dialog, [contenteditable]").ok().flatten().is_some()
}

/// The text filter.
#[component]
pub fn SearchBox(
    /// Its id on the page.
    id: &'static str,
    /// Its name in the query.
    #[prop(default = "q")]
    name: &'static str,
    /// What it filters, for screen readers.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let router = use_router();
    let text = RwSignal::new(router.param(name).unwrap_or_default());
    let typed = StoredValue::new(0_u32);
    // Going back, or taking all filters away, changes the box too; typing does not come back to it late.
    Effect::new(move || {
        let there = router.param(name).unwrap_or_default();
        if there != text.get_untracked().trim() {
            text.set(there);
        }
    });
    let commit = move || {
        let words = text.try_get_untracked().unwrap_or_default();
        let words = words.trim();
        router.set_query(&[(name, (!words.is_empty()).then_some(words)), ("cursor", None)], true);
    };
    let input = move |event| {
        text.set(event_target_value(&event));
        let turn = typed.get_value() + 1;
        typed.set_value(turn);
        dom::later(PAUSE_MS, move || {
            if typed.try_get_value() == Some(turn) {
                commit();
            }
        });
    };
    let slash = window_event_listener(ev::keydown, move |event| {
        if event.key() == "/" && !is_typing(&event) {
            event.prevent_default();
            dom::focus(id);
        }
    });
    on_cleanup(move || slash.remove());
    view! {
        <input class="input slim filter-text" type="search" id=id aria-label=label placeholder="Filter  ( / )" autocomplete="off" spellcheck="false"
            aria-keyshortcuts="/" prop:value=move || text.get() on:input=input on:change=move |_| commit() />
    }
}
