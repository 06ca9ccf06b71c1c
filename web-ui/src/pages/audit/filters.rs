//! The filters of a log: who, what, on what, when.

use super::value::People;
use crate::components::field::Choice;
use crate::components::filter::FilterChip;
use crate::components::icon::{Icon, IconView};
use crate::format::short_hash;
use crate::router::use_router;
use leptos::prelude::*;
use shared_types::words::SYSTEM_ACTIONS;

/// What of the address goes into the request.
pub const NAMES: [&str; 7] = ["actor", "action", "object_kind", "object_id", "from", "to", "cursor"];
/// What of it narrows the list.
pub const NARROWING: [&str; 6] = ["actor", "action", "object_kind", "object_id", "from", "to"];

const INSTALLATION_ACTIONS: [(&str, &str); 8] = [
    ("session.open", "Sign-ins"),
    ("session.refused", "Refused sign-ins"),
    ("session.end", "Ended sessions"),
    ("user.lock", "Locked accounts"),
    ("second_factor.", "Second factors"),
    ("user.", "People"),
    ("token.", "API tokens"),
    ("admin_request.", "Approvals"),
];
const SYSTEM_KINDS: [(&str, &str); 5] =
    [("control", "Control"), ("task", "Task"), ("evidence", "Evidence"), ("user", "Person"), ("system", "System")];
const INSTALLATION_KINDS: [(&str, &str); 4] =
    [("session", "Session"), ("user", "Person"), ("system", "System"), ("api_token", "API token")];

fn choices(pairs: &[(&str, &str)]) -> Vec<Choice> {
    pairs.iter().map(|(value, label)| Choice::new(*value, *label)).collect()
}

/// The filters of a log.
#[component]
pub fn Filters(
    /// Who may stand in it.
    people: People,
    /// The installation's log has other events.
    installation: bool,
) -> impl IntoView {
    let router = use_router();
    let actors = Signal::derive(move || {
        let mut all = vec![Choice::new("me", "Me"), Choice::new("none", "The product itself")];
        people.with(|people| all.extend(people.iter().map(|(id, name)| Choice::new(id.clone(), name.clone()))));
        all
    });
    let actions = choices(if installation { &INSTALLATION_ACTIONS } else { &SYSTEM_ACTIONS });
    let kinds = choices(if installation { &INSTALLATION_KINDS } else { &SYSTEM_KINDS });
    let object = move || {
        router.param("object_id").map(|id| {
            let away = router.href_with(&[("object_id", None), ("cursor", None)]);
            view! {
                <a class="chip on" href=away aria-label="Take the filter Object away">"Object: " <span class="id">{short_hash(&id)}</span><IconView icon=Icon::Cross /></a>
            }
        })
    };
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <FilterChip name="actor" label="Person" choices=actors />
            <FilterChip name="action" label="Action" choices=actions />
            <FilterChip name="object_kind" label="Object" choices=kinds />
            {object}
            <span class="sp"></span>
            <DateFilter name="from" label="From" />
            <DateFilter name="to" label="To" />
        </div>
    }
}

/// One end of a span of days.
#[component]
fn DateFilter(name: &'static str, label: &'static str) -> impl IntoView {
    let router = use_router();
    let value = move || router.param(name).unwrap_or_default();
    let change = move |event| {
        let day = event_target_value(&event);
        router.set_query(&[(name, (!day.is_empty()).then_some(day.as_str())), ("cursor", None)], false);
    };
    view! {
        <label class="date-filter small muted">{label}<input class="input slim" type="date" prop:value=value on:change=change /></label>
    }
}
