//! What people said about a task, with the steps that it came with.

use super::mention::{Mentions, with_ids};
use crate::api::{Remote, use_api, use_remote};
use crate::components::avatar::Avatar;
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::field::{Choice, TextAreaField};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::markdown::Markdown;
use crate::components::menu::Menu;
use crate::components::pagination::Pagination;
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::format;
use crate::pages::controls::LinkDialog;
use crate::pages::systems::{named, use_members};
use crate::router::{SystemPage, encode, use_router};
use crate::scope::{Scope, use_scope};
use leptos::prelude::*;
use shared_types::Page;
use shared_types::evidence::{Evidence, NewEvidenceLink};
use shared_types::systems::Role;
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
pub fn Comments(
    remote: Remote<Task>,
    /// The task's number.
    number: String,
    contributor: bool,
) -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let shown = scope.clone();
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
                        let all = page.items.iter().map(|one| comment(&shown, one)).collect_view();
                        let several = page.page.next.is_some() || page.page.prev.is_some();
                        let foot = several.then(|| view! { <Pagination page=page.page.clone() shown=page.items.len() noun=("comment", "comments") /> });
                        view! { <ol class="history">{all}</ol> {foot} }.into_any()
                    }}
                </RemoteView>
                {contributor.then(|| view! { <Write remote number=number.clone() /> })}
            </div>
        </Card>
    }
}

fn comment(scope: &Scope, comment: &TaskComment) -> AnyView {
    let who = comment.author.as_ref().map_or_else(|| "Somebody".to_owned(), |person| person.name.clone());
    view! {
        <li>
            <Avatar name=who.clone() small=true />
            <div>
                <p class="small"><span class="strong">{who}</span>
                    {comment.action.map(|action| format!(" {}", with_step(action)))}
                    <span class="muted">" · "<Moment at=comment.created_at ago=true /></span>
                </p>
                <Markdown text=comment.body.clone() people=comment.mentions.clone() />
                {(!comment.attachments.is_empty()).then(|| view! {
                    <ul class="attached" aria-label="Attached evidence">{comment.attachments.iter().map(|one| {
                        let href = scope.href(SystemPage::EvidenceItem(one.number.clone()));
                        view! { <li><a href=href><IconView icon=Icon::Document /><span class="id">{one.number.clone()}</span>" "{one.title.clone()}</a></li> }
                    }).collect_view()}</ul>
                })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Write(remote: Remote<Task>, number: String) -> impl IntoView {
    let (api, scope) = (use_api(), use_scope());
    let form = Form::new("comment");
    let text = RwSignal::new(String::new());
    let (picked, attached) = (RwSignal::new(Vec::<Choice>::new()), RwSignal::new(Vec::<String>::new()));
    let members = use_members();
    let people = Signal::derive(move || members.map(|page| named(&page.items, Role::Viewer)).unwrap_or_default());
    let base = scope.api("/tasks");
    let submit = move || {
        form.begin();
        let typed =
            picked.with_untracked(|picked| people.with_untracked(|people| with_ids(&text.get_untracked(), picked, people)));
        let Some(body) = form.check("/body", Note::parse(&typed)) else { return form.refuse() };
        let Some(task) = remote.peek() else { return };
        let path = format!("{base}/{}/comments", task.id);
        let body = CreateComment { body, evidence: attached.get_untracked() };
        form.run(async move { api.post(&path, &body).await }, move |_: TaskComment| {
            text.set(String::new());
            picked.set(Vec::new());
            attached.set(Vec::new());
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
                <Mentions text field=form.field_id("/body") people picked>
                    <TextAreaField form pointer="/body" label="Comment" value=text rows=2 hint="Markdown. @ mentions a member, Ctrl+Enter sends." />
                </Mentions>
                <div class="form-foot start">
                    <Button kind=ButtonKind::Plain submit=true busy=form.busy()>"Comment"</Button>
                    <Attach number attached />
                </div>
            </FormView>
        </div>
    }
}

/// Which evidence of the task comes with the comment.
#[component]
fn Attach(number: String, attached: RwSignal<Vec<String>>) -> impl IntoView {
    let scope = use_scope();
    let url = scope.api(&format!("/evidence?task={}&limit=200", encode(&number)));
    let evidence = use_remote::<Page<Evidence>>(move || Some(url.clone()));
    let (open, linking) = (RwSignal::new(false), RwSignal::new(None::<NewEvidenceLink>));
    let words = move || match attached.with(Vec::len) {
        0 => "Attach evidence".to_owned(),
        count => format!("{} attached", format::count(i64::try_from(count).unwrap_or_default(), "piece", "pieces")),
    };
    let toggle = move |number: String| {
        attached.update(|all| match all.iter().position(|other| *other == number) {
            Some(at) => {
                all.remove(at);
            }
            None => all.push(number),
        });
    };
    let entry = move |one: &Evidence| {
        let (own, other) = (one.number.clone(), one.number.clone());
        view! {
            <label class="row"><input type="checkbox" prop:checked=move || attached.with(|all| all.contains(&own)) on:change=move |_| toggle(other.clone()) />
                <span><span class="id">{one.number.clone()}</span>" "{one.title.clone()}</span></label>
        }
    };
    let more = StoredValue::new(number);
    let add = move || {
        open.set(false);
        linking.set(Some(NewEvidenceLink { control: None, task: Some(more.get_value()), objective: None }));
    };
    view! {
        <Menu open label=Signal::derive(words) class="btn quiet" face=move || view! { <IconView icon=Icon::Document /><span>{words}</span> }>
            <fieldset class="chip-choices">
                <legend class="sr-only">"Evidence of this task"</legend>
                {move || evidence.get().map(|page| page.items.iter().map(entry).collect_view())}
                <Button icon=Icon::Plus on_press=add>"Link or upload evidence"</Button>
            </fieldset>
        </Menu>
        <LinkDialog linking />
    }
}
