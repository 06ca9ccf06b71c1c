//! The account: who is signed in, the theme, the way out.

use crate::api::use_api;
use crate::components::avatar::Avatar;
use crate::components::icon::{Icon, IconView};
use crate::components::menu::Menu;
use crate::components::toast::use_toasts;
use crate::router::{Route, use_router};
use crate::session::use_session;
use crate::theme::{Theme, use_theme};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The account's menu.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let (api, session, theme, toasts, router) = (use_api(), use_session(), use_theme(), use_toasts(), use_router());
    let open = RwSignal::new(false);
    Effect::new(move || {
        router.route_memo().track();
        open.set(false);
    });
    let name = Memo::new(move |_| session.me().map(|me| me.name).unwrap_or_default());
    let email = Memo::new(move |_| session.me().map(|me| me.email).unwrap_or_default());
    let sign_out = move |_| {
        spawn_local(async move {
            if let Err(error) = session.sign_out(api).await {
                toasts.warn(error.message());
            }
        });
    };
    let themes = move || {
        Theme::ALL.map(|choice| {
            view! {
                <button type="button" class="menu-item" aria-pressed=move || (theme.get() == choice).to_string() on:click=move |_| theme.set(choice)>
                    <IconView icon=match choice { Theme::System => Icon::Monitor, Theme::Light => Icon::Sun, Theme::Dark => Icon::Moon } />
                    <span class="sp">{choice.label()}</span>
                    {move || (theme.get() == choice).then(|| view! { <IconView icon=Icon::Check /> })}
                </button>
            }
        }).collect_view()
    };
    view! {
        <Menu open end=true class="face" label=Signal::derive(move || format!("Account of {}", name.get()))
            face=move || view! { <Avatar name=name.get() /> }>
            <div class="menu-head"><div class="strong">{move || name.get()}</div><div class="small muted">{move || email.get()}</div></div>
            <hr class="menu-sep" />
            <a class="menu-item" href=Route::Account.href()><IconView icon=Icon::Person />"Your account"</a>
            <hr class="menu-sep" />
            <div class="menu-head tiny muted">"Theme"</div>
            {themes}
            <hr class="menu-sep" />
            <button type="button" class="menu-item" on:click=sign_out><IconView icon=Icon::SignOut />"Sign out"</button>
        </Menu>
    }
}
