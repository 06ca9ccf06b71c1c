//! The bar at the bottom of phones, and the drawer behind "More".

use super::nav::{NavLink, is_current, use_entries};
use crate::components::dialog::Dialog;
use crate::components::icon::{Icon, IconView};
use crate::router::use_router;
use leptos::prelude::*;

/// The first entries, and a drawer with all of them.
#[component]
pub fn BottomBar() -> impl IntoView {
    let (router, entries) = (use_router(), use_entries());
    let open = RwSignal::new(false);
    Effect::new(move || {
        router.route_memo().track();
        open.set(false);
    });
    let links = move || {
        entries
            .get()
            .into_iter()
            .take(4)
            .map(|entry| {
                let route = entry.route.clone();
                let current = move || is_current(&route, &router.route()).then_some("page");
                view! {
                    <a class="bottom-link" href=entry.route.href() aria-current=current>
                        <IconView icon=entry.icon />{entry.label}
                    </a>
                }
            })
            .collect_view()
    };
    view! {
        <nav class="bottom-bar" aria-label="Main, short">
            {links}
            <button type="button" class="bottom-link" aria-haspopup="dialog" on:click=move |_| open.set(true)>
                <IconView icon=Icon::Menu />"More"
            </button>
        </nav>
        <Dialog open title="Go to">
            <nav class="drawer-links" aria-label="All pages">
                {move || entries.get().into_iter().map(|entry| view! { <NavLink entry /> }).collect_view()}
            </nav>
        </Dialog>
    }
}
