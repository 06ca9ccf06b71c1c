//! `/s/{system}/tasks`: mine, to confirm, all; as a list or a board.

use super::batch::{BatchBar, Selection};
use super::board::Board;
use super::fields::priorities;
use super::import::ImportDialog;
use super::list::List;
use super::moves::Place;
use super::new::NewTaskDialog;
use super::saved::SavedFilters;
use super::view::{ALL_STATES, View, hides_completed, is_filtered, on_board, request, without_filters};
use crate::api::use_remote;
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::field::Choice;
use crate::components::filter::{FilterChip, FlagChip, SearchBox};
use crate::components::icon::{Icon, IconView};
use crate::components::page_head::PageHead;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::tabs::{Tab, Tabs};
use crate::pages::systems::{named, use_members};
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::systems::Role;
use shared_types::tasks::{Task, TaskState};

/// The page.
#[component]
pub fn TasksPage() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let list = scope.api("/tasks");
    let remote = use_remote::<Page<Task>>(move || Some(format!("{list}{}", request(&router.query()).suffix())));
    let waiting = scope.api("/tasks?to_confirm=true&limit=1");
    let waiting = use_remote::<Page<Task>>(move || Some(waiting.clone()));
    let contributor = scope.can(Role::Contributor);
    let (adding, importing) = (RwSignal::new(false), RwSignal::new(false));
    let (selection, place) = (Selection::new(), Place::new());
    Effect::new(move || selection.follow(&remote.map(|page| page.items.clone()).unwrap_or_default()));
    let tabs = Signal::derive(move || {
        let count = waiting.map(|page| page.page.total).flatten().filter(|total| *total > 0);
        vec![tab("", "Mine", None), tab("confirm", "To confirm", count), tab("all", "All", None)]
    });
    let recurring = scope.href(SystemPage::RecurringTasks);
    let actions = move || {
        view! {
            <Layout />
            <ButtonLink href=recurring.clone() icon=Icon::Refresh>"Recurring"</ButtonLink>
            {contributor.then(|| view! { <Button icon=Icon::Upload on_press=move || importing.set(true)>"Import"</Button> })}
            {contributor.then(|| view! { <Button kind=ButtonKind::Primary icon=Icon::Plus on_press=move || adding.set(true)>"Task"</Button> })}
        }
    };
    view! {
        <PageHead title="Tasks" note=scope.system.name.clone() actions />
        <Tabs name="view" label="Whose tasks" tabs />
        <section class="card tasks-card">
            <Filters />
            <RemoteView remote shape=Shape::Rows(8) let:page>
                {if page.items.is_empty() {
                    view! { <Nothing adding contributor /> }.into_any()
                } else if on_board(&router.query()) {
                    view! { <Board page place /> }.into_any()
                } else {
                    view! { <List page selection=contributor.then_some(selection) /> }.into_any()
                }}
            </RemoteView>
        </section>
        <p class="sr-only" role="status">{place.said}</p>
        {contributor.then(|| view! { <BatchBar selection /> <NewTaskDialog open=adding /> <ImportDialog open=importing /> })}
    }
}

fn tab(value: &'static str, label: &str, count: Option<u64>) -> Tab {
    Tab { value, label: label.to_owned(), count }
}

/// List or board.
#[component]
fn Layout() -> impl IntoView {
    let router = use_router();
    let link = move |value: Option<&'static str>, label: &'static str, icon: Icon| {
        let current = move || (on_board(&router.query()) == value.is_some()).then_some("true");
        view! {
            <a class="seg-part" href=move || router.href_with(&[("layout", value), ("cursor", None)]) aria-current=current>
                <IconView icon />{label}
            </a>
        }
    };
    view! { <nav class="seg layout-seg" aria-label="Layout">{link(None, "List", Icon::List)}{link(Some("board"), "Board", Icon::Board)}</nav> }
}

#[component]
fn Filters() -> impl IntoView {
    let router = use_router();
    let members = use_members();
    let states = TaskState::ALL.iter().map(|one| Choice::new(one.as_str(), words::task_state(*one).word)).collect::<Vec<_>>();
    let people = Signal::derive(move || {
        let mut choices = vec![Choice::new("me", "Me"), Choice::new("none", "Nobody")];
        choices.extend(members.map(|page| named(&page.items, Role::Contributor)).unwrap_or_default());
        choices
    });
    let all = Memo::new(move |_| View::of(&router.query()) != View::Mine);
    let control = Memo::new(move |_| router.param("control"));
    let hides = Memo::new(move |_| hides_completed(&router.query()));
    view! {
        <div class="filters" role="search" aria-label="Filters">
            <SearchBox id="tasks-filter" label="Filter tasks" />
            <FilterChip name="state" label="State" choices=states />
            <Show when=move || hides.get()>
                <button type="button" class="chip on" aria-label="Not completed: show completed tasks, too" title="Show completed tasks, too" on:click=move |_| router.set_query(&[("state", Some(ALL_STATES)), ("cursor", None)], false)>
                    "Not completed"<IconView icon=Icon::Cross />
                </button>
            </Show>
            <Show when=move || all.get()><FilterChip name="assignee" label="Assignee" choices=people single=true /></Show>
            <FilterChip name="priority" label="Priority" choices=priorities() />
            <FlagChip name="overdue" value="true" label="Overdue" />
            <FlagChip name="watching" value="true" label="Watching" />
            <SavedFilters />
            {move || control.get().map(|reference| view! {
                <button type="button" class="chip on" on:click=move |_| router.set_query(&[("control", None), ("cursor", None)], false)>
                    "Control: "<span class="id">{reference}</span><IconView icon=Icon::Cross /><span class="sr-only">"Take away"</span>
                </button>
            })}
        </div>
    }
}

/// Nothing to show: because of the filters, because nothing waits, or because there is no task yet.
#[component]
fn Nothing(adding: RwSignal<bool>, contributor: bool) -> impl IntoView {
    let router = use_router();
    let query = router.query();
    let create = move || {
        contributor.then(
            || view! { <Button kind=ButtonKind::Primary icon=Icon::Plus on_press=move || adding.set(true)>"New task"</Button> },
        )
    };
    if is_filtered(&query) {
        return view! {
            <Empty icon=Icon::Filter title="Nothing matches these filters"
                action=move || view! { <Button kind=ButtonKind::Primary on_press=move || router.set_query(&without_filters(), false)>"Take all filters away"</Button> }>
                "No task of this view has all of what is asked for."
            </Empty>
        }
        .into_any();
    }
    match View::of(&query) {
        View::Mine => view! {
            <Empty icon=Icon::Check title="Nothing waits for you" action=create>
                "Tasks that are given to you stand here, overdue ones first. Look at all of them to take one that nobody has."
            </Empty>
        }
        .into_any(),
        View::ToConfirm => view! {
            <Empty icon=Icon::Check title="Nothing waits for your confirmation">
                "Work is done when another person than the one who did it has confirmed it."
            </Empty>
        }
        .into_any(),
        View::All => view! {
            <Empty icon=Icon::Board title="Nothing is open" action=create>
                "A task is a piece of work for one person with a date, often for a requirement. Another person confirms it."
            </Empty>
        }
        .into_any(),
    }
}
