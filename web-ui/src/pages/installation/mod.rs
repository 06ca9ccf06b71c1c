//! `/installation`: what administrators turn off and on, what stands on reports, the settings in effect, and what the database is asked.

mod features;
mod queries;
mod reports;
mod settings;

use crate::components::button::ButtonLink;
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::state::Empty;
use crate::router::Route;
use crate::session::use_session;
use features::FeaturesCard;
use leptos::prelude::*;
use queries::QueriesCard;
use reports::ReportsCard;
use settings::SettingsCard;

/// The page.
#[component]
pub fn InstallationPage() -> impl IntoView {
    if !use_session().admin() {
        return view! {
            <PageHead title="Installation" />
            <section class="card"><Empty icon=Icon::Lock title="Your role does not reach here">"Administrators run the installation."</Empty></section>
        }
        .into_any();
    }
    view! {
        <PageHead title="Installation" note="What is on, how it is set, and how the database is doing" actions=|| view! {
            <ButtonLink icon=Icon::List href=Route::Jobs.href()>"Background jobs"</ButtonLink>
        } />
        <div class="stack"><FeaturesCard /><ReportsCard /><SettingsCard /><QueriesCard /></div>
    }
    .into_any()
}
