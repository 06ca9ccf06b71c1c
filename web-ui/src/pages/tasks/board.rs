//! Tasks on a board: a column for each state. Steps are taken on the task's own page, where their comments are.

use super::list::due;
use crate::components::avatar::Avatar;
use crate::components::badge::{Badge, PriorityBadge, StatusBadge, Tone};
use crate::components::icon::Icon;
use crate::router::SystemPage;
use crate::scope::{Scope, use_scope};
use crate::words;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::tasks::{Priority, Task, TaskState};
use std::sync::Arc;

/// The board.
#[component]
pub fn Board(page: Arc<Page<Task>>) -> impl IntoView {
    let scope = use_scope();
    let columns = TaskState::ALL.iter().map(|state| {
        let tasks: Vec<&Task> = page.items.iter().filter(|task| task.state == *state).collect();
        let (count, empty) = (tasks.len(), tasks.is_empty());
        let cards = tasks.into_iter().map(|task| card(&scope, task)).collect_view();
        let id = format!("column-{state}");
        let labelled = id.clone();
        view! {
            <section class="lane" aria-labelledby=labelled>
                <h2 id=id><StatusBadge status=words::task_state(*state) /><span class="muted small">{count}</span></h2>
                {if empty {
                    view! { <p class="lane-empty small muted">"None"</p> }.into_any()
                } else {
                    view! { <ul class="lane-cards">{cards}</ul> }.into_any()
                }}
            </section>
        }
    });
    let more = page.page.next.is_some();
    view! {
        <div class="lanes">{columns.collect_view()}</div>
        {more.then(|| view! { <p class="small muted lanes-more">"The board shows the first 200. Filter it, or look at the list."</p> })}
    }
}

fn card(scope: &Scope, task: &Task) -> AnyView {
    let href = scope.href(SystemPage::Task(task.number.clone()));
    let priority = task.priority;
    let dated = task.due.is_some();
    view! {
        <li class="lane-card">
            <a class="strong" href=href>{task.title.clone()}</a>
            <p class="small muted"><span class="id">{task.number.clone()}</span>{task.control.clone().map(|reference| view! { " · "<span class="id">{reference}</span> })}</p>
            <div class="row wrap tight-row small">
                {task.overdue.then(|| view! { <Badge tone=Tone::Bad icon=Icon::Clock>"Overdue"</Badge> })}
                {(priority != Priority::Normal).then(|| view! { <PriorityBadge priority /> })}
                {task.self_confirmed.then(|| view! { <Badge tone=Tone::Warn icon=Icon::Person>"Self-confirmed"</Badge> })}
                {dated.then(|| view! { <span>{due(task)}</span> })}
                <span class="sp"></span>
                {task.assignee.as_ref().map(|person| view! { <Avatar name=person.name.clone() small=true /><span class="sr-only">{person.name.clone()}</span> })}
            </div>
        </li>
    }
    .into_any()
}
