//! Rows and cells of the board, and the arrow keys. The board is one stop of the tab key: 110 would be a wall.

use super::tip::Tip;
use super::{cell_words, points_words};
use crate::words;
use leptos::prelude::*;
use shared_types::dashboard::{BoardCell, BoardFamily};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The class of a cell's width: its points.
fn width(points: Option<u8>) -> &'static str {
    match points {
        None | Some(0) => "w0",
        Some(1) => "w1",
        Some(2 | 3) => "w3",
        Some(_) => "w5",
    }
}

/// One family.
#[component]
pub fn Row(family: BoardFamily, href: Callback<String, Option<String>>, tip: Tip, stop: RwSignal<String>) -> impl IntoView {
    let done = family.counts.met + family.counts.not_applicable;
    let label = format!("{}: {done} of {} met or not applicable", family.name, family.cells.len());
    let cells = family.cells.into_iter().map(|cell| view! { <Cell cell href tip stop /> }).collect_view();
    view! {
        <div class="board-fam" aria-hidden="true" title=family.name.clone()>{family.name.clone()}</div>
        <div class="board-count" aria-hidden="true">{format!("{done}/{}", family.counts.total())}</div>
        <div class="board-cells" role="group" aria-label=label>{cells}</div>
    }
}

/// One requirement: a link where its page is, else only a cell.
#[component]
fn Cell(cell: BoardCell, href: Callback<String, Option<String>>, tip: Tip, stop: RwSignal<String>) -> impl IntoView {
    let class = format!("cell {} {}", width(cell.points), words::finding_class(cell.finding));
    let label = format!("{} {}, {}, {}", cell.reference, cell.title, points_words(cell.points), cell_words(&cell));
    let link = href.run(cell.reference.clone());
    let own = cell.reference.clone();
    let tab = move || if stop.with(|stop| *stop == own) { "0" } else { "-1" };
    let cell = StoredValue::new(cell);
    let show = move |target: Option<web_sys::EventTarget>, delay: u32| {
        if let Some(element) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
            tip.show(&cell.get_value(), &element, delay);
        }
    };
    let enter = move |event: leptos::ev::PointerEvent| {
        if event.pointer_type() == "mouse" {
            show(event.current_target(), 350);
        }
    };
    let focus = move |event: leptos::ev::FocusEvent| {
        stop.set(cell.with_value(|cell| cell.reference.clone()));
        show(event.current_target(), 150);
    };
    match link {
        Some(link) => {
            view! { <a class=class href=link aria-label=label tabindex=tab on:pointerenter=enter on:focus=focus></a> }.into_any()
        }
        None => view! { <span class=class role="img" aria-label=label tabindex=tab on:pointerenter=enter on:focus=focus></span> }
            .into_any(),
    }
}

/// Left and right go from cell to cell, up and down from row to row, Home and End to the ends of a row.
pub fn move_focus(event: leptos::ev::KeyboardEvent) {
    let Some(cell) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    let Some(row) = cell.parent_element() else { return };
    let sibling = |element: Option<web_sys::Element>| element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let first = |row: &web_sys::Element| sibling(row.first_element_child());
    let last = |row: &web_sys::Element| sibling(row.last_element_child());
    let next = match event.key().as_str() {
        "ArrowRight" => sibling(cell.next_element_sibling()).or_else(|| first(&row_from(&row, true)?)),
        "ArrowLeft" => sibling(cell.previous_element_sibling()).or_else(|| last(&row_from(&row, false)?)),
        "ArrowDown" => row_from(&row, true).and_then(|row| nearest(&row, &cell)),
        "ArrowUp" => row_from(&row, false).and_then(|row| nearest(&row, &cell)),
        "Home" => first(&row),
        "End" => last(&row),
        _ => return,
    };
    event.prevent_default();
    if let Some(next) = next {
        // A cell takes the focus.
        let _ = next.focus();
    }
}

/// The row of cells before or after this one.
fn row_from(row: &web_sys::Element, after: bool) -> Option<web_sys::Element> {
    let mut other = row.clone();
    loop {
        other = if after { other.next_element_sibling()? } else { other.previous_element_sibling()? };
        if other.class_list().contains("board-cells") {
            return Some(other);
        }
    }
}

/// The cell of a row that stands nearest below or above another.
fn nearest(row: &web_sys::Element, cell: &HtmlElement) -> Option<HtmlElement> {
    let middle = |element: &web_sys::Element| {
        let rect = element.get_bounding_client_rect();
        rect.left() + rect.width() / 2.0
    };
    let wanted = middle(cell);
    let cells = row.children();
    let distance = |element: &web_sys::Element| (middle(element) - wanted).abs();
    (0..cells.length())
        .filter_map(|index| cells.item(index))
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .and_then(|element| element.dyn_into().ok())
}
