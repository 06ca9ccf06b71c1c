//! What the list is made of: lines, sums, the selection.

use crate::api::Remote;
use crate::format;
use leptos::prelude::*;
use shared_types::controls::ControlSummary;
use shared_types::finding::FindingCounts;
use shared_types::{ControlId, Page};
use std::collections::HashSet;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Line {
    /// The head of a family.
    Family(String),
    /// A control.
    Control(ControlId),
}

/// The lines of a list; with the heads of families where it stands in their order.
pub fn lines(items: &[ControlSummary], grouped: bool) -> Vec<Line> {
    let mut lines = Vec::with_capacity(items.len() + 16);
    let mut family = None;
    for item in items {
        if grouped && family != Some(&item.family) {
            family = Some(&item.family);
            lines.push(Line::Family(item.family.clone()));
        }
        lines.push(Line::Control(item.id));
    }
    lines
}

/// A family in numbers: `22 requirements, 54 points`.
pub fn family_note(items: &[ControlSummary], code: &str) -> String {
    let of_it: Vec<&ControlSummary> = items.iter().filter(|item| item.family == code).collect();
    let count = i64::try_from(of_it.len()).unwrap_or(i64::MAX);
    if code == "CUSTOM" {
        return format::count(count, "control", "controls");
    }
    let points: i64 = of_it.iter().filter_map(|item| item.points).map(i64::from).sum();
    let requirements = format::count(count, "requirement", "requirements");
    if points == 0 { requirements } else { format!("{requirements}, {}", format::count(points, "point", "points")) }
}

/// Objectives that count as met, of all: `4/6`.
pub fn objectives(counts: FindingCounts) -> String {
    format!("{}/{}", counts.met + counts.not_applicable, counts.total())
}

/// The same in words: `4 met, 1 not met, 1 not assessed`.
pub fn objectives_words(counts: FindingCounts) -> String {
    let parts = [
        (counts.met, "met"),
        (counts.not_met, "not met"),
        (counts.not_applicable, "not applicable"),
        (counts.not_assessed, "not assessed"),
    ];
    let some: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    some.join(", ")
}

/// The selected rows. What is not in the list any more is not selected.
#[derive(Clone, Copy)]
pub struct Selection {
    chosen: RwSignal<HashSet<ControlId>>,
    remote: Remote<Page<ControlSummary>>,
}

impl Selection {
    /// Nothing selected.
    pub fn new(remote: Remote<Page<ControlSummary>>) -> Self {
        Self { chosen: RwSignal::new(HashSet::new()), remote }
    }

    /// Whether a row is selected.
    pub fn has(self, id: ControlId) -> bool {
        self.chosen.with(|chosen| chosen.contains(&id))
    }

    /// Selects a row, or not any more.
    pub fn toggle(self, id: ControlId) {
        self.chosen.update(|chosen| {
            if !chosen.remove(&id) {
                chosen.insert(id);
            }
        });
    }

    /// Selects every row of the list, or none.
    pub fn set_all(self, all: bool) {
        let ids = self.remote.peek().map(|page| page.items.iter().map(|item| item.id).collect()).unwrap_or_default();
        self.chosen.set(if all { ids } else { HashSet::new() });
    }

    /// The selected rows in the list's order.
    pub fn rows(self) -> Vec<ControlSummary> {
        self.chosen.with(|chosen| {
            self.remote
                .map(|page| page.items.iter().filter(|item| chosen.contains(&item.id)).cloned().collect())
                .unwrap_or_default()
        })
    }

    /// How many there are, and how many there could be.
    pub fn count(self) -> (usize, usize) {
        self.chosen.with(|chosen| {
            self.remote
                .map(|page| (page.items.iter().filter(|item| chosen.contains(&item.id)).count(), page.items.len()))
                .unwrap_or_default()
        })
    }

    /// The row with this reference.
    pub fn find(self, reference: &str) -> Option<ControlSummary> {
        self.remote.peek()?.items.iter().find(|item| item.reference == reference).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::finding::{Finding, PoamEligibility, Progress};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn control(number: u32, family: &str, points: Option<u8>) -> ControlSummary {
        ControlSummary {
            id: format!("01936e5a-0000-7000-8000-{number:012}").parse().unwrap(),
            reference: format!("{family}.L2-3.1.{number}"),
            title: "Title".into(),
            family: family.into(),
            custom: family == "CUSTOM",
            finding: Finding::NotAssessed,
            progress: Progress::NotStarted,
            objectives: FindingCounts::default(),
            points,
            deduction: points,
            poam: PoamEligibility::Never,
            owner: None,
            last_review: None,
            next_review: None,
            evidence_count: 0,
            open_tasks: 0,
            version: 1,
        }
    }

    #[test]
    fn families_head_their_controls() {
        let items = [control(1, "AC", Some(5)), control(2, "AC", Some(1)), control(3, "CA", None), control(4, "CUSTOM", None)];
        let heads = |grouped| lines(&items, grouped).into_iter().filter(|line| matches!(line, Line::Family(_))).count();
        assert_eq!((heads(true), heads(false)), (3, 0));
        assert_eq!(lines(&items, true).len(), 7);
        assert_eq!(family_note(&items, "AC"), "2 requirements, 6 points");
        assert_eq!(family_note(&items, "CA"), "1 requirement");
        assert_eq!(family_note(&items, "CUSTOM"), "1 control");
    }

    #[test]
    fn objectives_count_what_is_not_applicable_as_met() {
        let counts = FindingCounts { met: 3, not_met: 1, not_applicable: 1, not_assessed: 1 };
        assert_eq!(objectives(counts), "4/6");
        assert_eq!(objectives_words(counts), "3 met, 1 not met, 1 not applicable, 1 not assessed");
    }
}
