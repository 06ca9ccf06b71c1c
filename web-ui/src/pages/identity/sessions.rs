//! The sessions of a person: one's own on the account page, somebody's for an administrator.

use crate::api::{use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::Icon;
use crate::components::state::{RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::access::LiveSession;
use shared_types::identity::User;

/// Where one's own stand.
const MINE: &str = "/api/v1/me/sessions";

/// One's own, as a card.
#[component]
pub fn SessionsCard() -> impl IntoView {
    let path = StoredValue::new(MINE.to_owned());
    let remote = use_remote::<Page<LiveSession>>(|| Some(MINE.to_owned()));
    let others = move || remote.map(|page| page.items.len() > 1).unwrap_or_default();
    let aside = move || view! { <Show when=others><EndAll path words="End all others" /></Show> };
    view! {
        <Card title="Sessions" note="Where you are signed in" aside flush=true>
            <RemoteView remote shape=Shape::Rows(2) let:page>{table(&page.items, path)}</RemoteView>
        </Card>
    }
}

/// Somebody's, as a dialog of the page of people.
#[component]
pub fn SessionsDialog(
    /// Whose.
    of: RwSignal<Option<User>>,
) -> impl IntoView {
    let open = open_while(of);
    let title = Signal::derive(move || {
        of.with(|user| user.as_ref().map(|user| format!("Sessions of {}", user.name)).unwrap_or_default())
    });
    view! {
        <Dialog open title wide=true>
            {move || of.get().map(|user| view! { <SessionsOf user open /> })}
        </Dialog>
    }
}

#[component]
fn SessionsOf(user: User, open: RwSignal<bool>) -> impl IntoView {
    let address = format!("/api/v1/users/{}/sessions", user.id);
    let path = StoredValue::new(address.clone());
    let remote = use_remote::<Page<LiveSession>>(move || Some(address.clone()));
    let some = move || remote.map(|page| page.items.iter().any(|session| !session.current)).unwrap_or_default();
    view! {
        <RemoteView remote shape=Shape::Rows(2) let:page>
            {if page.items.is_empty() {
                view! { <p class="muted">"Nowhere signed in."</p> }.into_any()
            } else {
                table(&page.items, path)
            }}
        </RemoteView>
        <div class="dialog-foot">
            <Show when=some><EndAll path words="End all" /></Show>
            <Button kind=ButtonKind::Primary on_press=move || open.set(false)>"Done"</Button>
        </div>
    }
}

fn table(sessions: &[LiveSession], path: StoredValue<String>) -> AnyView {
    let rows = sessions.iter().cloned().map(|session| view! { <SessionRow session path /> }).collect_view();
    view! {
        <TableView label="Sessions" head=|| view! {
            <Th>"Device"</Th><Th>"Last seen"</Th><Th>"Signed in"</Th><Th><span class="sr-only">"Actions"</span></Th>
        }>{rows}</TableView>
    }
    .into_any()
}

#[component]
fn SessionRow(session: LiveSession, path: StoredValue<String>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let id = session.id;
    let label = format!("End the session on {}", session.device);
    let end = move |_| {
        spawn_local(async move {
            match api.delete(&format!("{}/{id}", path.get_value()), None).await {
                Ok(()) => toasts.say("The session is ended."),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! {
        <tr>
            <Td main=true>
                <span class="strong">{session.device}</span>
                {session.current.then(|| view! { " " <Badge tone=Tone::Good icon=Icon::Check>"This one"</Badge> })}
                <br /><span class="small muted">{session.address.unwrap_or_else(|| "address unknown".to_owned())}</span>
            </Td>
            <Td label="Last seen"><Moment at=session.last_seen_at /></Td>
            <Td label="Signed in"><Moment at=session.created_at /></Td>
            <Td num=true>{(!session.current).then(|| view! {
                <button type="button" class=ButtonKind::Quiet.class() aria-label=label on:click=end>"End"</button>
            })}</Td>
        </tr>
    }
}

/// Ends all but the one of this page.
#[component]
fn EndAll(path: StoredValue<String>, words: &'static str) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let busy = RwSignal::new(false);
    let press = move || {
        busy.set(true);
        spawn_local(async move {
            let result = api.delete(&path.get_value(), None).await;
            busy.try_set(false);
            match result {
                Ok(()) => toasts.say("The sessions are ended."),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! { <Button kind=ButtonKind::Danger icon=Icon::SignOut busy on_press=press>{words}</Button> }
}
