//! An entry: its words, icons and colours, and its chip.

use super::grid::Board;
use crate::components::badge::Tone;
use crate::components::icon::{Icon, IconView};
use crate::dom;
use crate::router::SystemPage;
use crate::scope::Scope;
use leptos::prelude::*;
use shared_types::calendar::{CalendarEntry, CalendarKind, CalendarStatus};

/// What an entry's day means, what its kind is called as a filter, and its icon.
pub fn kind(kind: CalendarKind) -> (&'static str, &'static str, Icon) {
    match kind {
        CalendarKind::Review => ("Review", "Control reviews", Icon::Eye),
        CalendarKind::Task => ("Due", "Task due dates", Icon::Board),
        CalendarKind::Evidence => ("Expires", "Evidence expiry", Icon::Document),
    }
}

/// A status in one word, with colour and icon.
pub fn status(status: CalendarStatus) -> (&'static str, Tone, Icon) {
    match status {
        CalendarStatus::Overdue => ("Overdue", Tone::Bad, Icon::Alert),
        CalendarStatus::Soon => ("Soon", Tone::Warn, Icon::Clock),
        CalendarStatus::Planned => ("Planned", Tone::Info, Icon::Circle),
        CalendarStatus::Done => ("Done", Tone::Good, Icon::Check),
    }
}

/// The same of one entry. Work is overdue; evidence has expired, or is about to.
pub fn standing(entry: &CalendarEntry) -> (&'static str, Tone, Icon) {
    let (word, tone, icon) = status(entry.status);
    let word = match (entry.kind, entry.status) {
        (CalendarKind::Evidence, CalendarStatus::Overdue) => "Expired",
        (CalendarKind::Evidence, CalendarStatus::Soon) => "Expiring",
        _ => word,
    };
    (word, tone, icon)
}

/// Its page.
pub fn href(scope: &Scope, entry: &CalendarEntry) -> String {
    let reference = entry.reference.clone();
    scope.href(match entry.kind {
        CalendarKind::Review => SystemPage::Control(reference),
        CalendarKind::Task => SystemPage::Task(reference),
        CalendarKind::Evidence => SystemPage::EvidenceItem(reference),
    })
}

/// What a phone has room for of a reference: `12` of `TASK-12`, `3.1.1` of `AC.L2-3.1.1`.
fn number(reference: &str) -> String {
    reference.rsplit('-').next().unwrap_or(reference).to_owned()
}

/// The id of an entry's chip.
pub fn chip_id(entry: &CalendarEntry) -> String {
    format!("entry-{}", entry.id)
}

/// A chip: a link to its page. One that may have another day is dragged there. By Tab only those of the day that has the focus are reached:
/// a month of them would be a hundred stops.
pub fn chip(scope: &Scope, entry: &CalendarEntry, board: Board) -> AnyView {
    let (kind_word, _, kind_icon) = kind(entry.kind);
    let (status_word, tone, status_icon) = standing(entry);
    let full = format!("{kind_word}: {} {} ({status_word})", entry.reference, entry.title);
    // A phone shows a part of it, and its name is the whole all the same.
    let name = format!("{status_word}, {kind_word}: {} {}", entry.reference, entry.title);
    let (own, movable, day) = (entry.clone(), entry.movable, entry.date);
    let start = move |event: web_sys::DragEvent| {
        if let Some(transfer) = event.data_transfer() {
            // Some browsers begin no drag without data.
            let _ = transfer.set_data("text/plain", &own.reference);
            transfer.set_effect_allowed("move");
        }
        board.dragged.set(Some(own.clone()));
    };
    let end = move |_| {
        board.dragged.set(None);
        board.over.set(None);
    };
    let pressed = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            dom::focus(&super::grid::cell_id(day));
        }
    };
    view! {
        <a class=format!("cal-chip {}", tone.class()) id=chip_id(entry) href=href(scope, entry) title=full aria-label=name draggable=movable.to_string()
            tabindex=move || if board.day.get() == day { "0" } else { "-1" } on:dragstart=start on:dragend=end on:keydown=pressed>
            <IconView icon=status_icon />
            <span class="cal-chip-kind"><IconView icon=kind_icon /></span>
            <span class="cal-chip-number" aria-hidden="true">{number(&entry.reference)}</span>
            <span class="cal-chip-text"><span class="id">{entry.reference.clone()}</span>" "{entry.title.clone()}</span>
        </a>
    }
    .into_any()
}
