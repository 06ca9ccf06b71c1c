//! One row of the people: state, lock and second factor at a glance, and what can be done about them.

use super::people::PeopleDialogs;
use super::person_acts::{Wanted, offered};
use crate::api::use_api;
use crate::components::avatar::Avatar;
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::Icon;
use crate::components::table::Td;
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::access::UserState;
use shared_types::identity::{Invitation, SignInMethod, User};
use shared_types::second_factor::{AccountLock, LockCause};

/// The row.
#[component]
pub fn PersonRow(
    /// The person.
    user: User,
    /// What the page's dialogs are about.
    dialogs: PeopleDialogs,
) -> impl IntoView {
    let (api, toasts, session) = (use_api(), use_toasts(), use_session());
    let (id, invited) = (user.id, user.state == UserState::Invited);
    let again = move || {
        spawn_local(async move {
            match api.post_empty::<Invitation>(&format!("/api/v1/users/{id}/invitation")).await {
                Ok(made) => {
                    dialogs.invitation.set(Some(made));
                    dialogs.inviting.set(true);
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let name = user.name.clone();
    let unlock = move || {
        let name = name.clone();
        spawn_local(async move {
            match api.post_empty::<User>(&format!("/api/v1/users/{id}/unlock")).await {
                Ok(_) => toasts.say(format!("{name} can sign in again.")),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let own = session.me().is_some_and(|me| me.id == id);
    let (whole, of_sessions) = (user.clone(), user.clone());
    let managed = (!offered(&user, own).is_empty()).then(|| user.clone());
    let manage = format!("Manage {}", user.name);
    let locked = user.lock.is_some();
    view! {
        <tr>
            <Td main=true>
                <span class="people-name"><Avatar name=user.name.clone() />
                    <span class="t"><span class="strong">{user.name}</span>{own.then(|| view! { <span class="muted">" (you)"</span> })}<br /><span class="small muted">{user.email}</span></span>
                </span>
            </Td>
            <Td label="State">
                <span class="row wrap">
                    <StateBadge state=user.state />
                    {user.admin.then(|| view! { <Badge tone=Tone::Info icon=Icon::Key>"Administrator"</Badge> })}
                    {user.sign_in_methods.contains(&SignInMethod::SingleSignOn).then(|| view! { <Badge tone=Tone::Neutral icon=Icon::Key>"Single sign-on"</Badge> })}
                    {user.lock.map(|lock| view! { <LockNote lock /> })}
                </span>
            </Td>
            <Td label="Second factor">
                {if user.second_factor {
                    view! { <Badge tone=Tone::Good icon=Icon::Shield>"On"</Badge> }
                } else {
                    view! { <Badge tone=Tone::Open icon=Icon::Minus>"None"</Badge> }
                }}
            </Td>
            <Td label="Sessions"><SessionCount user=of_sessions dialogs /></Td>
            <Td label="Last sign-in">{match user.last_sign_in_at {
                Some(at) => view! { <Moment at /> }.into_any(),
                None => view! { <span class="muted">"never"</span> }.into_any(),
            }}</Td>
            <Td label="Since"><Moment at=user.created_at date_only=true /></Td>
            <Td num=true>
                {locked.then(|| view! { <Button icon=Icon::Lock on_press=unlock>"Unlock"</Button> })}
                {(user.second_factor && !own).then(|| view! {
                    <Button kind=ButtonKind::Quiet on_press=move || dialogs.resetting.set(Some(whole.clone()))>"Reset second factor"</Button>
                })}
                {invited.then(|| view! { <Button kind=ButtonKind::Quiet icon=Icon::Link on_press=again>"New link"</Button> })}
                {managed.map(|user| view! {
                    <button type="button" class=ButtonKind::Quiet.class() aria-label=manage
                        on:click=move |_| dialogs.act.set(Some(Wanted { user: user.clone(), action: None }))>"Manage"</button>
                })}
            </Td>
        </tr>
    }
}

#[component]
fn StateBadge(state: UserState) -> impl IntoView {
    match state {
        UserState::Active => view! { <Badge tone=Tone::Good icon=Icon::Check>"Active"</Badge> },
        UserState::Invited => view! { <Badge tone=Tone::Open icon=Icon::Clock>"Invited"</Badge> },
        UserState::Deactivated => view! { <Badge tone=Tone::Bad icon=Icon::Cross>"Deactivated"</Badge> },
    }
}

/// How many sessions live, and the way to them.
#[component]
fn SessionCount(user: User, dialogs: PeopleDialogs) -> impl IntoView {
    if user.sessions == 0 {
        return view! { <span class="muted">"none"</span> }.into_any();
    }
    let (count, label) = (user.sessions, format!("Sessions of {}: {}", user.name, user.sessions));
    let show = move |_| dialogs.sessions.set(Some(user.clone()));
    view! { <button type="button" class=ButtonKind::Quiet.class() aria-label=label on:click=show>{count}</button> }.into_any()
}

/// Why and for how long an account is locked.
#[component]
fn LockNote(lock: AccountLock) -> impl IntoView {
    let last = match lock.cause {
        LockCause::Password => "a wrong password",
        LockCause::SecondFactor => "a wrong code",
    };
    let count = if lock.failures == 1 { "1 failure".to_owned() } else { format!("{} failures", lock.failures) };
    view! {
        <Badge tone=Tone::Bad icon=Icon::Lock>"Locked"</Badge>
        <span class="tiny muted lock-note">{format!("{count}, locked after {last} at ")}<Moment at=lock.locked_at />", until "<Moment at=lock.until /></span>
    }
}

/// Asks before somebody's second factor is reset.
#[component]
pub fn ResetDialog(resetting: RwSignal<Option<User>>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let open = open_while(resetting);
    let busy = RwSignal::new(false);
    let name = move || resetting.with(|user| user.as_ref().map(|user| user.name.clone()).unwrap_or_default());
    let title = Signal::derive(move || format!("Reset the second factor of {}?", name()));
    let reset = Callback::new(move |()| {
        let Some(user) = resetting.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let result = api.delete(&format!("/api/v1/users/{}/second-factor", user.id), None).await;
            busy.set(false);
            open.set(false);
            match result {
                Ok(()) => toasts.say(format!("The second factor of {} is gone, and their sessions have ended.", user.name)),
                Err(error) => toasts.warn(error.message()),
            }
        });
    });
    view! {
        <Dialog open title>
            <p>"For somebody who has lost the phone and the backup codes. Make sure that it is them who asks: by voice or face, not by mail. "
                "All their sessions end, and the password alone signs them in until they set up a new one."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on_press=reset>"Reset"</Button>
            </div>
        </Dialog>
    }
}
