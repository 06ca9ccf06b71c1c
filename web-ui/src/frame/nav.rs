//! The navigation on the left. Only what exists has an entry.

use crate::components::icon::{Icon, IconView, Mark};
use crate::dom;
use crate::router::{Route, SystemPage, use_router};
use crate::session::use_session;
use leptos::prelude::*;
use shared_types::SystemId;
use shared_types::systems::Role;

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where to.
    pub route: Route,
    /// Its name.
    pub label: &'static str,
    /// Its icon.
    pub icon: Icon,
    /// Begins a new group.
    pub apart: bool,
}

fn entry(route: Route, label: &'static str, icon: Icon) -> Entry {
    Entry { route, label, icon, apart: false }
}

fn apart(entry: Entry) -> Entry {
    Entry { apart: true, ..entry }
}

/// The entries, the most used first: phones show the first four in their bar.
pub fn entries(system: Option<SystemId>, several: bool, admin: bool, reads_audit: bool) -> Vec<Entry> {
    let mut all = Vec::new();
    if let Some(system) = system {
        let page = |page: SystemPage| Route::System(system, page);
        all.push(entry(page(SystemPage::Dashboard), "Dashboard", Icon::Home));
        all.push(entry(page(SystemPage::Assessment), "Assessment", Icon::List));
        all.push(entry(page(SystemPage::Tasks), "Tasks", Icon::Board));
        all.push(entry(page(SystemPage::Evidence), "Evidence", Icon::Document));
        all.push(entry(page(SystemPage::Seals), "Seals", Icon::Lock));
        all.push(entry(page(SystemPage::Calendar), "Calendar", Icon::Calendar));
        all.push(entry(page(SystemPage::Reports), "Reports", Icon::Report));
        if reads_audit {
            all.push(apart(entry(page(SystemPage::Audit), "Audit log", Icon::Shield)));
        }
        all.push(apart(entry(page(SystemPage::Members), "Members", Icon::People)));
        all.push(entry(page(SystemPage::Settings), "Settings", Icon::Gear));
    }
    let all_systems = entry(Route::Systems, "All systems", Icon::Building);
    if several {
        all.push(apart(entry(Route::Portfolio, "Portfolio", Icon::Half)));
        all.push(all_systems);
    } else {
        all.push(apart(all_systems));
    }
    if admin {
        all.push(entry(Route::People, "People", Icon::Person));
        all.push(entry(Route::Audit, "Installation log", Icon::Clock));
        all.push(entry(Route::Installation, "Installation", Icon::Server));
    }
    all
}

/// The system that the navigation speaks of: the page's, else the last one, else the first.
pub fn use_current_system() -> Memo<Option<SystemId>> {
    let (router, session) = (use_router(), use_session());
    Memo::new(move |before: Option<&Option<SystemId>>| {
        let mine: Vec<SystemId> = session.me().map(|me| me.systems.iter().map(|system| system.id).collect()).unwrap_or_default();
        let remembered = || dom::remembered("system").and_then(|id| id.parse().ok());
        let wanted = router.route().system().or(before.copied().flatten()).or_else(remembered);
        wanted.filter(|id| mine.contains(id)).or_else(|| mine.first().copied())
    })
}

/// The entries of the reader, as a signal.
pub fn use_entries() -> Memo<Vec<Entry>> {
    let (session, system) = (use_session(), use_current_system());
    Memo::new(move |_| {
        let (system, admin) = (system.get(), session.admin());
        let mine = session.me().and_then(|me| me.systems.into_iter().find(|mine| Some(mine.id) == system));
        let reads_audit = admin || mine.and_then(|mine| mine.role).is_some_and(|role| role.allows(Role::Assessor));
        let several = session.me().is_some_and(|me| me.systems.iter().filter(|system| !system.archived).count() > 1);
        entries(system, several, admin, reads_audit)
    })
}

/// Whether the page of an entry is open, or one below it.
pub fn is_current(entry: &Route, open: &Route) -> bool {
    let of_the_list = |open: &Route| match open {
        Route::System(system, page) => *entry == Route::System(*system, page.clone().list()),
        _ => false,
    };
    let below = matches!((entry, open), (Route::Systems, Route::NewSystem) | (Route::Installation, Route::Jobs));
    entry == open || of_the_list(open) || below
}

/// One entry as a link.
#[component]
pub fn NavLink(
    /// The entry.
    entry: Entry,
) -> impl IntoView {
    let router = use_router();
    let route = entry.route.clone();
    let current = move || is_current(&route, &router.route()).then_some("page");
    view! {
        <a class="nav-link" href=entry.route.href() aria-current=current title=entry.label>
            <IconView icon=entry.icon /><span class="nav-word">{entry.label}</span>
        </a>
    }
}

/// The navigation on the left.
#[component]
pub fn SideNav() -> impl IntoView {
    let entries = use_entries();
    let narrow = RwSignal::new(dom::remembered("nav").as_deref() == Some("icons"));
    let toggle = move |_| {
        narrow.update(|narrow| *narrow = !*narrow);
        let value = narrow.get_untracked().then_some("icons");
        dom::remember("nav", value);
        dom::page_attribute("data-nav", value);
    };
    let label = move || if narrow.get() { "Expand the navigation" } else { "Collapse the navigation" };
    view! {
        <nav class="nav" aria-label="Main">
            <a class="brand" href="/"><Mark /><span class="nav-word">"CMMC Tracker"</span></a>
            {move || entries.get().into_iter().map(|entry| {
                let rule = entry.apart.then(|| view! { <hr /> });
                view! { {rule} <NavLink entry /> }
            }).collect_view()}
            <span class="sp"></span>
            <button type="button" class="nav-link nav-fold" on:click=toggle aria-label=label title=label>
                <IconView icon=Icon::Panel /><span class="nav-word">"Collapse"</span>
            </button>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn only_administrators_see_people() {
        let labels = |admin| entries(None, false, admin, admin).into_iter().map(|entry| entry.label).collect::<Vec<_>>();
        assert!(labels(true).contains(&"People") && !labels(false).contains(&"People"));
        assert!(!labels(true).contains(&"Dashboard"));
    }

    #[test]
    fn one_system_is_no_portfolio() {
        let has = |several| entries(None, several, false, false).iter().any(|entry| entry.route == Route::Portfolio);
        assert!(has(true) && !has(false));
    }
}
