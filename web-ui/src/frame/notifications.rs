//! What the product told the reader.

use crate::api::{use_api, use_remote};
use crate::components::icon::{Icon, IconView};
use crate::components::menu::Menu;
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::live::News;
use crate::router::{Route, use_router};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::notifications::{Notification, UnreadNotifications, unread_words};

/// The bell.
#[component]
pub fn Notifications() -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    let open = RwSignal::new(false);
    let count = use_remote::<UnreadNotifications>(|| Some("/api/v1/notifications/unread".to_owned()));
    let latest = use_remote::<Page<Notification>>(move || open.get().then(|| "/api/v1/notifications?limit=10".to_owned()));
    let unread = Memo::new(move |_| count.map(|count| count.unread).unwrap_or_default());
    let news = use_context::<News>();
    Effect::new(move || {
        router.route_memo().track();
        open.set(false);
    });
    let read_all = move |_| {
        spawn_local(async move {
            // Failing, the notifications stay unread, which the bell shows.
            let _ = api.post_empty::<()>("/api/v1/notifications/read-all").await;
        });
    };
    let label = Signal::derive(move || match unread_words(unread.get()) {
        None => "Notifications".to_owned(),
        Some(words) => format!("Notifications, {words}"),
    });
    let face = move || {
        view! {
            <IconView icon=Icon::Bell />{(unread.get() > 0).then(|| view! { <span class="bell-count" aria-hidden="true">{few(unread.get())}</span> })}
        }
    };
    // Said once for each that comes, whatever its number is by then.
    let said = move || match news.map(|news| news.0.get()) {
        None | Some(0) => String::new(),
        Some(_) => format!("New notification, {}", unread_words(unread.get()).unwrap_or_else(|| "0 unread".to_owned())),
    };
    view! {
        <span class="sr-only" role="status">{said}</span>
        <Menu open end=true class="icon-btn" label face>
            <div class="menu-head row">
                <h2 class="sp">"Notifications"</h2>
                <Show when=move || { unread.get() > 0 }>
                    <button type="button" class="btn quiet" on:click=read_all>"Mark all read"</button>
                </Show>
            </div>
            <RemoteView remote=latest shape=Shape::Lines(4) let:page>
                {if page.items.is_empty() {
                    view! { <p class="menu-head small muted">"Nothing yet. What waits for you will stand here."</p> }.into_any()
                } else {
                    view! { <ul class="note-list">{page.items.iter().cloned().map(|note| view! { <li><Note note /></li> }).collect_view()}</ul> }.into_any()
                }}
            </RemoteView>
            <p class="menu-foot row">
                <a href=Route::Notifications.href()>"All notifications"</a>
                <span class="sp"></span>
                <a href=Route::NotificationPreferences.href()>"What you are told"</a>
            </p>
        </Menu>
    }
}

/// A count for the corner of an icon: what has more than a digit is many.
fn few(count: u64) -> String {
    if count > 9 { "9+".to_owned() } else { count.to_string() }
}

/// One notification. Opening it marks it read.
#[component]
fn Note(note: Notification) -> impl IntoView {
    let api = use_api();
    let (id, unread) = (note.id, note.read_at.is_none());
    let read = move |_| {
        if unread {
            spawn_local(async move {
                let _ = api.post_empty::<()>(&format!("/api/v1/notifications/{id}/read")).await;
            });
        }
    };
    let class = if unread { "note unread" } else { "note" };
    let inner = view! {
        <span>
            {unread.then(|| view! { <span class="sr-only">"Unread: "</span> })}
            {note.text}<br /><span class="tiny muted"><Moment at=note.created_at ago=true /></span>
        </span>
    };
    match note.link {
        Some(link) => view! { <a class=class href=link on:click=read>{inner}</a> }.into_any(),
        None => view! { <button type="button" class=class on:click=read>{inner}</button> }.into_any(),
    }
}
