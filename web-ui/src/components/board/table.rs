//! The board as a table.

use super::{cell_words, points_words};
use crate::components::badge::FindingBadge;
use crate::components::table::{TableView, Td, Th};
use leptos::prelude::*;
use shared_types::dashboard::{BoardCell, BoardFamily};
use std::sync::Arc;

/// Every requirement in a row.
#[component]
pub fn BoardTable(families: Arc<Vec<BoardFamily>>, href: Callback<String, Option<String>>) -> impl IntoView {
    let rows = families.iter().map(|family| {
        let head = format!(
            "{}, {} of {} met or not applicable",
            family.name,
            family.counts.met + family.counts.not_applicable,
            family.counts.total()
        );
        view! {
            <tr class="group"><td colspan="4">{head}</td></tr>
            {family.cells.iter().cloned().map(|cell| view! { <CellRow cell href /> }).collect_view()}
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="board-table">
            <TableView label="Requirements by family" head=|| view! { <Th>"Requirement"</Th><Th>"Title"</Th><Th>"Finding"</Th><Th num=true>"Points"</Th> }>
                {rows}
            </TableView>
        </div>
    }
}

#[component]
fn CellRow(cell: BoardCell, href: Callback<String, Option<String>>) -> impl IntoView {
    let reference = match href.run(cell.reference.clone()) {
        Some(link) => view! { <a class="id" href=link>{cell.reference.clone()}</a> }.into_any(),
        None => view! { <span class="id">{cell.reference.clone()}</span> }.into_any(),
    };
    let words = cell_words(&cell);
    view! {
        <tr>
            <Td main=true>{reference}</Td>
            <Td label="Title">{cell.title}</Td>
            <Td label="Finding"><span title=words><FindingBadge finding=cell.finding /></span></Td>
            <Td label="Points" num=true>{points_words(cell.points)}</Td>
        </tr>
    }
}
