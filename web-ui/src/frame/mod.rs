//! What surrounds every page: navigation, top bar, and the dialogs that belong to the session.

mod account_menu;
mod bottom_bar;
mod nav;
mod notifications;
mod palette;
mod proof_dialog;
mod second_factor_note;
mod session_dialog;
mod session_warning;
mod switcher;
mod top_bar;

pub use palette::PaletteSearch;
pub use proof_dialog::ProofDialog;
pub use session_dialog::SessionDialog;

use crate::router::use_router;
use leptos::prelude::*;

/// Navigation and top bar around a page.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    focus_the_page_when_it_changes();
    provide_context(palette::Palette(RwSignal::new(false)));
    view! {
        <a class="skip" href="#page">"Skip to the page"</a>
        <div class="frame">
            <nav::SideNav />
            <div class="frame-body">
                <top_bar::TopBar />
                <session_warning::SessionWarning />
                <main id="page" tabindex="-1"><second_factor_note::SecondFactorNote />{children()}</main>
            </div>
        </div>
        <bottom_bar::BottomBar />
        <palette::PaletteDialog />
    }
}

/// A new page begins at its top for the keyboard and the screen reader too.
fn focus_the_page_when_it_changes() {
    let route = use_router().route_memo();
    Effect::new(move |before: Option<crate::router::Route>| {
        let now = route.get();
        if before.is_some_and(|before| before != now) {
            // Without scrolling: the page begins below the top bar, which covers what is scrolled to the edge.
            crate::dom::later(0, || crate::dom::focus_in_place("page"));
        }
        now
    });
}
