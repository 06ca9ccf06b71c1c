//! Small dealings with the browser, each failing softly: a missing element or a refused storage is no reason to stop.

use chrono::{DateTime, Utc};
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

/// The same without scrolling to it.
pub fn focus_in_place(id: &str) {
    if let Some(element) = by_id(id) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // An element that can't be focused stays as it is.
        let _ = element.focus_with_options(&options);
    }
}

/// The id of the element that has the focus; none where it has no id.
pub fn active_id() -> Option<String> {
    document().active_element().map(|element| element.id()).filter(|id| !id.is_empty())
}

/// Where the focus is in the page's content, so that it can be given back to what takes that place: newer content is built of new elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    selector: String,
    nth: u32,
}

/// The element of the page's content that has the focus, by what stays the same when it is built anew; none where that can't be told.
pub fn focused_place() -> Option<Place> {
    let element = document().active_element().filter(|element| element.closest("main").ok().flatten().is_some())?;
    let named = ["id", "aria-label", "href"].into_iter().find_map(|name| Some((name, element.get_attribute(name)?)));
    let (name, value) = named.filter(|(_, value)| !value.is_empty())?;
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    let selector = format!("main {}[{name}=\"{value}\"]", element.tag_name().to_lowercase());
    let alike = document().query_selector_all(&selector).ok()?;
    let nth =
        (0..alike.length()).find(|index| alike.item(*index).is_some_and(|node| node.is_same_node(Some(element.as_ref()))))?;
    Some(Place { selector, nth })
}

/// Gives the focus back, where it was lost because its element is gone.
pub fn refocus(place: &Place) {
    let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    if !lost {
        return;
    }
    let Ok(alike) = document().query_selector_all(&place.selector) else { return };
    let last = alike.length().saturating_sub(1);
    let element = alike.item(place.nth.min(last)).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // An element that can't be focused stays as it is.
        let _ = element.focus();
    }
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

/// The browser's clock, to the millisecond. For what is shown and asked for; whether something is due decides the server.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit for 292 million years")]
    DateTime::from_timestamp_millis(js_sys::Date::now() as i64).unwrap_or_default()
}

/// Runs something a little later.
pub fn later(milliseconds: u32, act: impl FnOnce() + 'static) {
    set_timeout(act, std::time::Duration::from_millis(u64::from(milliseconds)));
}
