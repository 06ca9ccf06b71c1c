//! Which system the page is about, and the way to another.

use super::nav::use_current_system;
use crate::components::badge::{Badge, Tone};
use crate::components::icon::{Icon, IconView};
use crate::components::menu::Menu;
use crate::router::{Route, SystemPage, use_router};
use crate::session::use_session;
use crate::words;
use leptos::prelude::*;
use shared_types::identity::MySystem;

/// The switcher. Another system opens at the same page where that page is a list.
#[component]
pub fn SystemSwitcher() -> impl IntoView {
    let (router, session, current) = (use_router(), use_session(), use_current_system());
    let open = RwSignal::new(false);
    let systems = Memo::new(move |_| session.me().map(|me| me.systems).unwrap_or_default());
    let shown = Memo::new(move |_| systems.get().into_iter().find(|system| Some(system.id) == current.get()));
    Effect::new(move || {
        router.route_memo().track();
        open.set(false);
    });
    let face = move || match shown.get() {
        Some(system) => view! {
            <IconView icon=Icon::Shield /><span class="clip">{system.name}</span>
            <span class="hide-s"><Badge tone=Tone::Info>{format!("Level {}", system.level)}</Badge></span>
            <IconView icon=Icon::ChevronDown />
        }
        .into_any(),
        None => view! { <IconView icon=Icon::Shield /><span>"No system"</span><IconView icon=Icon::ChevronDown /> }.into_any(),
    };
    let label = Signal::derive(move || match shown.get() {
        Some(system) => format!("System: {}. Change system", system.name),
        None => "Choose a system".to_owned(),
    });
    let item = move |system: MySystem| {
        let page = match router.route() {
            Route::System(_, page) => page.list(),
            _ => SystemPage::Dashboard,
        };
        let note = match (system.archived, system.role) {
            (true, _) => "archived",
            (false, Some(role)) => words::role(role),
            (false, None) => "administrator",
        };
        view! {
            <a class="menu-item" href=Route::System(system.id, page).href() aria-current=(current.get() == Some(system.id)).then_some("true")>
                <span class="clip sp">{system.name}</span>
                <span class="tiny muted nowrap">{format!("Level {} · {note}", system.level)}</span>
            </a>
        }
    };
    view! {
        <Menu open label class="switch" face>
            {move || systems.get().into_iter().map(item).collect_view()}
            <hr class="menu-sep" />
            {move || (systems.get().len() > 1).then(|| view! { <a class="menu-item" href=Route::Portfolio.href()><IconView icon=Icon::Half />"Portfolio"</a> })}
            <a class="menu-item" href=Route::Systems.href()><IconView icon=Icon::Building />"All systems"</a>
            {move || session.admin().then(|| view! { <a class="menu-item" href=Route::NewSystem.href()><IconView icon=Icon::Plus />"New system"</a> })}
        </Menu>
    }
}
