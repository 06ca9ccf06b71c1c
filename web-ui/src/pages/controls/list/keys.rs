//! The keyboard in the list: arrows move between requirements, Enter opens one, 1 2 3 set its finding, X selects it.

use super::judge::Judge;
use super::model::{Line, Selection};
use crate::components::filter::is_typing;
use leptos::ev;
use leptos::prelude::*;
use shared_types::finding::Finding;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, KeyboardEvent};

/// The finding of a key.
pub fn finding_of(key: &str) -> Option<Finding> {
    match key {
        "1" => Some(Finding::Met),
        "2" => Some(Finding::NotMet),
        "3" => Some(Finding::NotApplicable),
        _ => None,
    }
}

/// The row that an event happened in.
fn row_of(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest("tr[data-ref]").ok()?
}

fn focus_row(row: &Element) {
    let link = row.query_selector(".ref-link").ok().flatten().and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        // A link that is shown can be focused.
        let _ = link.focus();
    }
}

/// The next row in a direction, past the heads of families.
fn neighbour(row: &Element, down: bool) -> Option<Element> {
    let mut next = if down { row.next_element_sibling() } else { row.previous_element_sibling() };
    while let Some(row) = next {
        if row.has_attribute("data-ref") {
            return Some(row);
        }
        next = if down { row.next_element_sibling() } else { row.previous_element_sibling() };
    }
    None
}

/// Keeps the focus in the list when the row that has it leaves: set to Met, it may not match the filters any more. The row that
/// takes its place gets the focus.
pub fn keep_focus(lines: Memo<Vec<Line>>) -> impl Fn(FocusEvent) + 'static {
    let place = StoredValue::new(None::<u32>);
    Effect::new(move |before: Option<usize>| {
        let count = lines.with(Vec::len);
        if before.is_some_and(|before| before > count) {
            crate::dom::later(0, move || {
                let Some(place) = place.try_get_value().flatten().filter(|_| nothing_focused()) else { return };
                let Ok(rows) = document().query_selector_all("tr[data-ref]") else { return };
                let row = rows.get(place.min(rows.length().saturating_sub(1))).and_then(|row| row.dyn_into::<Element>().ok());
                if let Some(row) = row {
                    focus_row(&row);
                }
            });
        }
        count
    });
    move |event| {
        let row = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("tr[data-ref]").ok()?);
        let Ok(rows) = document().query_selector_all("tr[data-ref]") else { return };
        place.set_value((0..rows.length()).find(|at| rows.get(*at).as_ref() == row.as_deref()));
    }
}

/// A key within the table.
pub fn on_row(event: &KeyboardEvent, selection: Selection, judge: Option<Judge>) {
    if is_typing(event) {
        return;
    }
    let Some(row) = row_of(event) else { return };
    let key = event.key();
    if matches!(key.as_str(), "ArrowDown" | "ArrowUp" | "j" | "k") {
        event.prevent_default();
        if let Some(next) = neighbour(&row, matches!(key.as_str(), "ArrowDown" | "j")) {
            focus_row(&next);
        }
        return;
    }
    let Some(judge) = judge else { return };
    let Some(control) = row.get_attribute("data-ref").and_then(|reference| selection.find(&reference)) else { return };
    if key == "x" {
        selection.toggle(control.id);
    } else if let Some(finding) = finding_of(&key) {
        event.prevent_default();
        judge.choose(vec![control], finding);
    }
}

/// Keys outside the table: an arrow down leads into it. And what the keys are.
#[component]
pub fn Commands(contributor: bool) -> impl IntoView {
    let down = window_event_listener(ev::keydown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let from_filter = target.is_some_and(|target| target.id() == "assessment-filter");
        let from_nowhere = !is_typing(&event) && nothing_focused();
        let wanted = event.key() == "ArrowDown" || (event.key() == "j" && !from_filter);
        let wanted = wanted && (from_filter || from_nowhere);
        if let Some(first) = document().query_selector("tr[data-ref]").ok().flatten().filter(|_| wanted) {
            event.prevent_default();
            focus_row(&first);
        }
    });
    on_cleanup(move || down.remove());
    view! {
        <p class="keys-hint hide-s small muted no-print">
            <kbd>"↑"</kbd>" "<kbd>"↓"</kbd>" move, "<kbd>"Enter"</kbd>" opens"
            {contributor.then(|| view! { ", "<kbd>"1"</kbd>" "<kbd>"2"</kbd>" "<kbd>"3"</kbd>" Met, Not met, N/A, "<kbd>"x"</kbd>" selects" })}
        </p>
    }
}

/// Whether the focus is nowhere in particular.
fn nothing_focused() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY" || element.id() == "page")
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn three_keys_are_findings() {
        assert_eq!(finding_of("1"), Some(Finding::Met));
        assert_eq!(finding_of("3"), Some(Finding::NotApplicable));
        assert_eq!((finding_of("4"), finding_of("Enter")), (None, None));
    }
}
