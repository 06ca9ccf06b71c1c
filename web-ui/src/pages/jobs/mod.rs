//! `/installation/jobs`: how the background jobs are doing, for administrators.

mod list;
mod queues;
mod schedules;

use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::Empty;
use crate::router::Route;
use crate::session::use_session;
use leptos::prelude::*;
use list::JobsCard;
use queues::QueuesCard;
use schedules::SchedulesCard;

/// What is read again after an act: all of it hangs together.
const PATHS: [&str; 3] = ["/api/v1/jobs", "/api/v1/job-queues", "/api/v1/job-schedules"];

/// The page.
#[component]
pub fn JobsPage() -> impl IntoView {
    let crumbs = vec![Crumb::new("Installation", Route::Installation.href())];
    if !use_session().admin() {
        return view! {
            <PageHead title="Background jobs" />
            <section class="card"><Empty icon=Icon::Lock title="Your role does not reach here">"Administrators run the installation."</Empty></section>
        }
        .into_any();
    }
    view! {
        <PageHead title="Background jobs" crumbs note="What happens after a change, and by the clock" />
        <div class="stack"><QueuesCard /><JobsCard /><SchedulesCard /></div>
    }
    .into_any()
}
