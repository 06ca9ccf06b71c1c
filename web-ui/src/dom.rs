//! Small dealings with the browser, each failing softly: a missing element or a refused storage is no reason to stop.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The element with this id.
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus to the element with this id.
pub fn focus(id: &str) {
    if let Some(element) = by_id(id) {
        // An element that can't be focused stays as it is.
        let _ = element.focus();
    }
}

/// The id of the element that has the focus; none where it has no id.
pub fn active_id() -> Option<String> {
    document().active_element().map(|element| element.id()).filter(|id| !id.is_empty())
}

/// Takes the element with this id out of the page.
pub fn remove(id: &str) {
    if let Some(element) = by_id(id) {
        element.remove();
    }
}

/// What this browser remembers under a name.
pub fn remembered(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(name).ok()?
}

/// Lets this browser remember a value, or forget it.
pub fn remember(name: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or refused storage: the choice holds for this page only.
        let _ = match value {
            Some(value) => storage.set_item(name, value),
            None => storage.remove_item(name),
        };
    }
}

/// Sets or removes a `data-` attribute of the whole page.
pub fn page_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = document().document_element() {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

/// Loads an address anew, leaving nothing of this page behind.
pub fn load(href: &str) {
    // A browser that refuses to navigate leaves the page as it is.
    let _ = window().location().assign(href);
}

/// Loads this page anew.
pub fn reload() {
    // A browser that refuses leaves the page as it is.
    let _ = window().location().reload();
}

/// A random id.
pub fn random_id() -> Option<String> {
    Some(window().crypto().ok()?.random_uuid())
}

/// Runs something a little later.
pub fn later(milliseconds: u32, act: impl FnOnce() + 'static) {
    set_timeout(act, std::time::Duration::from_millis(u64::from(milliseconds)));
}
