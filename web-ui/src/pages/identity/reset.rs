//! `/reset-password`: the mailed link.

use super::outside::{OutsideFrame, token};
use super::password::{self, NewPasswordField};
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::router::{Route, use_router};
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::recovery::ResetPassword;

/// The page. That it is done stands in the address, where the token stood: the page is built anew when a session ends with it.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let router = use_router();
    let token = token(&router.fragment());
    move || match (&token, router.param("done").is_some()) {
        (_, true) => view! { <Done /> }.into_any(),
        (Some(token), false) => view! { <ResetForm token=token.clone() /> }.into_any(),
        (None, false) => view! { <Incomplete title="Set a new password" /> }.into_any(),
    }
}

/// The address lacks its token.
#[component]
pub fn Incomplete(title: &'static str) -> impl IntoView {
    view! {
        <OutsideFrame title>
            <div class="notice warn"><IconView icon=Icon::Key />
                <span>"The address lacks its token. Open the whole link of the mail."</span>
            </div>
        </OutsideFrame>
    }
}

#[component]
fn ResetForm(token: String) -> impl IntoView {
    let (api, session, router) = (use_api(), use_session(), use_router());
    let form = Form::new("reset");
    let secret = RwSignal::new(String::new());
    let submit = move || {
        form.begin();
        let Some(password) = form.check("/password", password::parse(&secret.get_untracked(), true, &[])) else {
            return form.refuse();
        };
        let body = ResetPassword { token: token.clone(), password };
        form.run(async move { api.post_plain::<_, ()>("/api/v1/password-reset/confirm", &body).await }, move |()| {
            router.replace(&format!("{}?done=yes", Route::ResetPassword.href()));
            // Whoever was signed in here is so no longer.
            api.cache().clear();
            session.end();
        });
    };
    view! {
        <OutsideFrame title="Set a new password" lead="The link that brought you here works once. Your sessions end everywhere.">
            <FormView form on_submit=submit careless=true>
                <NewPasswordField form value=secret label="New password" />
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Set password"</Button>
            </FormView>
            <p class="small"><a href=Route::ForgotPassword.href()>"Ask for a new link"</a></p>
        </OutsideFrame>
    }
}

#[component]
fn Done() -> impl IntoView {
    view! {
        <OutsideFrame title="Your password is set">
            <p role="status">"Sign in with it now. A mail tells you that it was changed."</p>
            <ButtonLink kind=ButtonKind::Primary href=Route::SignIn.href()>"Sign in"</ButtonLink>
        </OutsideFrame>
    }
}
