//! The board: a row for each family, a cell for each requirement, as wide as its points, so that a row's length is the points at
//! stake. Each cell is a link; the arrow keys move between them; a table says the same.

mod cells;
mod table;
mod tip;

use crate::components::button::{Button, ButtonKind};
use crate::format;
use crate::words;
use cells::Row;
use leptos::prelude::*;
use shared_types::dashboard::{BoardCell, BoardFamily};
use shared_types::finding::{Finding, FindingCounts};
use std::sync::Arc;
use tip::Tip;

/// The findings in the order of the legend.
const LEGEND: [Finding; 4] = [Finding::Met, Finding::NotMet, Finding::NotApplicable, Finding::NotAssessed];

/// How many of a finding.
pub fn count_of(counts: FindingCounts, finding: Finding) -> u32 {
    match finding {
        Finding::Met => counts.met,
        Finding::NotMet => counts.not_met,
        Finding::NotApplicable => counts.not_applicable,
        Finding::NotAssessed => counts.not_assessed,
    }
}

/// All families together.
fn total(families: &[BoardFamily]) -> FindingCounts {
    families.iter().flat_map(|family| &family.cells).fold(FindingCounts::default(), |mut counts, cell| {
        counts.add(cell.finding);
        counts
    })
}

/// What a cell says in words.
fn cell_words(cell: &BoardCell) -> String {
    let status = words::finding(cell.finding).word;
    let left = cell.objectives.not_met + cell.objectives.not_assessed;
    match cell.finding {
        Finding::NotMet | Finding::NotAssessed if left > 0 => {
            format!("{status}: {left} of {} open", format::count(cell.objectives.total(), "objective", "objectives"))
        }
        _ => status.to_owned(),
    }
}

/// The points of a cell in words.
fn points_words(points: Option<u8>) -> String {
    points.map_or_else(|| "no point value".to_owned(), |points| format::count(points, "point", "points"))
}

/// The board.
#[component]
pub fn Board(
    /// A row for each family.
    families: Arc<Vec<BoardFamily>>,
    /// The address of a requirement's page, by its reference.
    #[prop(into)]
    href: Callback<String, Option<String>>,
) -> impl IntoView {
    let as_table = RwSignal::new(false);
    let tip = Tip::new();
    // The cell that the tab key leads to: the first, then the one that was last looked at.
    let first = families.first().and_then(|family| family.cells.first()).map(|cell| cell.reference.clone());
    let stop = RwSignal::new(first.unwrap_or_default());
    let counts = total(&families);
    let rows = families.clone();
    let shown = move || {
        if as_table.get() {
            view! { <table::BoardTable families=rows.clone() href /> }.into_any()
        } else {
            let rows = rows.iter().cloned().map(|family| view! { <Row family href tip stop /> }).collect_view();
            view! {
                <div class="board" on:keydown=cells::move_focus on:pointerleave=move |_| tip.hide() on:focusout=move |_| tip.hide()>
                    {rows}
                    <tip::TipView tip />
                </div>
            }
            .into_any()
        }
    };
    view! {
        <div class="board-hold">{shown}</div>
        <div class="legend">
            {LEGEND.map(|finding| view! {
                <span><i class=format!("cell {}", words::finding_class(finding))></i>{words::finding(finding).word}" "{count_of(counts, finding)}</span>
            }).collect_view()}
            <span class="sp"></span>
            <Button kind=ButtonKind::Quiet on_press=move || as_table.update(|table| *table = !*table)>
                {move || if as_table.get() { "View as board" } else { "View as table" }}
                <span class="sr-only">" of requirements"</span>
            </Button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::finding::Progress;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn cell(finding: Finding, objectives: FindingCounts, points: Option<u8>) -> BoardCell {
        BoardCell {
            control: "01936e5a-0000-7000-8000-000000000001".parse().unwrap(),
            reference: "AC.L2-3.1.1".into(),
            title: "Authorized Access Control".into(),
            points,
            finding,
            progress: Progress::InProgress,
            objectives,
            never_on_poam: true,
        }
    }

    #[test]
    fn cells_say_what_is_open() {
        let counts = FindingCounts { met: 4, not_met: 1, not_applicable: 0, not_assessed: 1 };
        assert_eq!(cell_words(&cell(Finding::NotMet, counts, Some(5))), "Not met: 2 of 6 objectives open");
        let met = FindingCounts { met: 2, ..FindingCounts::default() };
        assert_eq!(cell_words(&cell(Finding::Met, met, Some(1))), "Met");
        assert_eq!((points_words(Some(1)), points_words(None)), ("1 point".into(), "no point value".into()));
    }
}
