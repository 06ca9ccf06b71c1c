//! Weeks as a grid of days, as the grid of the ARIA practices: one day has the focus and moves it by keys; Enter goes to its entries, Escape
//! back to it. Entries are dropped on days.

use super::days::{View, WEEKDAYS, key, month, plus, weekday, weeks};
use super::entry::{chip, chip_id};
use super::moving::Mover;
use crate::dom;
use crate::format;
use crate::router::use_router;
use crate::scope::use_scope;
use chrono::{Datelike, NaiveDate};
use leptos::prelude::*;
use shared_types::calendar::{Calendar, CalendarEntry};
use std::sync::Arc;

/// Entries of a day that a month shows; the others are behind a link to the day's list.
const SHOWN: usize = 3;

/// The id of a day's cell.
pub fn cell_id(day: NaiveDate) -> String {
    format!("day-{day}")
}

/// What a grid knows while it is used.
#[derive(Clone, Copy)]
pub struct Board {
    /// The day that has, or would get, the focus.
    pub day: Memo<NaiveDate>,
    /// What gets the focus when the calendar is drawn next, by its id: a key has moved to a day that is not drawn yet.
    wanted: StoredValue<Option<String>>,
    /// The entry that is being dragged.
    pub dragged: RwSignal<Option<CalendarEntry>>,
    /// The day that it is over.
    pub over: RwSignal<Option<NaiveDate>>,
}

impl Board {
    /// For the day of the address.
    pub fn new(day: Memo<NaiveDate>) -> Self {
        Self { day, wanted: StoredValue::new(None), dragged: RwSignal::new(None), over: RwSignal::new(None) }
    }

    /// Keeps the focus over a drawing: to be called when the old one is still there. What had it has it again, by its id.
    pub fn keep_focus(self) {
        let own = |id: &String| ["day-", "entry-", "move-"].iter().any(|part| id.starts_with(part));
        let wanted = self.wanted.get_value().or_else(|| dom::active_id().filter(own));
        self.wanted.set_value(None);
        if let Some(id) = wanted {
            dom::later(0, move || dom::focus(&id));
        }
    }
}

/// The grid.
#[component]
pub fn Grid(
    /// What there is.
    calendar: Arc<Calendar>,
    /// Month or week.
    view: View,
    /// What outlives a drawing of the grid.
    board: Board,
    /// What a day's entries are given another day with.
    mover: Mover,
) -> impl IntoView {
    // The first week of a month holds its first day, so that the second is all of that month.
    let shown = plus(calendar.from, 7).month();
    let label = month(if view == View::Month { plus(calendar.from, 7) } else { calendar.from });
    let head = WEEKDAYS.map(|name| {
        view! { <div class="cal-head" role="columnheader"><span class="sr-only">{name}</span><span aria-hidden="true">{name.get(..3)}</span></div> }
    });
    let rows = weeks(calendar.from, calendar.to).into_iter().map(|week| {
        let cells = week.into_iter().map(|one| {
            let entries: Vec<CalendarEntry> = calendar.entries.iter().filter(|entry| entry.date == one).cloned().collect();
            let other = view == View::Month && one.month() != shown;
            view! { <Cell day=one today=calendar.today other entries view board mover=mover.clone() /> }
        });
        view! { <div class="cal-week" role="row">{cells.collect_view()}</div> }
    });
    let class = if view == View::Week { "cal-grid one-week" } else { "cal-grid" };
    view! {
        <div class=class role="grid" aria-label=label>
            <div class="cal-week heads" role="row">{head.into_iter().collect_view()}</div>
            {rows.collect_view()}
        </div>
    }
}

#[component]
fn Cell(
    day: NaiveDate,
    today: NaiveDate,
    /// Of another month than the one that is shown.
    other: bool,
    entries: Vec<CalendarEntry>,
    view: View,
    board: Board,
    mover: Mover,
) -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let focused = move || board.day.get() == day;
    let first = entries.first().map(chip_id);
    let go = move |next: NaiveDate| {
        let drawn = view.range(next) == view.range(board.day.get_untracked());
        if !drawn {
            board.wanted.set_value(Some(cell_id(next)));
        }
        router.set_query(&[("date", Some(&next.to_string()))], true);
        if drawn {
            dom::focus(&cell_id(next));
        }
    };
    let pressed = move |event: web_sys::KeyboardEvent| {
        // Keys on a chip are the chip's, and those with these are the browser's.
        if event.target() != event.current_target() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        if let ("Enter", Some(first)) = (event.key().as_str(), &first) {
            event.prevent_default();
            return dom::focus(first);
        }
        let Some(next) = key(day, &event.key(), event.shift_key()) else { return };
        event.prevent_default();
        go(next);
    };
    let clicked = move |event: web_sys::MouseEvent| {
        if event.target() == event.current_target() {
            go(day);
        }
    };
    let takes = move || board.dragged.with(|entry| entry.as_ref().is_some_and(|entry| entry.movable));
    let over = move |event: web_sys::DragEvent| {
        if takes() {
            // Without this the browser does not let anything be dropped here.
            event.prevent_default();
            if board.over.get_untracked() != Some(day) {
                board.over.set(Some(day));
            }
        }
    };
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        board.over.set(None);
        if let Some(entry) = board.dragged.get_untracked() {
            board.dragged.set(None);
            mover.drop_on(entry, day);
        }
    };
    let most = if view == View::Month { SHOWN } else { usize::MAX };
    // One that is left over takes the room that its chip would.
    let most = if entries.len() == most.saturating_add(1) { entries.len() } else { most };
    let more = entries.len().saturating_sub(most);
    let count = format::count(i64::try_from(entries.len()).unwrap_or(0), "entry", "entries");
    let label = format!("{}, {}, {count}", weekday(day), format::date(day));
    let chips = entries.iter().take(most).map(|entry| chip(&scope, entry, board)).collect_view();
    let date = day.to_string();
    let all = move || router.href_with(&[("view", Some("agenda")), ("date", Some(&date))]);
    view! {
        <div class="cal-day" class:other=other class:today={today == day} class:over=move || board.over.get() == Some(day)
            role="gridcell" id=cell_id(day) aria-label=label aria-selected=move || focused().to_string()
            aria-current=(today == day).then_some("date") tabindex=move || if focused() { "0" } else { "-1" }
            on:keydown=pressed on:click=clicked on:dragover=over on:drop=dropped>
            <span class="cal-number" aria-hidden="true">{day.day()}</span>
            {chips}
            {(more > 0).then(|| view! { <a class="cal-more" href=all tabindex=move || if focused() { "0" } else { "-1" }>{format!("{more} more")}</a> })}
        </div>
    }
}
