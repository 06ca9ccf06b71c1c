//! Changes what a task says. Only what was changed is sent, at the version that the form was opened with: a newer one may have come into the
//! page behind it since.

use super::fields::{TaskFields, TaskFieldsView};
use crate::api::{Remote, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::form::{Form, FormView, Meanwhile, patch};
use crate::components::toast::use_toasts;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::Patch;
use shared_types::tasks::{Task, UpdateTask};
use std::sync::Arc;

/// The dialog.
#[component]
pub fn EditTaskDialog(open: RwSignal<bool>, remote: Remote<Task>) -> impl IntoView {
    view! {
        <Dialog open title="Edit task">
            {move || remote.peek().map(|task| view! { <EditForm open remote task /> })}
        </Dialog>
    }
}

#[component]
fn EditForm(open: RwSignal<bool>, remote: Remote<Task>, task: Arc<Task>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("edit-task");
    let fields = TaskFields::new();
    let path = scope.api(&format!("/tasks/{}", task.id));
    let meanwhile = Meanwhile::new(task, |task| task.version, fields.parts());
    let submit = move || {
        form.begin();
        let Some(now) = fields.check(form) else { return form.refuse() };
        let held = meanwhile.held();
        let body = UpdateTask {
            title: (now.title.as_str() != held.title).then_some(now.title),
            description: match (&now.description, &held.description) {
                (Some(new), Some(old)) if new.as_str() == old => Patch::Absent,
                (None, None) => Patch::Absent,
                _ => now.description.into(),
            },
            assignee: patch(now.assignee, held.assignee.as_ref().map(|person| person.id)),
            backup: patch(now.backup, held.backup.as_ref().map(|person| person.id)),
            reviewer: patch(now.reviewer, held.reviewer.as_ref().map(|person| person.id)),
            due: patch(now.due, held.due),
            estimate_hours: patch(now.estimate_hours, held.estimate_hours),
            priority: now.priority.filter(|priority| *priority != held.priority),
        };
        let path = path.clone();
        form.run(async move { meanwhile.patch(api, &path, &body).await }, move |task: Task| {
            remote.set(task);
            open.set(false);
            toasts.say("Saved.");
        });
    };
    view! {
        <FormView form on_submit=submit>
            {meanwhile.changed()}
            <TaskFieldsView form fields />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button>
            </div>
        </FormView>
    }
}
