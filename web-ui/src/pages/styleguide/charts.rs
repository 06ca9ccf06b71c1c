//! Scale, board, chart.

use super::sample;
use crate::components::board::Board;
use crate::components::card::Card;
use crate::components::chart::ScoreChart;
use crate::components::scale::{ScaleValues, ScoreScale};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Charts() -> impl IntoView {
    let values = |value, best| ScaleValues { minimum: -203, maximum: 110, value, best, conditional_at: Some(88) };
    let scales = [values(24, 59), values(-203, 110), values(88, 88), values(110, 110)];
    view! {
        <Card title="Score scale">{scales.map(|values| view! { <ScoreScale values /> }).collect_view()}</Card>
        <Card title="Board" note="cell width = point value">
            <Board families=Arc::new(sample::families()) href=|reference: String| Some(format!("/styleguide#{reference}")) />
        </Card>
        <Card title="Score over time">
            <ScoreChart history=Arc::new(sample::history()) conditional_at=Some(88) range=(-203, 110) />
        </Card>
    }
}
