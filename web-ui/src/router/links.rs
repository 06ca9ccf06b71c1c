//! Plain links (`<a href>`) of our own origin lead to pages without loading the client anew.

use super::Router;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Takes over clicks on links, unless the reader or the link wants otherwise.
pub fn follow(router: Router) {
    let handle = window_event_listener(ev::click, move |event| {
        if event.default_prevented()
            || event.button() != 0
            || event.meta_key()
            || event.ctrl_key()
            || event.shift_key()
            || event.alt_key()
        {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(link) = target.and_then(|element| element.closest("a[href]").ok().flatten()) else { return };
        let Ok(link) = link.dyn_into::<web_sys::HtmlAnchorElement>() else { return };
        if let Some(href) = inner_address(&link) {
            event.prevent_default();
            router.go(&href);
        }
    });
    on_cleanup(move || handle.remove());
}

/// The address within the client that a link leads to.
fn inner_address(link: &web_sys::HtmlAnchorElement) -> Option<String> {
    if link.has_attribute("download") || (!link.target().is_empty() && link.target() != "_self") {
        return None;
    }
    let own = window().location().origin().ok()?;
    // The API answers with documents and files, which are the browser's business; a fragment alone scrolls.
    let raw = link.get_attribute("href")?;
    if link.origin() != own || link.pathname().starts_with("/api/") || raw.starts_with('#') {
        return None;
    }
    Some(format!("{}{}{}", link.pathname(), link.search(), link.hash()))
}
