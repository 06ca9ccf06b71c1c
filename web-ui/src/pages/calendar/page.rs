//! `/s/{system}/calendar`: the address holds the view, its day and the filters.

use super::days::{View, month, parse};
use super::entry::{kind, status};
use super::feeds::FeedsDialog;
use super::grid::{Board, Grid};
use super::list::List;
use super::moving::{MoveDialog, use_mover};
use crate::api::use_remote;
use crate::components::button::Button;
use crate::components::card::Card;
use crate::components::field::Choice;
use crate::components::filter::FilterChip;
use crate::components::icon::{Icon, IconView};
use crate::components::page_head::PageHead;
use crate::components::state::{RemoteView, Shape};
use crate::format;
use crate::pages::systems::{named, use_members};
use crate::router::use_router;
use crate::scope::use_scope;
use chrono::NaiveDate;
use leptos::prelude::*;
use shared_types::calendar::{Calendar, CalendarEntry, CalendarKind, CalendarStatus};
use shared_types::systems::Role;

/// Today as the browser has it, until the server has said which day it is in the system's zone.
fn browser_day() -> NaiveDate {
    let now = js_sys::Date::new_0();
    let month = now.get_month() + 1;
    i32::try_from(now.get_full_year())
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, now.get_date()))
        .unwrap_or_default()
}

/// The page.
#[component]
pub fn CalendarPage() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let view = Memo::new(move |_| View::parse(router.param("view").as_deref()));
    let today = RwSignal::new(None::<NaiveDate>);
    let day =
        Memo::new(move |_| router.param("date").as_deref().and_then(parse).or_else(|| today.get()).unwrap_or_else(browser_day));
    let url = scope.api("/calendar");
    let remote = use_remote::<Calendar>(move || {
        let (from, to) = view.get().range(day.get());
        let filters = router.query().only(&["kinds", "assignee", "status"]).suffix().replacen('?', "&", 1);
        Some(format!("{url}?from={from}&to={to}{filters}"))
    });
    Effect::new(move || {
        if let Some(said) = remote.map(|calendar| calendar.today)
            && today.get_untracked() != Some(said)
        {
            today.set(Some(said));
        }
    });
    let (mover, board) = (use_mover(), Board::new(day));
    let (moving, feeds) = (RwSignal::new(None::<CalendarEntry>), RwSignal::new(false));
    let actions = move || view! { <Button icon=Icon::Link on_press=move || feeds.set(true)>"Subscribe"</Button> };
    let own = mover.clone();
    view! {
        <PageHead title="Calendar" note=scope.system.name.clone() actions />
        <Bar view=view.into() day=day.into() />
        <Filters />
        <RemoteView remote shape=Shape::Page let:calendar>
            {
                board.keep_focus();
                let (shown, list) = (view.get(), calendar.clone());
                if shown == View::Agenda {
                    view! { <Card title="Agenda"><List calendar=list moving /></Card> }.into_any()
                } else {
                    view! {
                        <div class="cal-both">
                            <Grid calendar view=shown board mover=own.clone() />
                            <Card title="List"><List calendar=list moving /></Card>
                        </div>
                    }.into_any()
                }
            }
        </RemoteView>
        <MoveDialog entry=moving mover />
        <FeedsDialog open=feeds />
    }
}

#[component]
fn Filters() -> impl IntoView {
    let members = use_members();
    let kinds = CalendarKind::ALL.iter().map(|one| Choice::new(one.as_str(), kind(*one).1)).collect::<Vec<_>>();
    let statuses = CalendarStatus::ALL.iter().map(|one| Choice::new(one.as_str(), status(*one).0)).collect::<Vec<_>>();
    let people = Signal::derive(move || {
        let mut choices = vec![Choice::new("me", "Me"), Choice::new("none", "Nobody")];
        choices.extend(members.map(|page| named(&page.items, Role::Viewer)).unwrap_or_default());
        choices
    });
    view! {
        <div class="filters cal-filters no-print" role="search" aria-label="Filters">
            <FilterChip name="kinds" label="Kind" choices=kinds />
            <FilterChip name="status" label="Status" choices=statuses />
            <FilterChip name="assignee" label="Who does it" choices=people single=true />
        </div>
    }
}

/// Which view, and the way to the one before and the next.
#[component]
fn Bar(view: Signal<View>, day: Signal<NaiveDate>) -> impl IntoView {
    let router = use_router();
    let to = move |way: i32| router.href_with(&[("date", Some(&view.get().step(day.get(), way).to_string()))]);
    let title = move || {
        let (view, day) = (view.get(), day.get());
        let (from, to) = view.range(day);
        match view {
            View::Month => month(day),
            _ => format!("{} to {}", format::date_near(from, to), format::date(to)),
        }
    };
    let noun = move || match view.get() {
        View::Week => "week",
        View::Month | View::Agenda => "month",
    };
    let choice = move |value: Option<&'static str>, label: &'static str| {
        let current = move || (View::parse(value) == view.get()).then_some("true");
        view! { <a class="seg-part" href=move || router.href_with(&[("view", value)]) aria-current=current>{label}</a> }
    };
    view! {
        <div class="cal-bar no-print">
            <span class="row tight-row">
                <a class="btn cal-step" href=move || to(-1) aria-label=move || format!("The {} before", noun())><IconView icon=Icon::ChevronLeft /></a>
                <a class="btn" href=move || router.href_with(&[("date", None)])>"Today"</a>
                <a class="btn cal-step" href=move || to(1) aria-label=move || format!("The next {}", noun())><IconView icon=Icon::ChevronRight /></a>
            </span>
            <h2 class="cal-title" aria-live="polite">{title}</h2>
            <nav class="seg" aria-label="View">{choice(None, "Month")}{choice(Some("week"), "Week")}{choice(Some("agenda"), "Agenda")}</nav>
        </div>
    }
}
