//! `/setup`: the one-time link that the server prints at its first start.

use super::outside::{OutsideFrame, token};
use super::password::{self, NewPasswordField};
use crate::api::{use_api, use_remote};
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::router::{Route, use_router};
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::identity::{SessionInfo, SetupRequest, SetupState};
use shared_types::text::{Email, Title};

/// The page.
#[component]
pub fn SetupPage() -> impl IntoView {
    let state = use_remote::<SetupState>(|| Some("/api/v1/setup".to_owned()));
    let token = token(&use_router().fragment());
    // A memo: the form must not be built anew, and empty, when the answer arrives while somebody types.
    let done = Memo::new(move |_| state.map(|state| !state.required).unwrap_or_default());
    move || {
        match (&token, done.get()) {
        (_, true) => view! {
            <OutsideFrame title="Already set up" lead="The first administrator exists. The set-up link works once.">
                <ButtonLink kind=ButtonKind::Primary href=Route::SignIn.href()>"Sign in"</ButtonLink>
            </OutsideFrame>
        }
        .into_any(),
        (None, false) => view! {
            <OutsideFrame title="Set up CMMC Tracker">
                <div class="notice warn"><IconView icon=Icon::Key />
                    <span>"The address lacks its token. Open the whole set-up link that the server printed when it started."</span>
                </div>
            </OutsideFrame>
        }
        .into_any(),
        (Some(token), false) => view! { <SetupForm token=token.clone() /> }.into_any(),
    }
    }
}

#[component]
fn SetupForm(token: String) -> impl IntoView {
    let (api, session, router) = (use_api(), use_session(), use_router());
    let form = Form::new("setup");
    let (name, email, secret) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move || {
        form.begin();
        let who = form.check("/name", Title::parse(&name.get_untracked()));
        let address = form.check("/email", Email::parse(&email.get_untracked()));
        let password = form
            .check("/password", password::parse(&secret.get_untracked(), false, &[name.get_untracked(), email.get_untracked()]));
        let (Some(name), Some(email), Some(password)) = (who, address, password) else { return form.refuse() };
        let body = SetupRequest { token: token.clone(), email, name, password };
        form.run(async move { api.post_plain::<_, SessionInfo>("/api/v1/setup", &body).await }, move |info| {
            session.begin(info);
            router.replace(&Route::NewSystem.href());
        });
    };
    view! {
        <OutsideFrame title="Set up CMMC Tracker" lead="You become its first administrator: you add systems and people.">
            <FormView form on_submit=submit careless=true>
                <TextField form pointer="/name" label="Your name" value=name autocomplete="name" focus=true />
                <TextField form pointer="/email" label="E-mail" kind="email" value=email autocomplete="username" />
                <NewPasswordField form value=secret about=Signal::derive(move || vec![name.get(), email.get()]) />
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Create administrator"</Button>
            </FormView>
        </OutsideFrame>
    }
}
