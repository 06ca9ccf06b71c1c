//! `/s/{system}/settings`: what the System Security Plan names.

use super::new::cage_codes;
use super::renew_me;
use crate::api::{use_api, use_remote};
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::card::Card;
use crate::components::field::{TextAreaField, TextField};
use crate::components::form::{Form, FormView, Meanwhile, Part};
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::pages::identity::ZoneList;
use crate::router::SystemPage;
use crate::scope::use_scope;
use crate::session::use_session;
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::FieldCode;
use shared_types::systems::{Role, System, UpdateSystem};
use shared_types::text::{Line, Note, TimeZone, Title, Uei, ValueError};
use std::sync::Arc;

/// The page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let scope = use_scope();
    let manager = scope.can(Role::Manager);
    let url = scope.api("");
    let hooks = scope.can_read(Role::Manager).then(|| scope.href(SystemPage::Webhooks));
    let form = Form::new("settings");
    let remote = use_remote::<System>(move || Some(url.clone()));
    view! {
        <PageHead title="Settings" note="What the System Security Plan names" actions=move || hooks.clone().map(|href| view! {
            <ButtonLink icon=Icon::Link href>"Webhooks"</ButtonLink>
        }) />
        <RemoteView remote shape=Shape::Page hold=form.dirty() let:system>
            <div class="narrow">
                {if manager {
                    view! { <Card clone:system title="Scope"><SettingsForm system form /></Card> }.into_any()
                } else {
                    view! { <Card clone:system title="Scope"><Facts system /></Card> }.into_any()
                }}
                <ArchiveCard system />
            </div>
        </RemoteView>
    }
}

/// A date as the browser's field gives it.
fn parse_date(text: &str) -> Result<NaiveDate, ValueError> {
    text.parse().map_err(|_| ValueError::new(FieldCode::BadFormat, "a date such as 2026-11-21"))
}

#[component]
fn SettingsForm(system: Arc<System>, form: Form) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let text = || RwSignal::new(String::new());
    let (name, organization, description, uei) = (text(), text(), text(), text());
    let (cage, zone, ssp_version, ssp_date) = (text(), text(), text(), text());
    let date = |system: &System| system.ssp_date.map(|date| date.to_string()).unwrap_or_default();
    let parts = vec![
        Part::text("Name", name, |system: &System| system.name.clone()),
        Part::text("Organization", organization, |system| system.organization.clone()),
        Part::text("What it covers", description, |system| system.description.clone().unwrap_or_default()),
        Part::text("CAGE codes", cage, |system| system.cage_codes.join(" ")),
        Part::text("Unique Entity ID", uei, |system| system.uei.clone().unwrap_or_default()),
        Part::text("SSP version", ssp_version, |system| system.ssp_version.clone().unwrap_or_default()),
        Part::text("SSP date", ssp_date, date),
        Part::text("Time zone of its legal dates", zone, |system| system.time_zone.clone()),
    ];
    let path = format!("/api/v1/systems/{}", system.id);
    let meanwhile = Meanwhile::new(system, |system| system.version, parts);
    let submit = move || {
        form.begin();
        let checked = (
            form.check("/name", Title::parse(&name.get_untracked())),
            form.check("/organization", Title::parse(&organization.get_untracked())),
            form.check_optional("/description", &description.get_untracked(), Note::parse),
            form.check("/cage_codes", cage_codes(&cage.get_untracked())),
            form.check_optional("/uei", &uei.get_untracked(), Uei::parse),
            form.check_optional("/ssp_version", &ssp_version.get_untracked(), Line::parse),
            form.check_optional("/ssp_date", &ssp_date.get_untracked(), parse_date),
            form.check("/time_zone", TimeZone::parse(&zone.get_untracked())),
        );
        let (Some(name), Some(organization), Some(note), Some(codes), Some(uei), Some(ssp), Some(date), Some(zone)) = checked
        else {
            return form.refuse();
        };
        let body = UpdateSystem {
            name: Some(name),
            organization: Some(organization),
            description: note.into(),
            cage_codes: Some(codes),
            uei: uei.into(),
            ssp_version: ssp.into(),
            ssp_date: date.into(),
            time_zone: Some(zone),
        };
        let path = path.clone();
        let save = async move {
            let saved = meanwhile.patch(api, &path, &body).await?;
            renew_me(api, session).await?;
            Ok(saved)
        };
        form.run(save, move |_: System| toasts.say("Saved."));
    };
    view! {
        <FormView form on_submit=submit>
            {meanwhile.changed()}
            <TextField form pointer="/name" label="Name" value=name />
            <TextField form pointer="/organization" label="Organization" value=organization />
            <TextAreaField form pointer="/description" label="What it covers" value=description optional=true />
            <div class="form-pair">
                <TextField form pointer="/cage_codes" label="CAGE codes" value=cage optional=true hint="Separated by spaces." />
                <TextField form pointer="/uei" label="Unique Entity ID" value=uei optional=true />
            </div>
            <div class="form-pair">
                <TextField form pointer="/ssp_version" label="SSP version" value=ssp_version optional=true />
                <TextField form pointer="/ssp_date" label="SSP date" kind="date" value=ssp_date optional=true />
            </div>
            <TextField form pointer="/time_zone" label="Time zone of its legal dates" value=zone list="zones" />
            <ZoneList />
            <div class="form-foot"><Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button></div>
        </FormView>
    }
}

#[component]
fn Facts(system: Arc<System>) -> impl IntoView {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    view! {
        <dl class="facts">
            <dt>"Name"</dt><dd>{system.name.clone()}</dd>
            <dt>"Organization"</dt><dd>{system.organization.clone()}</dd>
            <dt>"Rules"</dt><dd class="id">{system.pack_version.clone()}</dd>
            <dt>"CAGE codes"</dt><dd class="id">{or_none((!system.cage_codes.is_empty()).then(|| system.cage_codes.join(" ")))}</dd>
            <dt>"Unique Entity ID"</dt><dd class="id">{or_none(system.uei.clone())}</dd>
            <dt>"SSP version"</dt><dd>{or_none(system.ssp_version.clone())}</dd>
            <dt>"Time zone"</dt><dd>{system.time_zone.clone()}</dd>
        </dl>
    }
}

/// Archiving makes everything read-only; restoring takes it back.
#[component]
fn ArchiveCard(system: Arc<System>) -> impl IntoView {
    let (api, session, toasts, scope) = (use_api(), use_session(), use_toasts(), use_scope());
    let busy = RwSignal::new(false);
    let archived = system.archived_at;
    let act = if archived.is_some() { "restore" } else { "archive" };
    let path = format!("/api/v1/systems/{}/{act}", system.id);
    let press = move || {
        let path = path.clone();
        busy.set(true);
        spawn_local(async move {
            let result = async {
                api.post_empty::<System>(&path).await?;
                renew_me(api, session).await
            };
            let result = result.await;
            busy.try_set(false);
            match result {
                Ok(()) => toasts.say(if archived.is_some() { "Restored." } else { "Archived. Everything is read-only now." }),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let may = scope.can_read(Role::Manager);
    may.then(|| {
        view! {
            <Card title=if archived.is_some() { "Archived" } else { "Archive" }>
                <div class="row wrap">
                    <p class="small muted sp">{match archived {
                        Some(at) => view! { "Read-only since " <Moment at /> "." }.into_any(),
                        None => "An archived system is read-only. Nothing is deleted, and it can be restored.".into_any(),
                    }}</p>
                    <Button busy on_press=press>{if archived.is_some() { "Restore" } else { "Archive system" }}</Button>
                </div>
            </Card>
        }
    })
}
