//! Proving anew who it is, for people without a password: in a tab of its own, so that the page which asks keeps what was typed.

use super::{Landing, SetOut, use_label};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconView};
use crate::pages::identity::outside::OutsideFrame;
use crate::proof::use_proof;
use crate::router::{Route, use_router};
use leptos::prelude::*;

/// What stands in the dialog in the place of the password.
#[component]
pub fn ProveElsewhere() -> impl IntoView {
    let proof = use_proof();
    view! {
        <ol class="steps">
            <li>"Prove it at your organization's sign-in page: " <a href=Route::Prove.href() target="_blank" rel="noopener">"open it in a new tab"</a> "."</li>
            <li>"Come back here and go on."</li>
        </ol>
        <div class="dialog-foot">
            <Button on_press=move || proof.done(false)>"Cancel"</Button>
            <Button kind=ButtonKind::Primary on_press=move || proof.done(true)>"Go on"</Button>
        </div>
    }
}

/// `/prove`: the tab.
#[component]
pub fn ProvePage() -> impl IntoView {
    let router = use_router();
    let (landing, done) = (Landing::parse(&router.fragment()), router.param("done").is_some());
    if done && landing.failed.is_none() {
        return view! {
            <OutsideFrame title="It is you">
                <div class="notice"><IconView icon=Icon::Check />
                    <span>"Close this tab, and go on where you were. The proof holds for a few minutes."</span>
                </div>
            </OutsideFrame>
        }
        .into_any();
    }
    let label = use_label();
    view! {
        <OutsideFrame title="Is it you?" lead="Your organization's sign-in page asks you once more.">
            {landing.words().map(|words| view! {
                <div class="notice warn" role="alert"><IconView icon=Icon::Alert /><span>{words}</span></div>
            })}
            {move || label.get().map(|label| view! { <SetOut path="/api/v1/single-sign-on/step-up" to="/prove?done=1" label /> })}
        </OutsideFrame>
    }
    .into_any()
}
