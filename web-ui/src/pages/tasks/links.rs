//! What else a task is about: further controls, and objectives.

use crate::api::{Remote, use_api, use_remote};
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::card::Card;
use crate::components::dialog::Dialog;
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::state::{RemoteView, Shape};
use crate::components::toast::use_toasts;
use crate::router::SystemPage;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::tasks::{NewTaskLink, Task, TaskLink, TaskState};

/// `AC.L2-3.1.1[a]`.
fn place(link: &TaskLink) -> String {
    link.objective.as_ref().map_or_else(|| link.reference.clone(), |letter| format!("{}[{letter}]", link.reference))
}

/// Takes `AC.L2-3.1.1[a]` apart.
fn parse(text: &str) -> NewTaskLink {
    let text = text.trim();
    match text.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
        Some((control, letter)) => {
            NewTaskLink { control: control.trim().to_owned(), objective: Some(letter.trim().to_ascii_lowercase()) }
        }
        None => NewTaskLink { control: text.to_owned(), objective: None },
    }
}

/// The card.
#[component]
pub fn LinksCard(remote: Remote<Task>, contributor: bool) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let id = Memo::new(move |_| remote.map(|task| task.id));
    let base = StoredValue::new(scope.api("/tasks"));
    let links = use_remote::<Vec<TaskLink>>(move || Some(format!("{}/{}/links", base.get_value(), id.get()?)));
    let changeable = Memo::new(move |_| contributor && remote.map(|task| task.state != TaskState::Completed).unwrap_or_default());
    let adding = RwSignal::new(false);
    let aside = move || {
        view! { <Show when=move || changeable.get()><IconButton icon=Icon::Plus label="Link a further control" on_press=move || adding.set(true) /></Show> }
    };
    let take = move |link: TaskLink| {
        let Some(task) = remote.peek() else { return };
        let path = format!("{}/{}/links/{}", base.get_value(), task.id, link.id);
        spawn_local(async move {
            match api.delete(&path, None).await {
                Ok(()) => toasts.say(format!("Unlinked {}.", place(&link))),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let row = move |link: &TaskLink| {
        let (href, name, own) = (scope.href(SystemPage::Control(link.reference.clone())), place(link), link.clone());
        let label = format!("Unlink {name}");
        view! {
            <li>
                <IconView icon=Icon::Link />
                <a class="t" href=href><span class="id">{name}</span><span class="small muted">{link.title.clone()}</span></a>
                <Show when=move || changeable.get()>
                    {let (own, label) = (own.clone(), label.clone()); view! { <IconButton icon=Icon::Cross label on_press=move || take(own.clone()) /> }}
                </Show>
            </li>
        }
    };
    view! {
        <Card title="Also about" aside>
            <RemoteView remote=links shape=Shape::Lines(1) let:links>
                {if links.is_empty() {
                    view! { <p class="small muted">"No further control or objective."</p> }.into_any()
                } else {
                    view! { <ul class="list">{links.iter().map(&row).collect_view()}</ul> }.into_any()
                }}
            </RemoteView>
        </Card>
        <Dialog open=adding title="Link a further control"><AddLink open=adding remote /></Dialog>
    }
}

#[component]
fn AddLink(open: RwSignal<bool>, remote: Remote<Task>) -> impl IntoView {
    let (api, scope) = (use_api(), use_scope());
    let form = Form::new("task-link");
    let control = RwSignal::new(String::new());
    let base = scope.api("/tasks");
    let submit = move || {
        form.begin();
        let Some(task) = remote.peek() else { return };
        let (path, body) = (format!("{base}/{}/links", task.id), parse(&control.get_untracked()));
        form.run(async move { api.post(&path, &body).await }, move |task: Task| {
            remote.set(task);
            open.set(false);
        });
    };
    view! {
        <FormView form on_submit=submit>
            <TextField form pointer="/control" label="Control or objective" value=control focus=true hint="A reference such as AC.L2-3.1.2, or with an objective: AC.L2-3.1.2[b]." />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Link"</Button>
            </div>
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_objective_stands_in_brackets() {
        let parts = |text| {
            let NewTaskLink { control, objective } = parse(text);
            (control, objective)
        };
        assert_eq!(parts(" AC.L2-3.1.1[A] "), ("AC.L2-3.1.1".to_owned(), Some("a".to_owned())));
        assert_eq!(parts("3.1.1"), ("3.1.1".to_owned(), None));
    }
}
