//! The account's section on the second factor.

use super::codes::BackupCodesView;
use super::enrol::Enrol;
use super::use_renewed_me;
use crate::api::{use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::Icon;
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::session::use_session;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::second_factor::{BackupCodes, SecondFactorState};

const PATH: &str = "/api/v1/me/second-factor";
/// At so few codes it is time for new ones.
const FEW: u32 = 2;

/// The dialogs of the section.
#[derive(Clone, Copy)]
struct Dialogs {
    enrolling: RwSignal<bool>,
    renewed: RwSignal<Option<BackupCodes>>,
    leaving: RwSignal<bool>,
}

/// The section.
#[component]
pub fn SecondFactorCard() -> impl IntoView {
    let remote = use_remote::<SecondFactorState>(|| Some(PATH.to_owned()));
    let dialogs = Dialogs { enrolling: RwSignal::new(false), renewed: RwSignal::new(None), leaving: RwSignal::new(false) };
    let renewed_me = use_renewed_me();
    let enrolled = move || {
        dialogs.enrolling.set(false);
        renewed_me.run(());
    };
    let password = use_session().me().is_none_or(|me| me.password);
    let why = if password {
        "A password alone can be guessed, stolen or reused elsewhere. With an authenticator app, nobody signs in as you without your phone."
    } else {
        "A second factor is asked for after single sign-on, too: with an authenticator app, nobody signs in as you without your phone."
    };
    let renewing = open_while(dialogs.renewed);
    let codes = move || dialogs.renewed.get().map(|codes| view! { <BackupCodesView codes done=move || renewing.set(false) /> });
    view! {
        <Card title="Second factor">
            <RemoteView remote shape=Shape::Rows(2) let:state>
                {match state.enrolled_at {
                    Some(since) => view! { <Enrolled state=(*state).clone() since dialogs /> }.into_any(),
                    None => view! {
                        <div class="stack">
                            <p>{why}</p>
                            <div class="form-foot start"><Button kind=ButtonKind::Primary icon=Icon::Shield
                                on_press=move || dialogs.enrolling.set(true)>"Set up authenticator app"</Button></div>
                        </div>
                    }.into_any(),
                }}
            </RemoteView>
        </Card>
        <Dialog open=dialogs.enrolling title="Set up an authenticator app"><Enrol done=enrolled /></Dialog>
        <Dialog open=renewing title="New backup codes">{codes}</Dialog>
        <TurnOffDialog open=dialogs.leaving />
    }
}

#[component]
fn Enrolled(state: SecondFactorState, since: DateTime<Utc>, dialogs: Dialogs) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let busy = RwSignal::new(false);
    let renew = move || {
        busy.set(true);
        spawn_local(async move {
            let made = api.post_empty::<BackupCodes>(&format!("{PATH}/backup-codes")).await;
            busy.try_set(false);
            match made {
                Ok(codes) => dialogs.renewed.set(Some(codes)),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let left = state.backup_codes_left;
    let words = if left == 1 { "1 backup code left".to_owned() } else { format!("{left} backup codes left") };
    let tone = if left <= FEW { Tone::Warn } else { Tone::Neutral };
    view! {
        <div class="stack">
            <div class="row wrap">
                {state.app_since.map(|_| view! { <Badge tone=Tone::Good icon=Icon::Shield>"Authenticator app"</Badge> })}
                {(state.passkeys > 0).then(|| view! { <Badge tone=Tone::Good icon=Icon::Key>{counted(state.passkeys)}</Badge> })}
                <span class="small muted">"on since " <Moment at=since date_only=true /></span>
                <Badge tone icon=Icon::Key>{words}</Badge>
            </div>
            {state.required.then(|| view! { <p class="small muted">"This installation demands a second factor: you can replace the app, not turn it off."</p> })}
            <div class="form-foot start">
                <Button icon=Icon::Key busy on_press=renew>"New backup codes"</Button>
                <Button icon=Icon::Refresh on_press=move || dialogs.enrolling.set(true)>
                    {if state.app_since.is_some() { "Replace the app" } else { "Set up authenticator app" }}
                </Button>
                {(!state.required).then(|| view! {
                    <Button kind=ButtonKind::Danger on_press=move || dialogs.leaving.set(true)>"Turn off"</Button>
                })}
            </div>
        </div>
    }
}

fn counted(passkeys: u32) -> String {
    if passkeys == 1 { "1 passkey".to_owned() } else { format!("{passkeys} passkeys") }
}

/// Asks before it is turned off.
#[component]
fn TurnOffDialog(open: RwSignal<bool>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let renewed_me = use_renewed_me();
    let busy = RwSignal::new(false);
    let turn_off = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let result = api.delete(PATH, None).await;
            busy.set(false);
            open.set(false);
            match result {
                Ok(()) => {
                    renewed_me.run(());
                    toasts.say("The second factor is off. Your backup codes are gone.");
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    });
    view! {
        <Dialog open title="Turn off the second factor?">
            <p>"From then on the password alone signs you in, and your passkeys and backup codes are gone. Remove the entry from your authenticator app too: it is of no use any more."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on_press=turn_off>"Turn off"</Button>
            </div>
        </Dialog>
    }
}
