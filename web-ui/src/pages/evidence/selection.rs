//! The evidence that is selected in the library, and what can be done with all of it.

use crate::api::Remote;
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::icon::Icon;
use crate::format;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::evidence::Evidence;
use std::collections::BTreeSet;

/// Most pieces of evidence of one archive: what the service takes of them in an address.
pub const MOST: usize = 200;

/// The selected rows, by number. What was selected on another page of the list stays selected.
#[derive(Clone, Copy)]
pub struct Selection {
    chosen: RwSignal<BTreeSet<String>>,
    remote: Remote<Page<Evidence>>,
}

impl Selection {
    /// Nothing selected.
    pub fn new(remote: Remote<Page<Evidence>>) -> Self {
        Self { chosen: RwSignal::new(BTreeSet::new()), remote }
    }

    /// Whether a row is selected.
    pub fn has(self, number: &str) -> bool {
        self.chosen.with(|chosen| chosen.contains(number))
    }

    /// Selects a row, or not any more.
    pub fn toggle(self, number: &str) {
        self.chosen.update(|chosen| {
            if !chosen.remove(number) {
                chosen.insert(number.to_owned());
            }
        });
    }

    /// Selects all rows in sight, or none of them.
    pub fn set_all(self, all: bool) {
        let shown = self.remote.peek().map(|page| page.items.iter().map(|one| one.number.clone()).collect::<Vec<_>>());
        self.chosen.update(|chosen| {
            for number in shown.unwrap_or_default() {
                if all {
                    chosen.insert(number);
                } else {
                    chosen.remove(&number);
                }
            }
        });
    }

    /// Selects nothing.
    fn clear(self) {
        self.chosen.set(BTreeSet::new());
    }

    /// How many are selected.
    fn count(self) -> usize {
        self.chosen.with(BTreeSet::len)
    }

    /// How many of the rows in sight are selected, and how many rows there are.
    pub fn in_sight(self) -> (usize, usize) {
        let all = |page: &Page<Evidence>| (page.items.iter().filter(|one| self.has(&one.number)).count(), page.items.len());
        self.remote.map(all).unwrap_or_default()
    }

    /// The numbers, separated by commas.
    fn numbers(self) -> String {
        self.chosen.with(|chosen| chosen.iter().map(String::as_str).collect::<Vec<_>>().join(","))
    }
}

/// The bar at the foot of the window while something is selected.
#[component]
pub fn BatchBar(
    /// What is selected.
    selection: Selection,
) -> impl IntoView {
    let archive = use_scope().api("/evidence-archive");
    let count = Memo::new(move |_| selection.count());
    let words = move || {
        let selected = format::count(i64::try_from(count.get()).unwrap_or_default(), "item selected", "items selected");
        if count.get() > MOST { format!("{selected}: at most {MOST} go into one archive") } else { selected }
    };
    let href = Signal::derive(move || format!("{archive}?ids={}", selection.numbers()));
    view! {
        <div class="batch-place" aria-live="polite">
            <div class="batch no-print" role="toolbar" aria-label="Selected evidence" class:none=move || count.get() == 0>
                <span class="strong">{words}</span>
                <Show when=move || (1..=MOST).contains(&count.get())>
                    <ButtonLink href icon=Icon::Download download="">"Download as ZIP"</ButtonLink>
                </Show>
                <Button kind=ButtonKind::Quiet on_press=move || selection.clear()>"Clear"</Button>
            </div>
        </div>
    }
}

/// The cell of the head that selects all rows in sight.
#[component]
pub fn SelectAll(
    /// What is selected.
    selection: Selection,
) -> impl IntoView {
    let all = move || {
        let (chosen, shown) = selection.in_sight();
        shown > 0 && chosen == shown
    };
    let some = move || {
        let (chosen, shown) = selection.in_sight();
        chosen > 0 && chosen < shown
    };
    view! {
        <th scope="col" class="check">
            <input type="checkbox" aria-label="Select all" prop:checked=all prop:indeterminate=some
                on:change=move |event| selection.set_all(event_target_checked(&event)) />
        </th>
    }
}
