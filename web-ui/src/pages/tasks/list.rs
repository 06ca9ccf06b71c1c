//! Tasks in a table.

use super::batch::{Chosen, Selection};
use crate::components::avatar::Person;
use crate::components::badge::{Badge, PriorityBadge, TaskBadge, Tone};
use crate::components::icon::Icon;
use crate::components::pagination::Pagination;
use crate::components::table::{SortTh, TableView, Td, Th};
use crate::format;
use crate::router::SystemPage;
use crate::scope::{Scope, use_scope};
use leptos::prelude::*;
use shared_types::Page;
use shared_types::tasks::{Priority, Task, TaskState};
use std::sync::Arc;

/// The table.
#[component]
pub fn List(
    /// The tasks.
    page: Arc<Page<Task>>,
    /// What is selected; nothing where the reader may change nothing.
    selection: Option<Selection>,
) -> impl IntoView {
    let scope = use_scope();
    let rows = page.items.iter().map(|task| row(&scope, task.clone(), selection)).collect_view();
    let whole = page.clone();
    let head = move || {
        view! {
            {selection.map(|selection| {
                let (own, all) = (whole.clone(), whole.clone());
                view! {
                    <th scope="col" class="check"><input type="checkbox" aria-label="Select all tasks of this page"
                        prop:checked=move || selection.has_all(&own.items) on:change=move |event| selection.set_all(&all.items, event_target_checked(&event)) /></th>
                }
            })}
            <SortTh field="number">"Number"</SortTh>
            <Th>"Task"</Th>
            <Th>"State"</Th>
            <SortTh field="priority">"Priority"</SortTh>
            <Th>"Assignee"</Th>
            <SortTh field="due" default="due">"Due"</SortTh>
            <Th>"Control"</Th>
        }
    };
    view! {
        <TableView label="Tasks" head>{rows}</TableView>
        <Pagination page=page.page.clone() shown=page.items.len() noun=("task", "tasks") />
    }
}

/// Its state, and what is special about it. That nobody has begun what is late goes without saying; that somebody has, does not.
pub fn badges(task: &Task) -> AnyView {
    view! {
        <TaskBadge state=task.state overdue=task.overdue && task.state == TaskState::Open />
        {(task.overdue && task.state != TaskState::Open).then(|| view! { <Badge tone=Tone::Bad icon=Icon::Clock>"Overdue"</Badge> })}
        {task.self_confirmed.then(|| view! { <Badge tone=Tone::Warn icon=Icon::Person>"Self-confirmed"</Badge> })}
        {task.missed.then(|| view! { <Badge tone=Tone::Warn icon=Icon::Clock>"Missed"</Badge> })}
    }
    .into_any()
}

/// Its date, plain or late.
pub fn due(task: &Task) -> AnyView {
    match task.due {
        Some(date) if task.overdue => view! { <span class="late">{format::date(date)}</span> }.into_any(),
        Some(date) => format::date(date).into_any(),
        None => view! { <span class="muted">"–"<span class="sr-only">"no date"</span></span> }.into_any(),
    }
}

fn row(scope: &Scope, task: Task, selection: Option<Selection>) -> AnyView {
    let href = scope.href(SystemPage::Task(task.number.clone()));
    let own = href.clone();
    let control = task.control.clone().map(|reference| {
        let href = scope.href(SystemPage::Control(reference.clone()));
        let title = task.control_title.clone();
        view! { <a class="id nowrap" href=href title=title>{reference}</a> }
    });
    let id = task.id;
    let check = selection.map(|selection| {
        let (own, label) = (Chosen::of(&task), format!("Select {}", task.number));
        view! {
            <td class="check"><input type="checkbox" aria-label=label prop:checked=move || selection.has(id) on:change=move |_| selection.toggle(id, &own) /></td>
        }
    });
    let (state, late) = (badges(&task), due(&task));
    let assignee = task.assignee.map(|person| person.name);
    let normal = task.priority == Priority::Normal;
    let priority = task.priority;
    view! {
        <tr aria-selected=move || selection.and_then(|selection| selection.has(id).then_some("true"))>
            {check}
            <Td label="Number"><a class="id nowrap" href=own>{task.number}</a></Td>
            <Td main=true><a class="task-title clip" href=href>{task.title}</a></Td>
            <Td label="State"><span class="row wrap tight-row">{state}</span></Td>
            <Td label="Priority">{if normal { view! { <span class="muted small">"Normal"</span> }.into_any() } else { view! { <PriorityBadge priority /> }.into_any() }}</Td>
            <Td label="Assignee"><Person name=assignee /></Td>
            <Td label="Due"><span class="nowrap">{late}</span></Td>
            <Td label="Control">{control}</Td>
        </tr>
    }
    .into_any()
}
