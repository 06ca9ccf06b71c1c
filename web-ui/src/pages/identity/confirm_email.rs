//! `/confirm-email`: the link that was mailed to a new address. As on the page of a reset, the address says that it is done.

use super::outside::{OutsideFrame, token};
use super::reset::Incomplete;
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::form::{Form, FormView};
use crate::router::{Route, use_router};
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::recovery::ConfirmEmail;

/// The page. It asks before it acts: programs that look into mail open its links, too.
#[component]
pub fn ConfirmEmailPage() -> impl IntoView {
    let router = use_router();
    let token = token(&router.fragment());
    move || match (&token, router.param("done").is_some()) {
        (_, true) => view! {
            <OutsideFrame title="Your address is changed">
                <p role="status">"Sign in with the new address now."</p>
                <ButtonLink kind=ButtonKind::Primary href=Route::SignIn.href()>"Sign in"</ButtonLink>
            </OutsideFrame>
        }
        .into_any(),
        (Some(token), false) => view! { <ConfirmForm token=token.clone() /> }.into_any(),
        (None, false) => view! { <Incomplete title="Confirm your new address" /> }.into_any(),
    }
}

#[component]
fn ConfirmForm(token: String) -> impl IntoView {
    let (api, session, router) = (use_api(), use_session(), use_router());
    let form = Form::new("confirm-email");
    let submit = move || {
        form.begin();
        let body = ConfirmEmail { token: token.clone() };
        form.run(async move { api.post_plain::<_, ()>("/api/v1/email-change/confirm", &body).await }, move |()| {
            router.replace(&format!("{}?done=yes", Route::ConfirmEmail.href()));
            api.cache().clear();
            session.end();
        });
    };
    view! {
        <OutsideFrame title="Confirm your new address" lead="From now on you sign in with the address that this link was mailed to. Your sessions end everywhere.">
            <FormView form on_submit=submit careless=true>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Confirm"</Button>
            </FormView>
        </OutsideFrame>
    }
}
