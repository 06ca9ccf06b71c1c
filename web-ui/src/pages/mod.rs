//! The pages, a folder for each feature of the API.

pub mod audit;
pub mod calendar;
pub mod controls;
pub mod dashboard;
pub mod evidence;
pub mod identity;
pub mod installation;
pub mod jobs;
pub mod notifications;
pub mod portfolio;
pub mod reports;
pub mod seals;
#[cfg(feature = "styleguide")]
pub mod styleguide;
pub mod systems;
pub mod tasks;
pub mod webhooks;

use crate::dom;
use crate::router::{Route, SystemPage, use_router};
use leptos::prelude::*;
use shared_types::identity::MySystem;

/// `/`: the dashboard of the last system, or the list where there is none.
pub fn home(mine: &[MySystem]) -> AnyView {
    let last = dom::remembered("system");
    let system =
        mine.iter().find(|system| Some(system.id.to_string()) == last).or_else(|| mine.iter().find(|system| !system.archived));
    let target = system.map_or(Route::Systems, |system| Route::System(system.id, SystemPage::Dashboard));
    let router = use_router();
    // After this page is built, not while: the address decides what is built.
    dom::later(0, move || router.replace(&target.href()));
    ().into_any()
}
