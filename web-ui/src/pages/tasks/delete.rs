//! Asks before a task is deleted.

use crate::api::{Remote, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::tasks::Task;

/// The dialog.
#[component]
pub fn DeleteTaskDialog(open: RwSignal<bool>, remote: Remote<Task>) -> impl IntoView {
    let (api, scope, router, toasts) = (use_api(), use_scope(), use_router(), use_toasts());
    let form = Form::new("delete-task");
    let title = Signal::derive(move || remote.map(|task| format!("Delete {}?", task.number)).unwrap_or_default());
    let submit = Callback::new(move |()| {
        let Some(task) = remote.peek() else { return };
        form.begin();
        let path = scope.api(&format!("/tasks/{}", task.id));
        let list = scope.href(SystemPage::Tasks);
        let (version, number) = (task.version, task.number.clone());
        form.run(async move { api.delete(&path, Some(version)).await }, move |()| {
            toasts.say(format!("{number} is deleted."));
            router.go(&list);
        });
    });
    view! {
        <Dialog open title>
            <FormView form on_submit=submit careless=true>
                <p>"The task and its comments are gone for everybody. Work that was done is better completed than deleted; the audit log keeps what happened."</p>
                <div class="form-foot">
                    <Button on_press=move || open.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Danger submit=true busy=form.busy()>"Delete"</Button>
                </div>
            </FormView>
        </Dialog>
    }
}
