//! Tasks on a board: a column for each state. A card is dragged to another column, or moved there by its buttons; the same rules decide.

use super::act::{CommentForm, needs_comment};
use super::list::due;
use super::moves::{Place, action_to, neighbours};
use crate::api::{Api, use_api};
use crate::components::avatar::Avatar;
use crate::components::badge::{Badge, PriorityBadge, StatusBadge, Tone};
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::{Icon, IconView};
use crate::components::toast::{Toasts, use_toasts};
use crate::dom;
use crate::router::SystemPage;
use crate::scope::{Scope, use_scope};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::tasks::{Priority, Task, TaskAction, TaskState, TransitionTask};
use std::sync::Arc;

/// What a board knows while cards move on it.
#[derive(Clone, Copy)]
struct Moving {
    api: Api,
    toasts: Toasts,
    base: StoredValue<String>,
    /// The card that is being dragged.
    dragged: RwSignal<Option<Task>>,
    /// The column that it is over.
    over: RwSignal<Option<TaskState>>,
    /// A step that needs words.
    asked: RwSignal<Option<(Task, TaskAction)>>,
    place: Place,
}

impl Moving {
    /// Moves a task to a column, where the rules allow it.
    fn to(self, task: Task, state: TaskState) {
        if task.state == state {
            return;
        }
        let Some(action) = action_to(&task, state) else {
            let column = words::task_state(state).word;
            return self.place.said.set(format!("{} can't be moved to {column} by you now.", task.number));
        };
        if needs_comment(action) {
            return self.asked.set(Some((task, action)));
        }
        let path = format!("{}/{}/transitions", self.base.get_value(), task.id);
        spawn_local(async move {
            match self.api.post::<_, Task>(&path, &TransitionTask { action, comment: None }).await {
                Ok(task) => self.moved(&task),
                Err(error) => {
                    self.place.said.try_set(error.message());
                    self.toasts.warn(error.message());
                }
            }
        });
    }

    /// Says where a card is now; the board that is drawn next gives it the focus.
    fn moved(self, task: &Task) {
        self.place.moved.try_set(Some(task.id));
        self.place.said.try_set(format!("{} is in {} now.", task.number, words::task_state(task.state).word));
    }
}

/// The board.
#[component]
pub fn Board(
    /// The tasks.
    page: Arc<Page<Task>>,
    /// What outlives a drawing of the board.
    place: Place,
) -> impl IntoView {
    let scope = use_scope();
    let moving = Moving {
        api: use_api(),
        toasts: use_toasts(),
        base: StoredValue::new(scope.api("/tasks")),
        dragged: RwSignal::new(None),
        over: RwSignal::new(None),
        asked: RwSignal::new(None),
        place,
    };
    if let Some(id) = place.moved.get_untracked() {
        place.moved.set(None);
        dom::later(0, move || dom::focus(&format!("card-{id}")));
    }
    let columns = TaskState::ALL.iter().map(|state| {
        let state = *state;
        let tasks: Vec<&Task> = page.items.iter().filter(|task| task.state == state).collect();
        let (count, empty) = (tasks.len(), tasks.is_empty());
        let cards = tasks.into_iter().map(|task| card(&scope, task, moving)).collect_view();
        let id = format!("column-{state}");
        let labelled = id.clone();
        let may = move || moving.dragged.with(|task| task.as_ref().is_some_and(|task| action_to(task, state).is_some()));
        let over = move |event: leptos::ev::DragEvent| {
            if may() {
                // Without this the browser does not let anything be dropped here.
                event.prevent_default();
                moving.over.set(Some(state));
            }
        };
        let drop = move |event: leptos::ev::DragEvent| {
            event.prevent_default();
            moving.over.set(None);
            if let Some(task) = moving.dragged.get_untracked() {
                moving.dragged.set(None);
                moving.to(task, state);
            }
        };
        view! {
            <section class="lane" class:may=may class:over=move || moving.over.get() == Some(state) aria-labelledby=labelled
                on:dragover=over on:drop=drop>
                <h2 id=id><StatusBadge status=words::task_state(state) /><span class="muted small">{count}</span></h2>
                {if empty {
                    view! { <p class="lane-empty small muted">"None"</p> }.into_any()
                } else {
                    view! { <ul class="lane-cards">{cards}</ul> }.into_any()
                }}
            </section>
        }
    });
    let more = page.page.next.is_some();
    view! {
        <div class="lanes">{columns.collect_view()}</div>
        {more.then(|| view! { <p class="small muted lanes-more">"The board shows the first 200. Filter it, or look at the list."</p> })}
        <StepDialog moving />
    }
}

