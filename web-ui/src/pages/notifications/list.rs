//! `/notifications`: everything that the reader was told.

use super::PREFERENCES;
use crate::api::{Remote, use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::field::Choice;
use crate::components::filter::{FilterChip, FlagChip};
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::pagination::Pagination;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::router::{Route, use_router};
use crate::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::notifications::{Notification, NotificationPreferences, UnreadNotifications};

const PATH: &str = "/api/v1/notifications";
/// What of the address goes into the request.
const NAMES: [&str; 4] = ["kind", "system", "unread", "cursor"];

/// The page.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let router = use_router();
    let kinds = use_remote::<NotificationPreferences>(|| Some(PREFERENCES.to_owned()));
    let remote = use_remote::<Page<Notification>>(move || Some(format!("{PATH}{}", router.query().only(&NAMES).suffix())));
    let narrowed = move || !router.query().only(&["kind", "system", "unread"]).suffix().is_empty();
    view! {
        <PageHead title="Notifications" actions=move || view! {
            <ReadAll />
            <ButtonLink icon=Icon::Gear href=Route::NotificationPreferences.href()>"What you are told"</ButtonLink>
        } />
        <section class="card">
            <Filters kinds />
            <RemoteView remote shape=Shape::Rows(8) let:page>
                {if page.items.is_empty() {
                    nothing(narrowed())
                } else {
                    let rows = page.items.iter().cloned().map(|note| view! { <NoteRow note kinds /> }).collect_view();
                    view! {
                        <TableView label="Notifications" head=|| view! {
                            <Th>"Notification"</Th><Th>"State"</Th><Th>"About"</Th><Th>"When"</Th><Th><span class="sr-only">"Actions"</span></Th>
                        }>{rows}</TableView>
                        <Pagination page=page.page.clone() shown=page.items.len() noun=("notification", "notifications") />
                    }.into_any()
                }}
            </RemoteView>
        </section>
    }
}

fn nothing(narrowed: bool) -> AnyView {
    if narrowed {
        return view! {
            <Empty icon=Icon::Search title="Nothing matches" action=|| view! { <a class="btn" href=Route::Notifications.href()>"Take the filters away"</a> }>
                "No notification is as the filters say."
            </Empty>
        }
        .into_any();
    }
    view! { <Empty icon=Icon::Bell title="Nothing yet">"Tasks that are given to you, reviews that wait, evidence that expires: what waits for you will stand here."</Empty> }.into_any()
}

#[component]
fn Filters(kinds: Remote<NotificationPreferences>) -> impl IntoView {
    let session = use_session();
    let choices = Signal::derive(move || {
        kinds
            .map(|all| all.kinds.iter().map(|kind| Choice::new(kind.kind.clone(), kind.label.clone())).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    let systems = Signal::derive(move || {
        let mine = session.me().map(|me| me.systems).unwrap_or_default();
        mine.into_iter().map(|system| Choice::new(system.id.to_string(), system.name)).collect::<Vec<_>>()
    });
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <FlagChip name="unread" value="true" label="Unread" />
            <FilterChip name="kind" label="Kind" choices />
            <FilterChip name="system" label="System" choices=systems single=true />
        </div>
    }
}

/// Marks what the filters name as read: on every page of it, and nothing beside it.
#[component]
fn ReadAll() -> impl IntoView {
    let (api, toasts, router) = (use_api(), use_toasts(), use_router());
    let busy = RwSignal::new(false);
    let which = Memo::new(move |_| router.query().only(&["kind", "system"]).suffix());
    let count = use_remote::<UnreadNotifications>(move || Some(format!("{PATH}/unread{}", which.get())));
    // Of what was read there is nothing to mark.
    let some = move || {
        count.map(|count| count.unread).filter(|_| router.param("unread").as_deref() != Some("false")).unwrap_or_default()
    };
    let words = move || if which.with(String::is_empty) { "Mark all read" } else { "Mark these read" };
    let press = move || {
        busy.set(true);
        let path = format!("{PATH}/read-all{}", which.get_untracked());
        let said = if which.with_untracked(String::is_empty) { "All are marked as read." } else { "These are marked as read." };
        spawn_local(async move {
            let result = api.post_empty::<()>(&path).await;
            busy.try_set(false);
            match result {
                Ok(()) => toasts.say(said),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! { <Show when=move || { some() > 0 }><Button icon=Icon::Check busy on_press=press>{words}</Button></Show> }
}

#[component]
fn NoteRow(note: Notification, kinds: Remote<NotificationPreferences>) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let Notification { id, system, kind, text, link, created_at, read_at, actor } = note;
    let actor = actor.map(|actor| view! { <br /><span class="small muted">"By "{actor.name}</span> });
    let unread = read_at.is_none();
    let mark = move |loud: bool| {
        spawn_local(async move {
            // Where the notification is opened, a failure only leaves it unread.
            if let Err(error) = api.post_empty::<()>(&format!("{PATH}/{id}/read")).await
                && loud
            {
                toasts.warn(error.message());
            }
        });
    };
    let class = if unread { "strong" } else { "" };
    let words = match link {
        Some(link) => {
            view! { <a class=class href=link on:click=move |_| if unread { mark(false) }>{text.clone()}</a> }.into_any()
        }
        None => view! { <span class=class>{text.clone()}</span> }.into_any(),
    };
    let group = move || kinds.map(|all| all.kinds.iter().find(|one| one.kind == kind).map(|one| one.group.clone())).flatten();
    let of = session.me().and_then(|me| me.systems.into_iter().find(|mine| Some(mine.id) == system)).map(|mine| mine.name);
    let label = format!("Mark as read: {text}");
    view! {
        <tr>
            <Td main=true><div>{words}{actor}</div></Td>
            <Td label="State">{if unread {
                view! { <Badge tone=Tone::Info icon=Icon::Bell>"Unread"</Badge> }
            } else {
                view! { <Badge tone=Tone::Open icon=Icon::Check>"Read"</Badge> }
            }}</Td>
            <Td label="About"><div>{group}{of.map(|of| view! { <br /><span class="small muted">{of}</span> })}</div></Td>
            <Td label="When"><Moment at=created_at ago=true /></Td>
            <Td num=true>{unread.then(|| view! {
                <button type="button" class=ButtonKind::Quiet.class() aria-label=label on:click=move |_| mark(true)>"Mark read"</button>
            })}</Td>
        </tr>
    }
}
