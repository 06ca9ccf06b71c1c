//! The score on its real scale: minimum, zero, the least of a conditional status, maximum.

use crate::format::number;
use leptos::prelude::*;

/// What the scale shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleValues {
    /// The lowest score there is.
    pub minimum: i32,
    /// The highest.
    pub maximum: i32,
    /// The score.
    pub value: i32,
    /// The other bound: if all that is not assessed proves met.
    pub best: i32,
    /// The least score of a conditional status.
    pub conditional_at: Option<i32>,
}

impl ScaleValues {
    /// Where a score stands, in percent of the width.
    pub fn at(&self, score: i32) -> f64 {
        let span = f64::from(self.maximum - self.minimum);
        if span <= 0.0 { 0.0 } else { (f64::from(score - self.minimum) / span * 100.0).clamp(0.0, 100.0) }
    }

    fn label(&self) -> String {
        let conditional = self.conditional_at.map(|at| format!("; conditional from {at}")).unwrap_or_default();
        let best = if self.best > self.value {
            format!("; {} if all that is not assessed proves met", self.best)
        } else {
            String::new()
        };
        format!("Score {} on a scale from {} to {}{conditional}{best}", self.value, self.minimum, self.maximum)
    }
}

/// The scale.
#[component]
pub fn ScoreScale(
    /// What it shows.
    values: ScaleValues,
) -> impl IntoView {
    let at = |score: i32| format!("{:.2}%", values.at(score));
    let reached = values.conditional_at.is_some_and(|least| values.value >= least);
    let fill = if reached { "scale-fill met" } else { "scale-fill" };
    let width = format!("{:.2}%", (values.at(values.best) - values.at(values.value)).max(0.0));
    let zero = (values.minimum < 0).then(|| mark(at(0), "0", "scale-lab mid"));
    let conditional = values.conditional_at.map(|least| {
        view! {
            <i class="scale-tick" style=("left", at(least))></i>
            <span class="scale-lab before" style=("left", at(least))>{number(i64::from(least))}<span class="hide-s">" conditional"</span></span>
        }
    });
    view! {
        <div class="scale" role="img" aria-label=values.label()>
            <div class="scale-bar">
                <div class=fill style=("width", at(values.value))></div>
                <div class="scale-best" style=("left", at(values.value)) style=("width", width)></div>
            </div>
            {zero}
            {conditional}
            <i class="scale-here" style=("left", at(values.value))></i>
            <span class="scale-lab start">{number(i64::from(values.minimum))}</span>
            <span class="scale-lab end">{number(i64::from(values.maximum))}</span>
        </div>
    }
}

fn mark(left: String, text: &'static str, class: &'static str) -> impl IntoView {
    view! { <i class="scale-tick" style=("left", left.clone())></i><span class=class style=("left", left)>{text}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_ends_are_the_ends() {
        let values = ScaleValues { minimum: -203, maximum: 110, value: 24, best: 59, conditional_at: Some(88) };
        assert!((values.at(-203), values.at(110)) == (0.0, 100.0));
        assert!((values.at(24) - 72.52).abs() < 0.01 && (values.at(0) - 64.86).abs() < 0.01);
        assert!((values.at(500), values.at(-500)) == (100.0, 0.0));
        assert!(values.label().contains("59 if all"));
        let level_3 = ScaleValues { minimum: 0, maximum: 0, ..values };
        assert!(level_3.at(3) == 0.0);
    }
}
