//! The tasks of a control.

use crate::api::use_remote;
use crate::components::badge::TaskBadge;
use crate::components::button::IconButton;
use crate::components::card::Card;
use crate::components::icon::Icon;
use crate::components::state::{RemoteView, Shape};
use crate::format;
use crate::pages::tasks::NewTaskDialog;
use crate::router::{SystemPage, encode};
use crate::scope::{Scope, use_scope};
use leptos::prelude::*;
use shared_types::Page;
use shared_types::tasks::Task;

/// The card.
#[component]
pub fn TasksCard(reference: String, contributor: bool) -> impl IntoView {
    let scope = use_scope();
    let adding = RwSignal::new(false);
    let url = scope.api(&format!("/tasks?control={}&limit=50", encode(&reference)));
    let remote = use_remote::<Page<Task>>(move || Some(url.clone()));
    let all = format!("{}?view=all&control={}", scope.href(SystemPage::Tasks), encode(&reference));
    let aside = move || {
        contributor.then(
            || view! { <IconButton icon=Icon::Plus label="Add a task for this control" on_press=move || adding.set(true) /> },
        )
    };
    view! {
        <Card title="Tasks" aside>
            <RemoteView remote shape=Shape::Lines(3) let:page>
                {if page.items.is_empty() {
                    view! { <p class="small muted">"Nothing is left to do here. A task has one person, a date, and another person who confirms it."</p> }.into_any()
                } else {
                    let rows = page.items.iter().map(|task| row(&scope, task)).collect_view();
                    let more = page.page.next.is_some().then(|| view! { <p class="small"><a href=all.clone()>"All tasks of this control"</a></p> });
                    view! { <ul class="list">{rows}</ul> {more} }.into_any()
                }}
            </RemoteView>
        </Card>
        {contributor.then(|| view! { <NewTaskDialog open=adding control=reference /> })}
    }
}

fn row(scope: &Scope, task: &Task) -> AnyView {
    let who = task.assignee.as_ref().map_or_else(|| "nobody".to_owned(), |person| person.name.clone());
    let due = task.due.map(|date| format!(" · due {}", format::date(date))).unwrap_or_default();
    view! {
        <li>
            <a class="t" href=scope.href(SystemPage::Task(task.number.clone()))>
                <span class="strong">{task.title.clone()}</span>
                <span class="small muted"><span class="id">{task.number.clone()}</span>" · "{who}{due}</span>
            </a>
            <TaskBadge state=task.state overdue=task.overdue />
        </li>
    }
    .into_any()
}
