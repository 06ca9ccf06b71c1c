//! The tooltip of a cell: late enough not to flicker, below the cell so that it covers no neighbour in its row.

use super::{cell_words, points_words};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared_types::dashboard::BoardCell;
use std::time::Duration;
use web_sys::HtmlElement;

/// What the tooltip shows and where, in pixels of the board.
#[derive(Debug, Clone)]
struct Shown {
    cell: BoardCell,
    left: f64,
    top: f64,
    /// Hangs from its right end, near the board's right edge.
    from_right: bool,
}

/// The tooltip of a board.
#[derive(Clone, Copy)]
pub struct Tip {
    shown: RwSignal<Option<Shown>>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Tip {
    pub fn new() -> Self {
        Self { shown: RwSignal::new(None), waiting: StoredValue::new(None) }
    }

    /// Shows the tooltip of a cell after a while; at once where another one is shown already.
    pub fn show(self, cell: &BoardCell, element: &HtmlElement, delay: u32) {
        let Some(board) = element.closest(".board").ok().flatten() else { return };
        let (outer, inner) = (board.get_bounding_client_rect(), element.get_bounding_client_rect());
        let middle = inner.left() + inner.width() / 2.0 - outer.left();
        let from_right = middle > outer.width() / 2.0;
        let shown = Shown {
            cell: cell.clone(),
            left: if from_right { outer.width() - middle - 16.0 } else { middle - 16.0 },
            top: inner.bottom() - outer.top() + 9.0,
            from_right,
        };
        self.cancel();
        if self.shown.with_untracked(Option::is_some) {
            self.shown.set(Some(shown));
            return;
        }
        let appear = move || {
            self.shown.try_set(Some(shown));
        };
        self.waiting.set_value(set_timeout_with_handle(appear, Duration::from_millis(u64::from(delay))).ok());
    }

    /// Takes it away. A cell that has the focus while its page goes sends one last event, when nothing of this is left.
    pub fn hide(self) {
        self.cancel();
        self.shown.try_set(None);
    }

    fn cancel(self) {
        if let Some(handle) = self.waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }
}

/// The tooltip. Hidden from screen readers: each cell's label says the same.
#[component]
pub fn TipView(tip: Tip) -> impl IntoView {
    move || {
        tip.shown.get().map(|shown| {
            let side = if shown.from_right { "right" } else { "left" };
            let cell = shown.cell;
            let poam = cell.never_on_poam.then_some(" May not be on a POA&M.");
            view! {
                <div class="tip" aria-hidden="true" style=(side, format!("{:.0}px", shown.left.max(0.0))) style=("top", format!("{:.0}px", shown.top))>
                    <b class="id">{cell.reference.clone()}</b>" · "{points_words(cell.points)}<br />
                    {cell.title.clone()}<br />
                    {cell_words(&cell)}"."{poam}
                </div>
            }
        })
    }
}
