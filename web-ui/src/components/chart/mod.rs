//! The score over time: a line of steps, since a score holds until the next one; a table says the same.

mod points;
mod table;

use crate::components::button::{Button, ButtonKind};
use crate::format::number;
use leptos::prelude::*;
use points::{Frame, Plot, plot};
use shared_types::score::ScorePoint;
use std::sync::Arc;

/// The chart.
#[component]
pub fn ScoreChart(
    /// The scores, oldest first.
    history: Arc<Vec<ScorePoint>>,
    /// The least score of a conditional status.
    conditional_at: Option<i32>,
    /// The lowest score and the highest.
    range: (i32, i32),
) -> impl IntoView {
    let as_table = RwSignal::new(false);
    let (node, width) = use_width();
    let drawn = Memo::new({
        let history = history.clone();
        move |_| plot(&history, conditional_at, range, width.get())
    });
    view! {
        <div node_ref=node>{move || match (as_table.get(), drawn.get()) {
            (true, _) => view! { <table::HistoryTable history=history.clone() /> }.into_any(),
            (false, Some(plot)) => view! { <Drawing plot width=width.get() /> }.into_any(),
            (false, None) => view! { <p class="muted small">"The line begins with the first score."</p> }.into_any(),
        }}</div>
        <div class="legend">
            <span class="sp"></span>
            <Button kind=ButtonKind::Quiet on_press=move || as_table.update(|table| *table = !*table)>
                {move || if as_table.get() { "View as chart" } else { "View as table" }}
                <span class="sr-only">" of scores"</span>
            </Button>
        </div>
    }
}

/// The width that an element has on the page, kept up to date.
fn use_width() -> (NodeRef<leptos::html::Div>, RwSignal<f64>) {
    let node = NodeRef::<leptos::html::Div>::new();
    let width = RwSignal::new(760.0);
    let measure = move || {
        let found = node.try_get_untracked().flatten().map(|node| f64::from(node.client_width()));
        if let Some(found) = found.filter(|found| *found > 0.0 && (*found - width.get_untracked()).abs() > 1.0) {
            width.set(found);
        }
    };
    Effect::new(move || {
        node.track();
        request_animation_frame(measure);
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    (node, width)
}

#[component]
fn Drawing(plot: Plot, width: f64) -> impl IntoView {
    let Frame { height, left, right, .. } = points::FRAME;
    let rule = move |y: f64| format!("M{left} {y:.1}H{:.1}", width - right);
    let levels = plot.levels.into_iter().map(|level| {
        let class = if level.conditional { "chart-level conditional" } else { "chart-level" };
        view! {
            <path class=class d=rule(level.y) />
            <text class=class x=left - 8.0 y=level.y + 4.0 text-anchor="end">{number(i64::from(level.score))}</text>
        }
    });
    let months = plot.months.into_iter().map(|month| {
        view! { <text class="chart-month" x=month.x y=height - 4.0 text-anchor=month.anchor>{month.label}</text> }
    });
    view! {
        <svg class="chart" viewBox=format!("0 0 {width} {height}") role="img" aria-label=plot.label>
            {levels.collect_view()}
            {months.collect_view()}
            <path class="chart-area" d=plot.area />
            <path class="chart-line" d=plot.line />
            <circle class="chart-end" cx=plot.end.0 cy=plot.end.1 r="4.5" />
        </svg>
    }
}
