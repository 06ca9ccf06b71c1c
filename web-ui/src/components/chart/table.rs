//! The score over time as a table.

use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::format::number;
use leptos::prelude::*;
use shared_types::score::ScorePoint;
use std::sync::Arc;

/// Each score with its moment, newest first.
#[component]
pub fn HistoryTable(history: Arc<Vec<ScorePoint>>) -> impl IntoView {
    let score = |value: Option<i32>| value.map_or_else(|| "none".to_owned(), |value| number(i64::from(value)));
    let rows = history.iter().rev().cloned().map(|point| {
        view! {
            <tr>
                <Td label="Since"><Moment at=point.at /></Td>
                <Td label="Score" num=true>{score(point.value)}</Td>
                <Td label="Other bound" num=true>{score(point.best)}</Td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="board-table chart-table">
            <TableView label="Score over time" head=|| view! { <Th>"Since"</Th><Th num=true>"Score"</Th><Th num=true>"Other bound"</Th> }>
                {rows}
            </TableView>
        </div>
    }
}
