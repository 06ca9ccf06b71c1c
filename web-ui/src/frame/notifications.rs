//! What the product told the reader.

use crate::api::{use_api, use_remote};
use crate::components::icon::{Icon, IconView};
use crate::components::menu::Menu;
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::router::use_router;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::notifications::Notification;

/// The bell.
#[component]
pub fn Notifications() -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    let open = RwSignal::new(false);
    let remote = use_remote::<Page<Notification>>(|| Some("/api/v1/notifications?limit=20".to_owned()));
    let unread = Memo::new(move |_| {
        remote.map(|page| page.items.iter().filter(|note| note.read_at.is_none()).count()).unwrap_or_default()
    });
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
    let label = Signal::derive(move || match unread.get() {
        0 => "Notifications".to_owned(),
        count => format!("Notifications, {count} unread"),
    });
    let face = move || {
        view! {
            <IconView icon=Icon::Bell />{(unread.get() > 0).then(|| view! { <i class="dot"></i> })}
        }
    };
    view! {
        <Menu open end=true class="icon-btn" label face>
            <div class="menu-head row">
                <h2 class="sp">"Notifications"</h2>
                <Show when=move || { unread.get() > 0 }>
                    <button type="button" class="btn quiet" on:click=read_all>"Mark all read"</button>
                </Show>
            </div>
            <RemoteView remote shape=Shape::Lines(4) let:page>
                {if page.items.is_empty() {
                    view! { <p class="menu-head small muted">"Nothing yet. What waits for you will stand here."</p> }.into_any()
                } else {
                    view! { <ul class="note-list">{page.items.iter().cloned().map(|note| view! { <li><Note note /></li> }).collect_view()}</ul> }.into_any()
                }}
            </RemoteView>
        </Menu>
    }
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
    let inner = view! { <span>{note.text}<br /><span class="tiny muted"><Moment at=note.created_at ago=true /></span></span> };
    match note.link {
        Some(link) => view! { <a class=class href=link on:click=read>{inner}</a> }.into_any(),
        None => view! { <button type="button" class=class on:click=read>{inner}</button> }.into_any(),
    }
}
