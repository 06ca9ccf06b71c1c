//! What people see who have to set up a second factor before anything else.

use super::super::outside::OutsideFrame;
use super::enrol::Enrol;
use super::passkey_add::AddPasskeyDialog;
use super::use_renewed_me;
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Icon;
use crate::components::toast::use_toasts;
use crate::passkey;
use crate::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page, at every address: when it is done, the one that was asked for appears.
#[component]
pub fn MustEnrolPage() -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let sign_out = move || {
        spawn_local(async move {
            if let Err(error) = session.sign_out(api).await {
                toasts.warn(error.message());
            }
        });
    };
    let adding = RwSignal::new(false);
    view! {
        <OutsideFrame title="Set up a second factor" lead="This installation demands one of everybody, and the time to set it up is over.">
            <Enrol done=use_renewed_me() />
            {passkey::supported().then(|| view! {
                <Button icon=Icon::Key on_press=move || adding.set(true)>"Use a passkey instead"</Button>
            })}
            <AddPasskeyDialog open=adding done=use_renewed_me() />
            <Button kind=ButtonKind::Quiet on_press=sign_out>"Sign out"</Button>
        </OutsideFrame>
    }
}
