//! Links an artifact to a control or its objectives: find the control, tick what it shows. Or to a task (`add_task`).

use super::add_task::ChooseTask;
use crate::api::{ApiError, Remote, use_api, use_remote};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::icon::Icon;
use crate::components::state::{RemoteView, Shape};
use crate::components::toast::use_toasts;
use crate::format;
use crate::router::Query;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::controls::{ControlDetail, ControlSummary};
use shared_types::evidence::{Evidence, NewEvidenceLink};
use std::sync::Arc;

/// Typing pauses this long before the list follows.
const PAUSE_MS: u32 = 200;

/// The dialog.
#[component]
pub fn AddLinkDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    view! { <Dialog open wide=true title="Link evidence"><Kinds open remote /></Dialog> }
}

/// The choice between controls and tasks, and below it what was chosen.
#[component]
fn Kinds(open: RwSignal<bool>, remote: Remote<Evidence>) -> impl IntoView {
    let tasks = RwSignal::new(false);
    let kind = move |to_tasks: bool, words: &'static str| {
        view! {
            <button type="button" class="chip" class:on=move || tasks.get() == to_tasks aria-pressed=move || (tasks.get() == to_tasks).to_string()
                on:click=move |_| tasks.set(to_tasks)>{words}</button>
        }
    };
    view! {
        <div class="row link-kinds" role="group" aria-label="Link it to">{kind(false, "A control")}{kind(true, "A task")}</div>
        {move || if tasks.get() {
            view! { <ChooseTask open remote /> }.into_any()
        } else {
            view! { <Choose open remote /> }.into_any()
        }}
    }
}

/// What is typed into a field for searching, once the typing pauses.
pub fn use_typed() -> (impl Fn(leptos::ev::Event) + 'static, RwSignal<String>) {
    let (typed, wanted) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let turn = StoredValue::new(0_u32);
    let input = move |event| {
        typed.set(event_target_value(&event));
        let own = turn.get_value() + 1;
        turn.set_value(own);
        crate::dom::later(PAUSE_MS, move || {
            if turn.try_get_value() == Some(own) {
                wanted.set(typed.get_untracked().trim().to_owned());
            }
        });
    };
    (input, wanted)
}

/// The list that a search asks for.
pub fn search(list: &str, wanted: &str) -> String {
    let query = Query::default().with("limit", Some("12")).with("q", Some(wanted));
    format!("{list}{}", query.only(&["limit", "q"]).suffix())
}

#[component]
fn Choose(open: RwSignal<bool>, remote: Remote<Evidence>) -> impl IntoView {
    let scope = use_scope();
    let (input, wanted) = use_typed();
    let chosen = RwSignal::new(None::<ControlSummary>);
    let list = scope.api("/controls");
    let found = use_remote::<Page<ControlSummary>>(move || Some(search(&list, &wanted.get())));
    crate::dom::later(0, || crate::dom::focus("link-control"));
    view! {
        <div class="field">
            <label for="link-control">"Control"</label>
            <input class="input" id="link-control" type="search" autocomplete="off" placeholder="3.1.1, audit, passwords" on:input=input />
        </div>
        {move || match chosen.get() {
            None => view! {
                <div class="link-found" role="group" aria-label="Controls">
                    <RemoteView remote=found shape=Shape::Lines(4) let:page>
                        {page.items.is_empty().then(|| view! { <p class="muted small">"No control matches."</p> })}
                        {page.items.iter().cloned().map(|control| view! { <Found control chosen /> }).collect_view()}
                    </RemoteView>
                </div>
            }.into_any(),
            Some(control) => view! { <Objectives control chosen open remote /> }.into_any(),
        }}
    }
}

#[component]
fn Found(control: ControlSummary, chosen: RwSignal<Option<ControlSummary>>) -> impl IntoView {
    let own = control.clone();
    view! {
        <button type="button" class="link-control" on:click=move |_| chosen.set(Some(own.clone()))>
            <span class="id strong">{control.reference}</span><span>{control.title}</span>
        </button>
    }
}

#[component]
fn Objectives(
    control: ControlSummary,
    chosen: RwSignal<Option<ControlSummary>>,
    open: RwSignal<bool>,
    remote: Remote<Evidence>,
) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let id = control.id;
    let url = scope.api(&format!("/controls/{id}"));
    let detail = use_remote::<ControlDetail>(move || Some(url.clone()));
    let ticked = RwSignal::new(Vec::<Option<String>>::new());
    let busy = RwSignal::new(false);
    let path = scope.api("/evidence");
    let add = Callback::new(move |()| {
        let Some(evidence) = remote.peek() else { return };
        let (path, letters) = (format!("{path}/{}/links", evidence.id), ticked.get_untracked());
        busy.set(true);
        spawn_local(async move {
            let count = letters.len();
            let result = async {
                for objective in letters {
                    let link = NewEvidenceLink { control: Some(id.to_string()), task: None, objective };
                    api.post::<_, Evidence>(&path, &link).await?;
                }
                Ok::<(), ApiError>(())
            };
            let result = result.await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    toasts.say(format!("Added {}.", format::count(i64::try_from(count).unwrap_or(i64::MAX), "link", "links")));
                }
                Err(error) => toasts.warn(error.message()),
            }
            open.try_set(false);
        });
    });
    view! {
        <div class="row link-chosen">
            <span class="sp"><span class="id strong">{control.reference}</span>" "{control.title}</span>
            <Button on_press=move || chosen.set(None)>"Another"</Button>
        </div>
        <RemoteView remote=detail shape=Shape::Lines(4) let:detail>
            {let lines = lines(&detail); view! {
                <fieldset class="link-objectives">
                    <legend class="small strong">"What it shows"</legend>
                    {lines.into_iter().map(|(letter, words)| view! { <Tick letter words remote control=id ticked /> }).collect_view()}
                </fieldset>
            }}
        </RemoteView>
        <div class="dialog-foot">
            <Button on_press=move || open.set(false)>"Cancel"</Button>
            <Button kind=ButtonKind::Primary icon=Icon::Link busy disabled=Signal::derive(move || ticked.with(Vec::is_empty)) on_press=add>"Link"</Button>
        </div>
    }
}

/// The objectives of a control, and the control as a whole.
fn lines(detail: &Arc<ControlDetail>) -> Vec<(Option<String>, String)> {
    let objectives = detail.objectives.iter().map(|one| (Some(one.letter.clone()), one.statement.clone()));
    objectives.chain([(None, "The control as a whole".to_owned())]).collect()
}

#[component]
fn Tick(
    letter: Option<String>,
    words: String,
    remote: Remote<Evidence>,
    control: shared_types::ControlId,
    ticked: RwSignal<Vec<Option<String>>>,
) -> impl IntoView {
    let linked = remote
        .map(|evidence| evidence.links.iter().any(|link| link.control == Some(control) && link.objective == letter))
        .unwrap_or_default();
    let mark = letter.as_ref().map(|letter| format!("[{letter}]"));
    let toggle = move |_| {
        ticked.update(|all| {
            if let Some(at) = all.iter().position(|one| *one == letter) {
                all.remove(at);
            } else {
                all.push(letter.clone());
            }
        });
    };
    view! {
        <label class="link-objective">
            <input type="checkbox" checked=linked disabled=linked on:change=toggle />
            <span>{mark.map(|mark| view! { <span class="id strong">{mark}</span>" " })}{words}{linked.then(|| view! { <span class="muted tiny">" linked already"</span> })}</span>
        </label>
    }
}
