//! `/join`: the one-time link of an invitation.

use super::outside::{OutsideFrame, token};
use super::password::{self, NewPasswordField};
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::router::use_router;
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::identity::{AcceptInvitation, SessionInfo};

/// The page.
#[component]
pub fn JoinPage() -> impl IntoView {
    match token(&use_router().fragment()) {
        Some(token) => view! { <JoinForm token /> }.into_any(),
        None => view! {
            <OutsideFrame title="Join CMMC Tracker">
                <div class="notice warn"><IconView icon=Icon::Key />
                    <span>"The address lacks its token. Open the whole link that you were given."</span>
                </div>
            </OutsideFrame>
        }
        .into_any(),
    }
}

#[component]
fn JoinForm(token: String) -> impl IntoView {
    let (api, session, router) = (use_api(), use_session(), use_router());
    let form = Form::new("join");
    let secret = RwSignal::new(String::new());
    let other = session.me().map(|me| me.name);
    let submit = move || {
        form.begin();
        let Some(password) = form.check("/password", password::parse(&secret.get_untracked(), false, &[])) else {
            return form.refuse();
        };
        let body = AcceptInvitation { token: token.clone(), password };
        form.run(async move { api.post_plain::<_, SessionInfo>("/api/v1/invitations/accept", &body).await }, move |info| {
            api.cache().clear();
            session.begin(info);
            router.replace("/");
        });
    };
    view! {
        <OutsideFrame title="Join CMMC Tracker" lead="Choose the password for your account. The link that brought you here works once.">
            {other.map(|name| view! {
                <div class="notice warn"><IconView icon=Icon::Alert />
                    <span>"You are signed in as " <b>{name}</b> ". Accepting the invitation signs you in as the invited person."</span>
                </div>
            })}
            <FormView form on_submit=submit careless=true>
                <NewPasswordField form value=secret />
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Join"</Button>
            </FormView>
        </OutsideFrame>
    }
}
