//! The steps that the reader may take now, as the server says.

use crate::api::{Remote, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::{Dialog, open_while};
use crate::components::field::TextAreaField;
use crate::components::form::{Form, FormView};
use crate::components::icon::Icon;
use crate::components::toast::use_toasts;
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::TaskId;
use shared_types::tasks::{Task, TaskAction, TaskState, TransitionTask};
use shared_types::text::Note;

/// Whether a step needs words.
pub fn needs_comment(action: TaskAction) -> bool {
    matches!(action, TaskAction::SendBack | TaskAction::Reopen)
}

fn look(action: TaskAction) -> (ButtonKind, Icon) {
    match action {
        TaskAction::Start => (ButtonKind::Primary, Icon::Play),
        TaskAction::Submit => (ButtonKind::Plain, Icon::ArrowUp),
        TaskAction::Confirm => (ButtonKind::Primary, Icon::Check),
        TaskAction::SendBack => (ButtonKind::Plain, Icon::ChevronLeft),
        TaskAction::Reopen => (ButtonKind::Plain, Icon::Refresh),
    }
}

/// What the state means, and what comes next.
fn next(task: &Task) -> String {
    let who = task.assignee.as_ref().map_or("Somebody", |person| person.name.as_str());
    let by = task.submitted_by.as_ref().map_or("its assignee", |person| person.name.as_str());
    match task.state {
        TaskState::Open if task.assignee.is_none() => "Nobody does it yet. Give it to somebody, or start it yourself.".to_owned(),
        TaskState::Open => format!("{who} has not begun."),
        TaskState::InProgress => format!("{who} is at it. Done, it is submitted for another person's confirmation."),
        TaskState::PendingConfirmation => {
            let by_whom = task.reviewer.as_ref().map_or("Another person", |person| person.name.as_str());
            format!("Submitted by {by}. {by_whom} looks at the result and confirms it, or sends it back with a comment.")
        }
        TaskState::Completed => "Done and confirmed.".to_owned(),
    }
}

pub fn said(action: TaskAction) -> &'static str {
    match action {
        TaskAction::Start => "Started.",
        TaskAction::Submit => "Submitted for confirmation.",
        TaskAction::Confirm => "Confirmed. The task is completed.",
        TaskAction::SendBack => "Sent back.",
        TaskAction::Reopen => "Reopened.",
    }
}

/// The card.
#[component]
pub fn Steps(remote: Remote<Task>) -> impl IntoView {
    let (api, toasts, scope) = (use_api(), use_toasts(), use_scope());
    let asked = RwSignal::new(None::<TaskAction>);
    let busy = RwSignal::new(false);
    let base = StoredValue::new(scope.api("/tasks"));
    let actions = Memo::new(move |_| remote.map(|task| task.actions.clone()).unwrap_or_default());
    let text = Memo::new(move |_| remote.map(next).unwrap_or_default());
    let press = move |action: TaskAction| {
        if needs_comment(action) {
            asked.set(Some(action));
            return;
        }
        let Some(task) = remote.peek() else { return };
        let path = format!("{}/{}/transitions", base.get_value(), task.id);
        busy.set(true);
        spawn_local(async move {
            let result = api.post::<_, Task>(&path, &TransitionTask { action, comment: None }).await;
            busy.try_set(false);
            match result {
                Ok(task) => {
                    remote.set(task);
                    toasts.say(said(action));
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! {
        <Card title="Next step">
            <div class="stack tight">
                <p class="small muted" aria-live="polite">{text}</p>
                <div class="row wrap">
                    {move || actions.get().into_iter().map(|action| {
                        let (kind, icon) = look(action);
                        view! { <Button kind icon busy on_press=move || press(action)>{words::task_action(action)}</Button> }
                    }).collect_view()}
                </div>
            </div>
        </Card>
        <CommentDialog asked remote />
    }
}

/// Sending back and reopening say why.
#[component]
fn CommentDialog(asked: RwSignal<Option<TaskAction>>, remote: Remote<Task>) -> impl IntoView {
    let open = open_while(asked);
    let title = Signal::derive(move || asked.get().map(words::task_action).unwrap_or_default().to_owned());
    view! {
        <Dialog open title>
            {move || asked.get().zip(remote.peek()).map(|(action, task)| view! { <CommentForm action id=task.id open done=move |task| remote.set(task) /> })}
        </Dialog>
    }
}

/// Asks for the words that a step comes with, and takes it.
#[component]
pub fn CommentForm(
    /// The step.
    action: TaskAction,
    /// The task.
    id: TaskId,
    /// The dialog around it.
    open: RwSignal<bool>,
    /// Takes the task as it is then.
    #[prop(into)]
    done: Callback<Task>,
) -> impl IntoView {
    let (api, toasts, scope) = (use_api(), use_toasts(), use_scope());
    let form = Form::new("transition");
    let comment = RwSignal::new(String::new());
    let base = scope.api("/tasks");
    let hint =
        if action == TaskAction::SendBack { "What is missing. Its assignee is told." } else { "Why it is not done after all." };
    let submit = move || {
        form.begin();
        let Some(note) = form.check("/comment", Note::parse(&comment.get_untracked())) else { return form.refuse() };
        let path = format!("{base}/{id}/transitions");
        form.run(async move { api.post(&path, &TransitionTask { action, comment: Some(note) }).await }, move |task: Task| {
            done.run(task);
            open.set(false);
            toasts.say(said(action));
        });
    };
    view! {
        <FormView form on_submit=submit>
            <TextAreaField form pointer="/comment" label="Comment" value=comment focus=true hint />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>{words::task_action(action)}</Button>
            </div>
        </FormView>
    }
}
