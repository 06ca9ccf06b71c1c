//! A new task: free, or for a control.

use super::fields::{Checked, TaskFields, TaskFieldsView};
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::tasks::{CreateTask, Task};

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
    let form = Form::new("new-task");
    let fields = TaskFields::new();
    let own = RwSignal::new(control.clone().unwrap_or_default());
    let submit = move || {
        form.begin();
        let Some(checked) = fields.check(form) else { return form.refuse() };
        let Checked { title, description, due, assignee, backup, reviewer, priority, estimate_hours } = checked;
        let control = own.get_untracked().trim().to_owned();
        let control = (!control.is_empty()).then_some(control);
        let body = CreateTask {
            title,
            description,
            control,
            assignee,
            backup,
            reviewer,
            due,
            priority,
            estimate_hours,
            checklist: Vec::new(),
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
            <TaskFieldsView form fields>
                {match control {
                    Some(control) => view! { <p class="small muted">"For " <span class="id">{control}</span></p> }.into_any(),
                    None => view! {
                        <TextField form pointer="/control" label="Control" value=own optional=true hint="Its reference, such as AC.L2-3.1.1." />
                    }.into_any(),
                }}
            </TaskFieldsView>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Create task"</Button>
            </div>
        </FormView>
    }
}
