//! The table of requirements.

use super::columns::Columns;
use super::judge::Judge;
use super::keys;
use super::model::{Line, Selection, family_note, lines};
use super::row::Row;
use crate::api::Remote;
use crate::components::pagination::Pagination;
use crate::components::table::{SortTh, TableView, Th};
use crate::router::use_router;
use crate::words;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::controls::ControlSummary;
use std::collections::HashMap;

/// The table.
#[component]
pub fn Rows(
    remote: Remote<Page<ControlSummary>>,
    selection: Selection,
    /// Absent for readers who may not set findings.
    judge: Option<Judge>,
) -> impl IntoView {
    let router = use_router();
    let contributor = judge.is_some();
    let columns = expect_context::<Columns>();
    let grouped = Memo::new(move |_| router.param("sort").is_none_or(|sort| sort == "position"));
    let all = Memo::new(move |_| remote.map(|page| lines(&page.items, grouped.get())).unwrap_or_default());
    // Each row follows its own control: a change of one builds no other row anew, and the focus stays where it is.
    let by_id = Memo::new(move |_| {
        remote.map(|page| page.items.iter().map(|item| (item.id, item.clone())).collect::<HashMap<_, _>>()).unwrap_or_default()
    });
    let family = move |code: String| {
        let of = code.clone();
        let note = move || remote.map(|page| family_note(&page.items, &of)).unwrap_or_default();
        view! {
            <tr class="group">
                {contributor.then(|| view! { <td class="check"></td> })}
                <th scope="colgroup" colspan="12">{words::family(&code).to_owned()}" "<span class="muted">"· "{note}</span></th>
            </tr>
        }
    };
    let line = move |line: Line| match line {
        Line::Family(code) => family(code).into_any(),
        Line::Control(id) => {
            let Some(first) = by_id.with_untracked(|map| map.get(&id).cloned()) else { return ().into_any() };
            let reference = first.reference.clone();
            let item = Memo::new(move |_| by_id.with(|map| map.get(&id).cloned()).unwrap_or_else(|| first.clone()));
            view! { <Row id reference item selection contributor /> }.into_any()
        }
    };
    view! {
        <div data-hide=move || columns.hidden() on:keydown=move |event| keys::on_row(&event, selection, judge) on:focusin=keys::keep_focus(all)>
            <TableView label="Requirements" head=move || view! { <Head selection contributor /> }>
                <For each=move || all.get() key=Clone::clone children=line />
            </TableView>
        </div>
        <keys::Commands contributor />
        {move || remote.get().map(|page| view! {
            <Pagination page=page.page.clone() shown=page.items.len() noun=("requirement", "requirements") />
        })}
    }
}

/// The head of the table.
#[component]
fn Head(selection: Selection, contributor: bool) -> impl IntoView {
    let all = move || {
        let (chosen, shown) = selection.count();
        shown > 0 && chosen == shown
    };
    let some = move || {
        let (chosen, shown) = selection.count();
        chosen > 0 && chosen < shown
    };
    view! {
        {contributor.then(|| view! {
            <th scope="col" class="check">
                <input type="checkbox" aria-label="Select all" prop:checked=all prop:indeterminate=some
                    on:change=move |event| selection.set_all(event_target_checked(&event)) />
            </th>
        })}
        <SortTh field="position" default="position">"Requirement"</SortTh>
        <Th>"Title"</Th>
        <SortTh field="finding" class="c-finding">"Finding"</SortTh>
        <th scope="col" class="c-progress">"Progress"</th>
        <th scope="col" class="num c-objectives">"Objectives"</th>
        <th scope="col" class="num c-points">"Points"</th>
        <th scope="col" class="c-poam">"POA&M"</th>
        <th scope="col" class="c-owner">"Owner"</th>
        <SortTh field="next_review" class="c-review">"Next review"</SortTh>
        <th scope="col" class="num c-evidence">"Evidence"</th>
        <th scope="col" class="num c-tasks">"Tasks"</th>
    }
}
