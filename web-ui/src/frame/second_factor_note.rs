//! Tells people that a second factor is demanded, while they still have time.

use crate::components::icon::{Icon, IconView};
use crate::components::time::Moment;
use crate::router::{Route, use_router};
use crate::session::use_session;
use leptos::prelude::*;

/// The note above each page but the one where it is set up.
#[component]
pub fn SecondFactorNote() -> impl IntoView {
    let (session, router) = (use_session(), use_router());
    let due = Memo::new(move |_| session.me().and_then(|me| me.second_factor.required_by));
    move || {
        let due = due.get().filter(|_| router.route() != Route::Account)?;
        Some(view! {
            <div class="notice warn frame-note no-print"><IconView icon=Icon::Shield />
                <span>"This installation demands a second factor. Set yours up by " <Moment at=due /> " under "
                    <a class="strong" href=Route::Account.href()>"your account"</a> "."</span>
            </div>
        })
    }
}
