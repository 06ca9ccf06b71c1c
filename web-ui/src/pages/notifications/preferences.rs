//! `/notifications/preferences`: what the reader is told, and how.

use super::PREFERENCES;
use crate::api::{use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::field::{Choice, SelectField};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::toast::use_toasts;
use crate::format;
use crate::router::Route;
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::notifications::{
    EmailDelivery, KindPreference, NotificationPreferences, SetKindPreference, UpdateNotificationPreferences,
};
use shared_types::text::TimeZone;
use std::sync::Arc;

/// The page.
#[component]
pub fn PreferencesPage() -> impl IntoView {
    let remote = use_remote::<NotificationPreferences>(|| Some(PREFERENCES.to_owned()));
    let form = Form::new("notification-preferences");
    let crumbs = vec![Crumb::new("Notifications", Route::Notifications.href())];
    view! {
        <PageHead title="What you are told" crumbs />
        <RemoteView remote shape=Shape::Page hold=form.dirty() let:saved>
            <Preferences saved form />
        </RemoteView>
    }
}

/// A kind, and what is chosen of it now.
#[derive(Clone)]
struct Chosen {
    kind: KindPreference,
    in_app: RwSignal<bool>,
    email: RwSignal<String>,
}

impl Chosen {
    /// What is to be saved; nothing if it is as it was.
    fn change(&self) -> Option<SetKindPreference> {
        let (in_app, email) = (self.in_app.get_untracked(), EmailDelivery::parse(&self.email.get_untracked())?);
        let same = (in_app, email) == (self.kind.in_app, self.kind.email);
        (!same).then(|| SetKindPreference { kind: self.kind.kind.clone(), in_app, email })
    }
}

fn email_words(delivery: EmailDelivery) -> &'static str {
    match delivery {
        EmailDelivery::Immediate => "Within minutes",
        EmailDelivery::Digest => "In the daily digest",
        EmailDelivery::Off => "Never",
    }
}

#[component]
fn Preferences(saved: Arc<NotificationPreferences>, form: Form) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let own = format::zone_name();
    let zone = saved.time_zone.clone();
    let hint = match (&zone, &own) {
        (Some(zone), _) => format!("In the time zone of your profile, {zone}."),
        (None, Some(own)) => format!("Your profile has no time zone. Saving gives it that of this browser, {own}."),
        (None, None) => "In UTC: your profile has no time zone.".to_owned(),
    };
    let hour = RwSignal::new(saved.digest_hour.to_string());
    let hours: Vec<Choice> = (0..24).map(|hour| Choice::new(hour.to_string(), format!("{hour:02}:00"))).collect();
    let chosen: Vec<Chosen> = saved
        .kinds
        .iter()
        .map(|kind| Chosen {
            kind: kind.clone(),
            in_app: RwSignal::new(kind.in_app),
            email: RwSignal::new(kind.email.as_str().to_owned()),
        })
        .collect();
    let all = StoredValue::new(chosen.clone());
    let submit = move || {
        form.begin();
        let body = UpdateNotificationPreferences {
            digest_hour: hour.get_untracked().parse().ok(),
            time_zone: own.clone().filter(|_| zone.is_none()).and_then(|own| TimeZone::parse(&own).ok()),
            kinds: all.with_value(|all| all.iter().filter_map(Chosen::change).collect()),
        };
        form.run(async move { api.patch::<_, NotificationPreferences>(PREFERENCES, None, &body).await }, move |saved| {
            if let Some(mut me) = session.me() {
                me.time_zone = saved.time_zone;
                session.set_me(me);
            }
            // Below `/me`: what this page shows is read again.
            api.altered(PREFERENCES);
            toasts.say("Saved.");
        });
    };
    let mut groups: Vec<(String, Vec<Chosen>)> = Vec::new();
    for one in chosen {
        match groups.last_mut() {
            Some((group, kinds)) if *group == one.kind.group => kinds.push(one),
            _ => groups.push((one.kind.group.clone(), vec![one])),
        }
    }
    let cards = groups
        .into_iter()
        .map(|(group, kinds)| {
            let label = group.clone();
            view! {
                <Card title=group flush=true>
                    <TableView label=label head=|| view! { <Th>"What happened"</Th><Th>"In the product"</Th><Th>"By e-mail"</Th> }>
                        {kinds.into_iter().map(kind_row).collect_view()}
                    </TableView>
                </Card>
            }
        })
        .collect_view();
    view! {
        <FormView form on_submit=submit>
            <div class="stack told">
                {cards}
                <Card title="Daily digest">
                    <SelectField form pointer="/digest_hour" label="Hour" value=hour choices=hours hint />
                </Card>
                <div class="form-foot"><Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button></div>
            </div>
        </FormView>
    }
}

fn kind_row(chosen: Chosen) -> AnyView {
    let Chosen { kind, in_app, email } = chosen;
    if kind.mandatory {
        return view! {
            <tr>
                <Td main=true>{kind.label}</Td>
                <Td label="In the product"><Badge tone=Tone::Neutral icon=Icon::Lock>"Always"</Badge></Td>
                <Td label="By e-mail"><Badge tone=Tone::Neutral icon=Icon::Lock>"At once"</Badge></Td>
            </tr>
        }
        .into_any();
    }
    let (shown, mailed) = (format!("{}: in the product", kind.label), format!("{}: by e-mail", kind.label));
    let options = EmailDelivery::ALL
        .map(|delivery| view! { <option value=delivery.as_str() selected=move || email.get() == delivery.as_str()>{email_words(delivery)}</option> });
    view! {
        <tr>
            <Td main=true>{kind.label}</Td>
            <Td label="In the product">
                <input type="checkbox" aria-label=shown prop:checked=move || in_app.get() on:change=move |event| in_app.set(event_target_checked(&event)) />
            </Td>
            <Td label="By e-mail">
                <div class="select"><select class="input" aria-label=mailed on:change=move |event| email.set(event_target_value(&event))>
                    {options.into_iter().collect_view()}
                </select><IconView icon=Icon::ChevronDown /></div>
            </Td>
        </tr>
    }
    .into_any()
}
