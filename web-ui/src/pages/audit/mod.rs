//! The audit log: who did what, when, and the proof that nothing was altered.

mod details;
mod filters;
mod log;
mod row;
mod value;
mod verify;

use crate::components::page_head::PageHead;
use crate::router::use_router;
use crate::scope::use_scope;
use crate::session::use_session;
use leptos::prelude::*;
use log::{Log, LogView};
use shared_types::systems::Role;

/// `/s/{system}/audit`: what was done in a system.
#[component]
pub fn AuditPage() -> impl IntoView {
    let scope = use_scope();
    if !scope.can_read(Role::Assessor) {
        return view! { <NotForYou title="Audit log" words="Assessors, contributors and managers of the system read its audit log." /> }.into_any();
    }
    let log = Log {
        events: scope.api("/audit-events"),
        people: scope.api("/members?limit=200"),
        system: Some(scope.id()),
        verifies: scope.can_read(Role::Manager),
        plain: use_router().route().href(),
    };
    let note = format!("Every change in {}, in order, each row sealed by the hash of the row before it", scope.system.name);
    view! { <LogView log title="Audit log" note /> }.into_any()
}

/// `/audit`: what was done in the installation: sign-ins, people.
#[component]
pub fn InstallationAuditPage() -> impl IntoView {
    if !use_session().admin() {
        return view! { <NotForYou title="Installation log" words="Administrators of the installation read its log." /> }
            .into_any();
    }
    let log = Log {
        events: "/api/v1/audit-events".to_owned(),
        people: "/api/v1/users?limit=200".to_owned(),
        system: None,
        verifies: true,
        plain: use_router().route().href(),
    };
    view! { <LogView log title="Installation log" note="Sign-ins, people and systems of the whole installation" /> }.into_any()
}

#[component]
fn NotForYou(title: &'static str, words: &'static str) -> impl IntoView {
    use crate::components::icon::Icon;
    use crate::components::state::Empty;
    view! {
        <PageHead title />
        <section class="card"><Empty icon=Icon::Lock title="Your role does not reach here">{words}</Empty></section>
    }
}
