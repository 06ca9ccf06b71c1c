//! Copies a text: a hash, a one-time link.

use crate::components::icon::{Icon, IconView};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

/// A button that copies a text and says so.
#[component]
pub fn CopyButton(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// What it is, such as `hash`.
    #[prop(into)]
    what: String,
    /// With the word beside the icon.
    #[prop(optional)]
    labelled: bool,
) -> impl IntoView {
    let said = RwSignal::new(None::<Result<(), ()>>);
    let label = format!("Copy {what}");
    let press = move |_| {
        let writing = window().navigator().clipboard().write_text(&text.get_untracked());
        spawn_local(async move {
            said.try_set(Some(JsFuture::from(writing).await.map(|_| ()).map_err(|_| ())));
            crate::dom::later(3_000, move || {
                said.try_set(None);
            });
        });
    };
    let icon = move || match said.get() {
        Some(Ok(())) => view! { <IconView icon=Icon::Check /> },
        Some(Err(())) => view! { <IconView icon=Icon::Alert /> },
        None => view! { <IconView icon=Icon::Copy /> },
    };
    // A toast would stand behind an open dialog: the button itself says how it went.
    let outcome = move || match said.get() {
        Some(Ok(())) => "Copied",
        Some(Err(())) => "The browser did not allow it. Select the text and copy it by hand.",
        None => "",
    };
    let outcome = view! { <span class="sr-only" role="status">{outcome}</span> };
    if labelled {
        let words = move || if said.get() == Some(Ok(())) { "Copied".to_owned() } else { label.clone() };
        view! { <button type="button" class="btn" on:click=press>{icon}{words}</button>{outcome} }.into_any()
    } else {
        view! {
            <button type="button" class="icon-btn copy" aria-label=label.clone() title=label on:click=press>{icon}</button>{outcome}
        }
        .into_any()
    }
}
