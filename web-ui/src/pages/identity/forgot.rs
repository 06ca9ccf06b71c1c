//! `/forgot-password`: asking for a link that sets a new one.

use super::outside::OutsideFrame;
use crate::api::{use_api, use_remote};
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::router::Route;
use leptos::prelude::*;
use shared_types::identity::SetupState;
use shared_types::recovery::AskPasswordReset;
use shared_types::text::Email;

/// The page.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let asked = RwSignal::new(None::<String>);
    move || match asked.get() {
        Some(email) => view! { <Asked email /> }.into_any(),
        None => view! { <AskForm asked /> }.into_any(),
    }
}

#[component]
fn AskForm(asked: RwSignal<Option<String>>) -> impl IntoView {
    let api = use_api();
    let form = Form::new("forgot");
    let email = RwSignal::new(String::new());
    let submit = move || {
        form.begin();
        let Some(email) = form.check("/email", Email::parse(&email.get_untracked())) else { return form.refuse() };
        let address = email.to_string();
        let body = AskPasswordReset { email };
        form.run(async move { api.post_plain::<_, ()>("/api/v1/password-reset", &body).await }, move |()| {
            asked.set(Some(address));
        });
    };
    view! {
        <OutsideFrame title="Forgot your password?" lead="A link that sets a new one is mailed to you.">
            <FormView form on_submit=submit careless=true>
                <TextField form pointer="/email" label="E-mail" kind="email" value=email autocomplete="username" focus=true />
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Send the link"</Button>
            </FormView>
            <p class="small"><a href=Route::SignIn.href()>"Back to sign-in"</a></p>
        </OutsideFrame>
    }
}

/// The same words whether there is such an account or not.
#[component]
fn Asked(email: String) -> impl IntoView {
    let state = use_remote::<SetupState>(|| Some("/api/v1/setup".to_owned()));
    view! {
        <OutsideFrame title="Look into your mail">
            <p role="status">"If " <b>{email}</b> " belongs to an account, a link is on its way there. It works once, for 30 minutes."</p>
            <Show when=move || state.map(|state| !state.mail).unwrap_or_default()>
                <div class="notice"><IconView icon=Icon::Info />
                    <span>"This installation has no mail server: its administrator finds the mail in a file on the server."</span>
                </div>
            </Show>
            <p class="small muted">"Nothing came? Look into the spam folder, or ask your administrator."</p>
            <ButtonLink kind=ButtonKind::Primary href=Route::SignIn.href()>"Back to sign-in"</ButtonLink>
        </OutsideFrame>
    }
}
