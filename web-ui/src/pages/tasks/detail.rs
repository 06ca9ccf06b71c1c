//! `/s/{system}/tasks/{task}`: one task, its steps and what people said.

use super::act::Steps;
use super::checklist::ChecklistCard;
use super::comments::Comments;
use super::delete::DeleteTaskDialog;
use super::edit::EditTaskDialog;
use super::evidence::EvidenceCard;
use super::links::LinksCard;
use super::list::{badges, due};
use super::watchers::WatchersCard;
use crate::api::{Remote, use_remote};
use crate::components::avatar::Person;
use crate::components::badge::PriorityBadge;
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::icon::{Icon, IconView};
use crate::components::markdown::Markdown;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{Failure, Shape, Skeleton};
use crate::components::time::Moment;
use crate::format;
use crate::router::{SystemPage, encode};
use crate::scope::{Scope, use_scope};
use leptos::prelude::*;
use shared_types::systems::Role;
use shared_types::tasks::{Task, TaskState};

/// The page.
#[component]
pub fn TaskPage(
    /// The number in the address.
    number: String,
) -> impl IntoView {
    let scope = use_scope();
    let url = scope.api(&format!("/tasks/{}", encode(&number)));
    let remote = use_remote::<Task>(move || Some(url.clone()));
    let there = Memo::new(move |_| remote.map(|_| ()).is_some());
    let error = Memo::new(move |_| remote.error());
    let retry = Callback::new(move |()| remote.reload());
    view! {
        {move || match (there.get(), error.get()) {
            (true, _) => view! { <Whole remote number=number.clone() /> }.into_any(),
            (false, Some(error)) => view! { <Failure error retry /> }.into_any(),
            (false, None) => view! { <Skeleton shape=Shape::Page /> }.into_any(),
        }}
    }
}

/// The whole page. Its parts follow the task, so that a comment being typed stays when the task changes.
#[component]
fn Whole(remote: Remote<Task>, number: String) -> impl IntoView {
    let scope = use_scope();
    let (contributor, manager) = (scope.can(Role::Contributor), scope.can(Role::Manager));
    let (editing, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let title = Memo::new(move |_| remote.map(|task| task.title.clone()).unwrap_or_default());
    let crumbs = vec![Crumb::new("Tasks", scope.href(SystemPage::Tasks))];
    let open = Memo::new(move |_| remote.map(|task| task.state != TaskState::Completed).unwrap_or_default());
    let description = Memo::new(move |_| remote.map(|task| task.description.clone()).flatten());
    let name = number.clone();
    let above = move || {
        view! {
            <div class="row wrap control-badges"><span class="id control-ref">{name}</span>{move || remote.get().map(|task| badges(&task))}</div>
        }
    };
    let actions = move || {
        view! {
            <Show when=move || contributor && open.get()><Button icon=Icon::Edit on_press=move || editing.set(true)>"Edit"</Button></Show>
            {manager.then(|| view! { <Button kind=ButtonKind::Danger icon=Icon::Trash on_press=move || deleting.set(true)>"Delete"</Button> })}
        }
    };
    let facts_scope = scope.clone();
    view! {
        <PageHead title crumbs above actions />
        <div class="cols">
            <div class="stack">
                <Card title="What is to be done">
                    {move || match description.get() {
                        Some(text) => view! { <Markdown text /> }.into_any(),
                        None => view! { <p class="muted small">"The title says it all."</p> }.into_any(),
                    }}
                </Card>
                <ChecklistCard remote contributor />
                <Steps remote />
                <Comments remote number=number.clone() contributor />
            </div>
            <div class="stack">
                <Card title="Facts">{move || remote.get().map(|task| facts(&facts_scope, &task))}</Card>
                <LinksCard remote contributor />
                <EvidenceCard number=number.clone() contributor />
                <WatchersCard remote contributor />
            </div>
        </div>
        {contributor.then(|| view! { <EditTaskDialog open=editing remote /> })}
        {manager.then(|| view! { <DeleteTaskDialog open=deleting remote /> })}
    }
}

fn facts(scope: &Scope, task: &Task) -> AnyView {
    let name = |person: &Option<shared_types::identity::Person>| person.as_ref().map(|person| person.name.clone());
    let control = task.control.clone().map(|reference| {
        let href = scope.href(SystemPage::Control(reference.clone()));
        view! { <dt>"Control"</dt><dd><a class="id" href=href title=task.control_title.clone()>{reference}</a></dd> }
    });
    let (priority, created, completed) = (task.priority, task.created_at, task.completed_at);
    let estimate = task.estimate_hours;
    let recurring = task.template.map(|_| scope.href(SystemPage::RecurringTasks));
    let reviewer = name(&task.reviewer);
    view! {
        <dl class="facts">
            <dt>"Assignee"</dt><dd><Person name=name(&task.assignee) /></dd>
            {name(&task.backup).map(|who| view! { <dt>"Stands in"</dt><dd><Person name=Some(who) /></dd> })}
            <dt>"Confirms"</dt><dd>{match reviewer {
                Some(reviewer) => view! { <Person name=Some(reviewer) /> }.into_any(),
                None => view! { <span class="muted">"anybody else"</span> }.into_any(),
            }}</dd>
            <dt>"Due"</dt><dd>{due(task)}</dd>
            <dt>"Priority"</dt><dd><PriorityBadge priority /></dd>
            {control}
            {estimate.map(|hours| view! { <dt>"Estimate"</dt><dd>{format::count(hours, "hour", "hours")}</dd> })}
            <dt>"Created"</dt><dd><Moment at=created /></dd>
            {recurring.map(|href| view! { <dt>"Made of"</dt><dd><a href=href>"a recurring task"</a></dd> })}
            {name(&task.created_by).map(|who| view! { <dt>"Created by"</dt><dd><Person name=Some(who) /></dd> })}
            {name(&task.submitted_by).map(|who| view! { <dt>"Submitted by"</dt><dd><Person name=Some(who) /></dd> })}
            {name(&task.confirmed_by).map(|who| view! { <dt>"Confirmed by"</dt><dd><Person name=Some(who) /></dd> })}
            {completed.map(|at| view! { <dt>"Completed"</dt><dd><Moment at /></dd> })}
        </dl>
        {task.self_confirmed.then(|| view! {
            <p class="notice warn self-note"><IconView icon=Icon::Person />
                <span>"Confirmed by the person who did it, because nobody else in the system could. The audit log says so too."</span>
            </p>
        })}
    }
    .into_any()
}
