//! The entries as a list by day: beside the grid, and as the agenda.

use super::days::weekday;
use super::entry::{href, kind, standing};
use crate::components::badge::Badge;
use crate::components::icon::{Icon, IconView};
use crate::components::state::Empty;
use crate::format;
use crate::router::use_router;
use crate::scope::{Scope, use_scope};
use leptos::prelude::*;
use shared_types::calendar::{Calendar, CalendarEntry};
use std::sync::Arc;

/// The list.
#[component]
pub fn List(
    /// What there is.
    calendar: Arc<Calendar>,
    /// What is to be given another day, when its button is pressed.
    moving: RwSignal<Option<CalendarEntry>>,
) -> impl IntoView {
    let scope = use_scope();
    if calendar.entries.is_empty() {
        return nothing();
    }
    let days = calendar.entries.chunk_by(|a, b| a.date == b.date).filter_map(|entries| {
        let day = entries.first()?.date;
        let when = format::days((day - calendar.today).num_days());
        let rows = entries.iter().map(|entry| row(&scope, entry, moving)).collect_view();
        Some(view! {
            <section>
                <h3 class="cal-list-day">{weekday(day).get(..3)}" "{format::date(day)}<span class="muted small">{when}</span></h3>
                <ul class="cal-rows">{rows}</ul>
            </section>
        })
    });
    let days = days.collect_view();
    view! {
        <div class="cal-list">{days}</div>
        {calendar.cut.then(|| view! { <p class="muted small">"There are more than fit here: choose fewer days, kinds or people."</p> })}
    }
    .into_any()
}

/// Nothing in these days, or nothing that the filters let through.
fn nothing() -> AnyView {
    let router = use_router();
    let filtered = ["kinds", "status", "assignee"].into_iter().any(|name| router.query().get(name).is_some());
    let words = if filtered {
        "Nothing in these days has all of what is asked for."
    } else {
        "Reviews of controls, due dates of tasks and the last days of evidence stand here."
    };
    view! { <Empty icon=if filtered { Icon::Filter } else { Icon::Calendar } title="No entries">{words}</Empty> }.into_any()
}

fn row(scope: &Scope, entry: &CalendarEntry, moving: RwSignal<Option<CalendarEntry>>) -> AnyView {
    let (word, _, icon) = kind(entry.kind);
    let (said, tone, status_icon) = standing(entry);
    let link = href(scope, entry);
    let name = entry.assignee.as_ref().map(|person| person.name.clone());
    let own = entry.clone();
    let move_it = entry.movable.then(|| {
        let label = format!("Move {}", own.reference);
        view! { <button type="button" class="link-btn no-print" id=format!("move-{}", own.id) aria-label=label on:click=move |_| moving.set(Some(own.clone()))>"Move"</button> }
    });
    view! {
        <li class="cal-row">
            <a class="cal-row-title" href=link><span class="id">{entry.reference.clone()}</span>" "{entry.title.clone()}</a>
            <span class="row cal-row-foot small">
                <span class="row wrap tight-row">
                    <Badge tone icon=status_icon>{said}</Badge>
                    <span class="cal-what"><IconView icon />{word}</span>
                    {name.map(|name| view! { <span class="muted">{name}</span> })}
                </span>
                {move_it}
            </span>
        </li>
    }
    .into_any()
}
