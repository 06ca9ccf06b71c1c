//! A new task: free, or for a control.

use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::{Choice, SelectField, TextAreaField, TextField, parse_date};
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::pages::systems::{member_choices, use_members};
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use shared_types::systems::Role;
use shared_types::tasks::{CreateTask, Priority, Task};
use shared_types::text::{Note, Title};

/// The priorities as choices.
pub fn priorities() -> Vec<Choice> {
    Priority::ALL.iter().map(|one| Choice::new(one.as_str(), words::priority(*one).word)).collect()
}

/// Creates a task.
#[component]
pub fn NewTaskDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The control that the task is for.
    #[prop(optional, into)]
    control: Option<String>,
) -> impl IntoView {
    view! { <Dialog open title="New task"><NewTaskForm open control=control.clone() /></Dialog> }
}

#[component]
fn NewTaskForm(open: RwSignal<bool>, control: Option<String>) -> impl IntoView {
    let (api, scope, toasts, router) = (use_api(), use_scope(), use_toasts(), use_router());
    let members = use_members();
    let form = Form::new("new-task");
    let text = || RwSignal::new(String::new());
    let (title, description, assignee, reviewer, due) = (text(), text(), text(), text(), text());
    let own = RwSignal::new(control.clone().unwrap_or_default());
    let priority = RwSignal::new(Priority::Normal.as_str().to_owned());
    let fixed = control.is_some();
    let submit = move || {
        form.begin();
        let checked = (
            form.check("/title", Title::parse(&title.get_untracked())),
            form.check_optional("/description", &description.get_untracked(), Note::parse),
            form.check_optional("/due", &due.get_untracked(), parse_date),
        );
        let (Some(title), Some(description), Some(due)) = checked else { return form.refuse() };
        let control = own.get_untracked().trim().to_owned();
        let body = CreateTask {
            title,
            description,
            control: (!control.is_empty()).then_some(control),
            assignee: assignee.get_untracked().parse().ok(),
            reviewer: reviewer.get_untracked().parse().ok(),
            due,
            priority: Priority::parse(&priority.get_untracked()),
        };
        let (path, scope) = (scope.api("/tasks"), scope.clone());
        form.run(async move { api.post(&path, &body).await }, move |made: Task| {
            open.set(false);
            let href = scope.href(SystemPage::Task(made.number.clone()));
            toasts.offer(format!("{} is there.", made.number), "Open", move || router.go(&href));
        });
    };
    view! {
        <FormView form on_submit=submit>
            <TextField form pointer="/title" label="Title" value=title focus=true />
            <TextAreaField form pointer="/description" label="What is to be done" value=description optional=true rows=2 />
            {if fixed {
                view! { <p class="small muted">"For " <span class="id">{control.clone()}</span></p> }.into_any()
            } else {
                view! { <TextField form pointer="/control" label="Control" value=own optional=true hint="Its reference, such as AC.L2-3.1.1." /> }.into_any()
            }}
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
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Create task"</Button>
            </div>
        </FormView>
    }
}
