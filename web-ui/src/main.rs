//! The browser client of CMMC Tracker.
//!
//! Map: `app` decides what stands on the page; `chunks` fetches the pages that are not in the first load; `router` holds the table
//! of pages and the address bar; `session` knows who is signed in; `api` talks to the server; `frame` is what surrounds every page;
//! `features` knows what is on; `live` hears at once what the server has to tell; `passkey` asks the browser for passkeys; `components` are the pieces, each with its styles beside it; `pages/<feature>` are the pages.
//!
//! Architecture Invariant: nothing here decides a rule. Scores, eligibility and permissions come from the server; the client
//! shows them and, with the parsers of `shared-types`, refuses early what the server would refuse.

#![expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]

mod api;
mod app;
mod chunks;
mod components;
mod dom;
mod features;
mod format;
mod frame;
mod live;
mod pages;
mod passkey;
mod proof;
mod router;
mod scope;
mod session;
mod theme;
mod upload;
mod words;

#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

fn main() {
    // Without it a panic is a bare "unreachable" in the browser's console.
    std::panic::set_hook(Box::new(|panic| leptos::logging::error!("{panic}")));
    dom::remove("boot");
    leptos::mount::mount_to_body(app::App);
}
