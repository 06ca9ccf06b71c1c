//! Links an artifact to a task: find it, press it.

use super::add_link::{search, use_typed};
use crate::api::{Remote, use_api, use_remote};
use crate::components::badge::TaskBadge;
use crate::components::state::{RemoteView, Shape};
use crate::components::toast::use_toasts;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::evidence::{Evidence, NewEvidenceLink};
use shared_types::tasks::Task;

/// The search, and what it finds.
#[component]
pub fn ChooseTask(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    let (input, wanted) = use_typed();
    let list = use_scope().api("/tasks");
    let found = use_remote::<Page<Task>>(move || Some(search(&list, &wanted.get())));
    crate::dom::later(0, || crate::dom::focus("link-task"));
    view! {
        <div class="field">
            <label for="link-task">"Task"</label>
            <input class="input" id="link-task" type="search" autocomplete="off" placeholder="TASK-12, or words of its title" on:input=input />
        </div>
        <div class="link-found" role="group" aria-label="Tasks">
            <RemoteView remote=found shape=Shape::Lines(4) let:page>
                {page.items.is_empty().then(|| view! { <p class="muted small">"No task matches."</p> })}
                {page.items.iter().cloned().map(|task| view! { <Found task open remote /> }).collect_view()}
            </RemoteView>
        </div>
    }
}

#[component]
fn Found(task: Task, open: RwSignal<bool>, remote: Remote<Evidence>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let (id, number) = (task.id, task.number.clone());
    let linked = remote.map(|evidence| evidence.links.iter().any(|link| link.task == Some(id))).unwrap_or_default();
    let busy = RwSignal::new(false);
    let path = scope.api("/evidence");
    let link = move |_| {
        let Some(evidence) = remote.peek().filter(|_| !busy.get_untracked()) else { return };
        let (path, number) = (format!("{path}/{}/links", evidence.id), number.clone());
        busy.set(true);
        spawn_local(async move {
            let new = NewEvidenceLink { control: None, task: Some(number.clone()), objective: None };
            let result = api.post::<_, Evidence>(&path, &new).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    toasts.say(format!("Linked to {number}."));
                    open.try_set(false);
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! {
        <button type="button" class="link-control" disabled=linked aria-busy=move || busy.get().then_some("true") on:click=link>
            <span class="id strong">{task.number}</span>
            <span class="row wrap"><span class="sp">{task.title}</span>
                {linked.then(|| view! { <span class="muted tiny">"linked already"</span> })}
                <TaskBadge state=task.state overdue=task.overdue />
            </span>
        </button>
    }
}
