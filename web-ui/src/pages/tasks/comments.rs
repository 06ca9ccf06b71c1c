//! What people said about a task, with the steps that it came with.

use crate::api::{Remote, use_api, use_remote};
use crate::components::avatar::Avatar;
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::field::TextAreaField;
use crate::components::form::{Form, FormView};
use crate::components::pagination::Pagination;
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::router::use_router;
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::tasks::{CreateComment, Task, TaskAction, TaskComment};
use shared_types::text::Note;

fn with_step(action: TaskAction) -> &'static str {
    match action {
        TaskAction::Start => "started it",
        TaskAction::Submit => "submitted it",
        TaskAction::Confirm => "confirmed it",
        TaskAction::SendBack => "sent it back",
        TaskAction::Reopen => "reopened it",
    }
}

/// The card.
#[component]
pub fn Comments(remote: Remote<Task>, contributor: bool) -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let id = Memo::new(move |_| remote.map(|task| task.id));
    let base = scope.api("/tasks");
    let comments = use_remote::<Page<TaskComment>>(move || {
        let id = id.get()?;
        let cursor = router.query().only(&["cursor"]).suffix().replacen('?', "&", 1);
        Some(format!("{base}/{id}/comments?limit=50{cursor}"))
    });
    view! {
        <Card title="Comments">
            <div class="stack">
                <RemoteView remote=comments shape=Shape::Lines(3) let:page>
                    {if page.items.is_empty() {
                        view! { <p class="small muted">"Nobody has said anything yet."</p> }.into_any()
                    } else {
                        let all = page.items.iter().map(comment).collect_view();
                        let several = page.page.next.is_some() || page.page.prev.is_some();
                        let foot = several.then(|| view! { <Pagination page=page.page.clone() shown=page.items.len() noun=("comment", "comments") /> });
                        view! { <ol class="history">{all}</ol> {foot} }.into_any()
                    }}
                </RemoteView>
                {contributor.then(|| view! { <Write remote /> })}
            </div>
        </Card>
    }
}

fn comment(comment: &TaskComment) -> AnyView {
    let who = comment.author.as_ref().map_or_else(|| "Somebody".to_owned(), |person| person.name.clone());
    view! {
        <li>
            <Avatar name=who.clone() small=true />
            <div>
                <p class="small"><span class="strong">{who}</span>
                    {comment.action.map(|action| format!(" {}", with_step(action)))}
                    <span class="muted">" · "<Moment at=comment.created_at ago=true /></span>
                </p>
                <p class="prose said">{comment.body.clone()}</p>
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Write(remote: Remote<Task>) -> impl IntoView {
    let (api, scope) = (use_api(), use_scope());
    let form = Form::new("comment");
    let text = RwSignal::new(String::new());
    let base = scope.api("/tasks");
    let submit = move || {
        form.begin();
        let Some(body) = form.check("/body", Note::parse(&text.get_untracked())) else { return form.refuse() };
        let Some(task) = remote.peek() else { return };
        let path = format!("{base}/{}/comments", task.id);
        form.run(async move { api.post(&path, &CreateComment { body }).await }, move |_: TaskComment| {
            text.set(String::new());
            form.reset();
        });
    };
    let send = submit.clone();
    let shortcut = move |event: leptos::ev::KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key() == "Enter" {
            event.prevent_default();
            send();
        }
    };
    view! {
        <div on:keydown=shortcut>
            <FormView form on_submit=submit>
                <TextAreaField form pointer="/body" label="Comment" value=text rows=2 hint="Ctrl+Enter sends." />
                <div class="form-foot start"><Button kind=ButtonKind::Plain submit=true busy=form.busy()>"Comment"</Button></div>
            </FormView>
        </div>
    }
}
