//! `/styleguide`: every piece in every state, in development builds.

mod charts;
mod forms;
mod pieces;
mod sample;

use crate::components::button::Button;
use crate::components::page_head::PageHead;
use crate::components::toast::use_toasts;
use crate::theme::{Theme, use_theme};
use leptos::prelude::*;

/// The page.
#[component]
pub fn StyleguidePage() -> impl IntoView {
    let (theme, toasts) = (use_theme(), use_toasts());
    let actions = move || {
        view! {
            {Theme::ALL.map(|choice| view! { <Button on_press=move || theme.set(choice)>{choice.label()}</Button> }).collect_view()}
            <Button on_press=move || toasts.say("Saved.")>"Toast"</Button>
            <Button on_press=move || toasts.offer("Set to Met.", "Undo", || {})>"Toast with undo"</Button>
            <Button on_press=move || toasts.warn("The server does not answer. Check the connection, then try again.")>"Warning"</Button>
        }
    };
    view! {
        <main class="guide" id="page">
            <PageHead title="Styleguide" note="Every piece, in every state" actions />
            <div class="stack">
                <charts::Charts />
                <pieces::Pieces />
                <forms::Forms />
            </div>
        </main>
    }
}
