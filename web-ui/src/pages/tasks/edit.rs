//! Changes what a task says. Only what was changed is sent, at the version that was looked at.

use super::new::priorities;
use crate::api::{Remote, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::{SelectField, TextAreaField, TextField, parse_date};
use crate::components::form::{Form, FormView, patch};
use crate::components::toast::use_toasts;
use crate::pages::systems::{member_choices, use_members};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::Patch;
use shared_types::identity::Person;
use shared_types::systems::Role;
use shared_types::tasks::{Priority, Task, UpdateTask};
use shared_types::text::{Note, Title};
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

fn id_of(person: Option<&Person>) -> String {
    person.map(|person| person.id.to_string()).unwrap_or_default()
}

#[component]
fn EditForm(open: RwSignal<bool>, remote: Remote<Task>, task: Arc<Task>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let members = use_members();
    let form = Form::new("edit-task");
    let title = RwSignal::new(task.title.clone());
    let description = RwSignal::new(task.description.clone().unwrap_or_default());
    let assignee = RwSignal::new(id_of(task.assignee.as_ref()));
    let reviewer = RwSignal::new(id_of(task.reviewer.as_ref()));
    let due = RwSignal::new(task.due.map(|date| date.to_string()).unwrap_or_default());
    let priority = RwSignal::new(task.priority.as_str().to_owned());
    let path = scope.api(&format!("/tasks/{}", task.id));
    let submit = move || {
        form.begin();
        let checked = (
            form.check("/title", Title::parse(&title.get_untracked())),
            form.check_optional("/description", &description.get_untracked(), Note::parse),
            form.check_optional("/due", &due.get_untracked(), parse_date),
        );
        let (Some(new_title), Some(note), Some(date)) = checked else { return form.refuse() };
        let held = task.clone();
        let body = UpdateTask {
            title: (new_title.as_str() != held.title).then_some(new_title),
            description: match (&note, &held.description) {
                (Some(new), Some(old)) if new.as_str() == old => Patch::Absent,
                (None, None) => Patch::Absent,
                _ => note.into(),
            },
            assignee: patch(assignee.get_untracked().parse().ok(), held.assignee.as_ref().map(|person| person.id)),
            reviewer: patch(reviewer.get_untracked().parse().ok(), held.reviewer.as_ref().map(|person| person.id)),
            due: patch(date, held.due),
            priority: Priority::parse(&priority.get_untracked()).filter(|priority| *priority != held.priority),
        };
        // Where another person saved meanwhile, the form says so; sending it again changes the newest version.
        let version = remote.peek().map(|newest| newest.version);
        let path = path.clone();
        form.run(async move { api.patch(&path, version, &body).await }, move |task: Task| {
            remote.set(task);
            open.set(false);
            toasts.say("Saved.");
        });
    };
    view! {
        <FormView form on_submit=submit>
            <TextField form pointer="/title" label="Title" value=title focus=true />
            <TextAreaField form pointer="/description" label="What is to be done" value=description optional=true rows=3 />
            <div class="form-pair">
                <SelectField form pointer="/assignee" label="Who does it" value=assignee choices=member_choices(members, Role::Contributor, "Nobody yet") optional=true />
                <SelectField form pointer="/reviewer" label="Who confirms it" value=reviewer choices=member_choices(members, Role::Contributor, "Anybody else") optional=true />
            </div>
            <div class="form-pair">
                <TextField form pointer="/due" label="Until" value=due kind="date" optional=true />
                <SelectField form pointer="/priority" label="Priority" value=priority choices=priorities() />
            </div>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button>
            </div>
        </FormView>
    }
}
