//! `/installation/jobs`: how the background jobs are doing, for administrators.

mod list;
mod queues;
mod schedules;

use crate::api::Api;
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::Empty;
use crate::router::Route;
use crate::session::use_session;
use chrono::TimeDelta;
use leptos::prelude::*;
use list::JobsCard;
use queues::QueuesCard;
use schedules::SchedulesCard;

/// Between two looks at jobs that wait or run, in milliseconds.
const LOOK: u32 = 2_000;
/// The same where nothing does: work begins elsewhere. Only for a while, because a look is use of the session, and a page that nobody sits
/// before must not keep it alive.
const QUIET_LOOK: u32 = 10_000;
const QUIET_FOR: TimeDelta = TimeDelta::minutes(15);

/// After an act everything here is read again: it hangs together.
fn read_again(api: Api) {
    for path in ["/api/v1/jobs", "/api/v1/job-queues", "/api/v1/job-schedules"] {
        api.altered(path);
    }
}

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
        <div class="stack"><JobsCard /><QueuesCard /><SchedulesCard /></div>
    }
    .into_any()
}