/// Sending back and reopening say why, here as on the task's own page.
#[component]
fn StepDialog(moving: Moving) -> impl IntoView {
    let open = open_while(moving.asked);
    let title = Signal::derive(move || {
        moving
            .asked
            .with(|asked| asked.as_ref().map(|(task, action)| format!("{} {}", words::task_action(*action), task.number)))
            .unwrap_or_default()
    });
    view! {
        <Dialog open title>
            {move || moving.asked.get().map(|(task, action)| view! { <CommentForm action id=task.id open done=move |task: Task| moving.moved(&task) /> })}
        </Dialog>
    }
}

/// How much of its checklist is done.
fn checked(task: &Task) -> Option<AnyView> {
    let (done, all) = (task.checklist.iter().filter(|item| item.done).count(), task.checklist.len());
    (all > 0).then(|| {
        view! { <span class="muted nowrap checked"><IconView icon=Icon::Check />{done}"/"{all}<span class="sr-only">" of the checklist done"</span></span> }.into_any()
    })
}

/// The button that moves a card a column on; nothing where the rules don't allow it.
fn mover(task: &Task, to: Option<TaskState>, icon: Icon, moving: Moving) -> Option<AnyView> {
    let to = to?;
    let action = action_to(task, to)?;
    let label = format!("{}: move {} to {}", words::task_action(action), task.number, words::task_state(to).word);
    let own = task.clone();
    Some(
        view! {
            <button type="button" class="icon-btn" aria-label=label.clone() title=label on:click=move |_| moving.to(own.clone(), to)><IconView icon /></button>
        }
        .into_any(),
    )
}

fn card(scope: &Scope, task: &Task, moving: Moving) -> AnyView {
    let href = scope.href(SystemPage::Task(task.number.clone()));
    let priority = task.priority;
    let dated = task.due.is_some();
    let (left, right) = neighbours(task.state);
    let (own, id) = (task.clone(), format!("card-{}", task.id));
    let movable = !task.actions.is_empty();
    let start = move |event: leptos::ev::DragEvent| {
        if let Some(data) = event.data_transfer() {
            // Firefox drags nothing that carries no data; where it is refused, the buttons remain.
            let _ = data.set_data("text/plain", &own.number);
        }
        moving.dragged.set(Some(own.clone()));
    };
    let end = move |_| {
        moving.dragged.set(None);
        moving.over.set(None);
    };
    view! {
        <li class="lane-card" draggable=movable.to_string() on:dragstart=start on:dragend=end>
            <a class="strong" id=id href=href draggable="false">{task.title.clone()}</a>
            <p class="small muted"><span class="id">{task.number.clone()}</span>{task.control.clone().map(|reference| view! { " · "<span class="id">{reference}</span> })}</p>
            <div class="row lane-foot small"><span class="row wrap tight-row lane-facts">
                {task.overdue.then(|| view! { <Badge tone=Tone::Bad icon=Icon::Clock>"Overdue"</Badge> })}
                {(priority != Priority::Normal).then(|| view! { <PriorityBadge priority /> })}
                {task.self_confirmed.then(|| view! { <Badge tone=Tone::Warn icon=Icon::Person>"Self-confirmed"</Badge> })}
                {task.missed.then(|| view! { <Badge tone=Tone::Warn icon=Icon::Clock>"Missed"</Badge> })}
                {checked(task)}
                {dated.then(|| view! { <span>{due(task)}</span> })}
                </span><span class="lane-end"><span class="lane-moves no-print">{mover(task, left, Icon::ChevronLeft, moving)}{mover(task, right, Icon::ChevronRight, moving)}</span>
                {task.assignee.as_ref().map(|person| view! { <Avatar name=person.name.clone() small=true /><span class="sr-only">{person.name.clone()}</span> })}</span>
            </div>
        </li>
    }
    .into_any()
}
