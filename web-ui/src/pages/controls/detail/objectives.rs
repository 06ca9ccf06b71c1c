//! The objectives as a checklist. 1 2 3 set the finding of the one that has the focus.

use super::evidence::ControlEvidence;
use super::objective::ObjectiveRow;
use super::reason::Editing;
use super::special::WholeFoot;
use super::state::ControlState;
use crate::components::filter::is_typing;
use crate::dom;
use leptos::ev;
use leptos::prelude::*;
use shared_types::finding::{Finding, FindingCounts};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// `4 of 6 met, 1 not assessed`.
fn summary(counts: FindingCounts) -> String {
    let good = counts.met + counts.not_applicable;
    let mut words = format!("{good} of {} met", counts.total());
    if counts.not_applicable > 0 {
        words = format!("{words} ({} N/A)", counts.not_applicable);
    }
    for (number, word) in [(counts.not_met, "not met"), (counts.not_assessed, "not assessed")] {
        if number > 0 {
            words = format!("{words}, {number} {word}");
        }
    }
    words
}

/// The id of an objective's row.
pub fn row_id(letter: &str) -> String {
    format!("objective-{letter}")
}

/// The card.
#[component]
pub fn Objectives(state: ControlState, evidence: ControlEvidence, contributor: bool) -> impl IntoView {
    let letters = state.part(|detail| detail.objectives.iter().map(|objective| objective.letter.clone()).collect::<Vec<_>>());
    let counts = Memo::new(move |_| {
        letters.get().unwrap_or_default().iter().filter_map(|letter| state.objective(letter)).fold(
            FindingCounts::default(),
            |mut counts, one| {
                counts.add(one.finding);
                counts
            },
        )
    });
    let editing = Editing::new();
    if contributor {
        listen(state, editing, letters);
    }
    view! {
        <section class="card" id="objectives">
            <header class="card-head">
                <h2>"Objectives"</h2>
                <span class="muted small" aria-live="polite">{move || summary(counts.get())}</span>
                <span class="sp"></span>
                {contributor.then(|| view! {
                    <span class="small muted hide-s no-print"><kbd>"1"</kbd>" "<kbd>"2"</kbd>" "<kbd>"3"</kbd>" set finding, "<kbd>"↑"</kbd>" "<kbd>"↓"</kbd>" move"</span>
                })}
            </header>
            <div class="card-flush">
                <For each=move || letters.get().unwrap_or_default() key=Clone::clone let:letter>
                    <ObjectiveRow state evidence editing letter contributor />
                </For>
                {contributor.then(|| view! { <WholeFoot state /> })}
            </div>
        </section>
    }
}

/// The row that has the focus, or holds what has it.
fn focused_row() -> Option<Element> {
    document().active_element()?.closest(".obj").ok()?
}

/// Moves to the next row; without a focus, to the first.
fn move_to(down: bool) -> bool {
    let next = match focused_row() {
        Some(row) if down => row.next_element_sibling(),
        Some(row) => row.previous_element_sibling(),
        None => document().query_selector(".obj").ok().flatten(),
    };
    let next = next.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok());
    next.is_some_and(|row| row.focus().is_ok())
}

/// Whether arrows belong to what has the focus: radio buttons move by them.
fn arrows_are_taken() -> bool {
    document()
        .active_element()
        .is_some_and(|element| !(element.tag_name() == "BODY" || element.id() == "page" || element.class_list().contains("obj")))
}

fn listen(state: ControlState, editing: Editing, letters: Memo<Option<Vec<String>>>) {
    let keys = window_event_listener(ev::keydown, move |event| {
        if is_typing(&event) {
            return;
        }
        let key = event.key();
        let taken = match key.as_str() {
            "ArrowDown" | "ArrowUp" if arrows_are_taken() => false,
            "ArrowDown" | "j" => move_to(true),
            "ArrowUp" | "k" => move_to(false),
            _ => false,
        };
        let finding = match key.as_str() {
            "1" => Some(Finding::Met),
            "2" => Some(Finding::NotMet),
            "3" => Some(Finding::NotApplicable),
            _ => None,
        };
        if taken || finding.is_some() {
            event.prevent_default();
        }
        let Some(finding) = finding else { return };
        let letter = focused_row().and_then(|row| row.get_attribute("data-letter"));
        // Without a focus the key would hit an objective that the reader does not look at: show which one would be first.
        let Some(letter) = letter else {
            if let Some(first) = letters.get_untracked().unwrap_or_default().first() {
                dom::focus(&row_id(first));
            }
            return;
        };
        editing.choose(state, &letter, finding, true);
    });
    on_cleanup(move || keys.remove());
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_summary_names_what_is_left() {
        assert_eq!(
            summary(FindingCounts { met: 4, not_met: 1, not_applicable: 0, not_assessed: 1 }),
            "4 of 6 met, 1 not met, 1 not assessed"
        );
        assert_eq!(summary(FindingCounts { met: 1, not_met: 0, not_applicable: 1, not_assessed: 0 }), "2 of 2 met (1 N/A)");
    }
}
