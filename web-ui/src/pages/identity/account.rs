//! `/account`: one's own name and time zone, address, password, second factor, sessions and API tokens.

use super::change_email::EmailCard;
use super::change_password::PasswordCard;
use super::second_factor::{PasskeysCard, SecondFactorCard};
use super::sessions::SessionsCard;
use super::single_sign_on::IdentitiesCard;
use super::tokens::TokensCard;
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::page_head::PageHead;
use crate::components::toast::use_toasts;
use crate::format;
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::identity::{Me, UpdateMe};
use shared_types::text::{TimeZone, Title};

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let me = session.me();
    let password = me.as_ref().is_some_and(|me| me.password);
    let (saved_name, email, zone) = me.map(|me| (me.name, me.email, me.time_zone.unwrap_or_default())).unwrap_or_default();
    // How long a password must be hangs on the second factor: the card is built again when that changes.
    let enrolled = Memo::new(move |_| session.me().is_some_and(|me| me.second_factor.enrolled));
    let form = Form::new("account");
    let (name, zone) = (RwSignal::new(saved_name), RwSignal::new(zone));
    let own = format::zone_name().unwrap_or_else(|| "America/New_York".to_owned());
    let hint = format!("Times are shown in this zone. Empty: the zone of this browser, {own}.");
    let submit = move || {
        form.begin();
        let new_name = form.check("/name", Title::parse(&name.get_untracked()));
        let new_zone = form.check_optional("/time_zone", &zone.get_untracked(), TimeZone::parse);
        let (Some(new_name), Some(new_zone)) = (new_name, new_zone) else { return form.refuse() };
        let body = UpdateMe { name: Some(new_name), time_zone: new_zone };
        form.run(async move { api.patch::<_, Me>("/api/v1/me", None, &body).await }, move |me| {
            session.set_me(me);
            toasts.say("Saved.");
        });
    };
    view! {
        <PageHead title="Your account" note=email />
        <div class="narrow account">
            <Card title="Profile">
                <FormView form on_submit=submit>
                    <TextField form pointer="/name" label="Name" value=name autocomplete="name" />
                    <TextField form pointer="/time_zone" label="Time zone" value=zone hint optional=true list="zones" />
                    <ZoneList />
                    <div class="form-foot"><Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button></div>
                </FormView>
            </Card>
            // Both are changed with the password; without one the provider looks after them.
            {password.then(|| view! { <EmailCard /> })}
            {move || {
                enrolled.get();
                password.then(|| view! { <PasswordCard /> })
            }}
            <IdentitiesCard />
            <SecondFactorCard />
            <PasskeysCard />
            <SessionsCard />
            <TokensCard />
        </div>
    }
}

/// The zones that this browser knows, as suggestions.
#[component]
pub fn ZoneList() -> impl IntoView {
    view! { <datalist id="zones">{format::zones().into_iter().map(|zone| view! { <option value=zone></option> }).collect_view()}</datalist> }
}
