//! A bar that fills.

use leptos::prelude::*;

/// How a bar looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bar {
    /// Under way.
    #[default]
    Going,
    /// Done.
    Done,
    /// Halted.
    Halted,
}

/// A bar that fills from 0 to 100.
#[component]
pub fn ProgressBar(
    /// What it measures.
    #[prop(into)]
    label: Signal<String>,
    /// How far, in percent.
    #[prop(into)]
    percent: Signal<f64>,
    /// How it looks.
    #[prop(optional, into)]
    bar: Signal<Bar>,
) -> impl IntoView {
    let class = move || match bar.get() {
        Bar::Going => "prog-fill",
        Bar::Done => "prog-fill ok",
        Bar::Halted => "prog-fill halted",
    };
    view! {
        <div class="prog" role="progressbar" aria-label=move || label.get() aria-valuemin="0" aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", percent.get())>
            <div class=class style=("width", move || format!("{:.2}%", percent.get().clamp(0.0, 100.0)))></div>
        </div>
    }
}
