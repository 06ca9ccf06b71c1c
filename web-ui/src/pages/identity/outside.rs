//! The frame of pages for people who are not signed in.

use crate::components::icon::Mark;
use crate::components::page_head::use_title;
use leptos::prelude::*;

/// One card in the middle of the page.
#[component]
pub fn OutsideFrame(
    /// What the page is.
    title: &'static str,
    /// One sentence below it.
    #[prop(optional, into)]
    lead: Option<String>,
    /// The form.
    children: Children,
) -> impl IntoView {
    use_title(move || title.to_owned());
    view! {
        <main class="outside" id="page" tabindex="-1">
            <div class="outside-brand"><Mark /><span>"CMMC Tracker"</span></div>
            <div class="card outside-card">
                <h1>{title}</h1>
                {lead.map(|lead| view! { <p class="muted">{lead}</p> })}
                {children()}
            </div>
        </main>
    }
}

/// The token of a one-time link, from the fragment of the address, where no server sees it.
pub fn token(fragment: &str) -> Option<String> {
    let token = fragment.split('&').find_map(|pair| pair.strip_prefix("token="))?;
    (!token.is_empty()).then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::token;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_token_stands_in_the_fragment() {
        assert_eq!(token("token=abc-_9").as_deref(), Some("abc-_9"));
        assert_eq!(token("x=1&token=abc").as_deref(), Some("abc"));
        assert_eq!((token("token="), token("")), (None, None));
    }
}
