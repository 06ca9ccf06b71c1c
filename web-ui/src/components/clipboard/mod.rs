//! Copies a text: a hash, a one-time link.

use crate::components::icon::{Icon, IconView};
use crate::components::toast::use_toasts;
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
    let toasts = use_toasts();
    let copied = RwSignal::new(false);
    let label = format!("Copy {what}");
    let press = move |_| {
        let writing = window().navigator().clipboard().write_text(&text.get_untracked());
        let what = what.clone();
        spawn_local(async move {
            if JsFuture::from(writing).await.is_ok() {
                copied.set(true);
                crate::dom::later(2_000, move || {
                    copied.try_set(false);
                });
                toasts.say(format!("Copied the {what}."));
            } else {
                toasts.warn(format!("The browser did not allow copying the {what}. Select it and copy it by hand."));
            }
        });
    };
    let icon = move || view! { <IconView icon=if copied.get() { Icon::Check } else { Icon::Copy } /> };
    if labelled {
        view! { <button type="button" class="btn" on:click=press>{icon}{label}</button> }.into_any()
    } else {
        view! { <button type="button" class="icon-btn copy" aria-label=label.clone() title=label on:click=press>{icon}</button> }
            .into_any()
    }
}
