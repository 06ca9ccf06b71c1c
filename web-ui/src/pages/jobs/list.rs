//! Single jobs: those that were given up first of all, with why, and what can be done about it.

use super::{LOOK, read_again};
use crate::api::{use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::{Dialog, open_while};
use crate::components::field::Choice;
use crate::components::filter::FilterChip;
use crate::components::icon::{Icon, IconView};
use crate::components::pagination::Pagination;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::router::use_router;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::jobs::{BackgroundJob, JobState};

const PATH: &str = "/api/v1/jobs";

fn words(state: JobState) -> (&'static str, Tone, Icon) {
    match state {
        JobState::Waiting => ("Waiting", Tone::Open, Icon::Clock),
        JobState::Running => ("Running", Tone::Info, Icon::Refresh),
        JobState::Failed => ("Given up", Tone::Bad, Icon::Alert),
        JobState::Done => ("Done", Tone::Good, Icon::Check),
    }
}

/// The section.
#[component]
pub fn JobsCard() -> impl IntoView {
    let router = use_router();
    let discarding = RwSignal::new(None::<BackgroundJob>);
    // Without a word in the address: those that want somebody.
    let remote = use_remote::<Page<BackgroundJob>>(move || {
        let query = router.query().only(&["state", "queue", "cursor"]);
        let query = if query.get("state").is_none() && query.get("queue").is_none() {
            query.with("failing", Some("true"))
        } else {
            query
        };
        Some(format!("{PATH}{}", query.suffix()))
    });
    remote.read_while(LOOK, |page| page.items.iter().any(|job| matches!(job.state, JobState::Waiting | JobState::Running)));
    let states: Vec<Choice> = JobState::ALL.iter().map(|state| Choice::new(state.as_str(), words(*state).0)).collect();
    let given = move || {
        router.param("queue").map(|queue| {
            let away = router.href_with(&[("queue", None), ("cursor", None)]);
            view! { <a class="chip on" href=away aria-label=format!("Take the filter Queue {queue} away")>{format!("Queue: {queue}")}<IconView icon=Icon::Cross /></a> }
        })
    };
    let narrowed = move || router.param("state").is_some() || router.param("queue").is_some();
    let note =
        Signal::derive(move || if narrowed() { "Newest first" } else { "Given up or trying again, newest first" }.to_owned());
    view! {
        <Card title="Jobs" note flush=true>
            <div class="filters" role="group" aria-label="Filters">
                <FilterChip name="state" label="State" choices=states />
                {given}
            </div>
            <RemoteView remote shape=Shape::Rows(4) let:page>
                {if page.items.is_empty() {
                    nothing(narrowed())
                } else {
                    let rows = page.items.iter().cloned().map(|job| view! { <JobRow job discarding /> }).collect_view();
                    view! {
                        <TableView label="Jobs" head=|| view! {
                            <Th>"Job"</Th><Th>"State"</Th><Th num=true>"Attempts"</Th><Th>"Written"</Th><Th>"Ended"</Th><Th><span class="sr-only">"Actions"</span></Th>
                        }>{rows}</TableView>
                        <Pagination page=page.page.clone() shown=page.items.len() noun=("job", "jobs") />
                    }.into_any()
                }}
            </RemoteView>
        </Card>
        <DiscardDialog discarding />
    }
}

/// No job: none that wants somebody, or none that the filters let through.
fn nothing(narrowed: bool) -> AnyView {
    if narrowed {
        view! { <Empty icon=Icon::Filter title="No such job">"No job is as the filters say."</Empty> }.into_any()
    } else {
        view! { <Empty icon=Icon::Check title="No job fails">"A job that fails stands here, with why, until it is done, tried again or discarded."</Empty> }.into_any()
    }
}

#[component]
fn JobRow(job: BackgroundJob, discarding: RwSignal<Option<BackgroundJob>>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let chosen = job.clone();
    let BackgroundJob { id, queue, label, state, attempts, reason, created_at, next_at, ended_at } = job;
    let (word, tone, icon) = words(state);
    let press = if next_at.is_some() { "Try now" } else { "Try again" };
    let (again, away) = (format!("{press}: {label}"), format!("Discard: {label}"));
    let retry = move |_| {
        spawn_local(async move {
            match api.post_empty::<()>(&format!("{PATH}/{id}/retry")).await {
                Ok(()) => toasts.say("The job waits for a worker."),
                Err(error) => toasts.warn(error.message()),
            }
            read_again(api);
        });
    };
    view! {
        <tr>
            <Td main=true><div>
                {label}<br /><span class="id small muted">{queue}</span>
                {reason.map(|reason| view! { <br /><span class="small">{reason}</span> })}
            </div></Td>
            <Td label="State">{match next_at {
                Some(at) => view! { <div><Badge tone=Tone::Warn icon=Icon::Refresh>"Trying again"</Badge><div class="small muted">"at "<Moment at /></div></div> }.into_any(),
                None => view! { <Badge tone icon>{word}</Badge> }.into_any(),
            }}</Td>
            <Td label="Attempts" num=true>{attempts}</Td>
            <Td label="Written"><Moment at=created_at /></Td>
            <Td label="Ended">{ended_at.map(|at| view! { <Moment at /> })}</Td>
            <Td num=true>{(state == JobState::Failed || next_at.is_some()).then(|| view! {
                <button type="button" class=ButtonKind::Quiet.class() aria-label=again on:click=retry>{press}</button>
            })}
            {(state == JobState::Failed).then(|| view! {
                <button type="button" class=ButtonKind::Quiet.class() aria-label=away on:click=move |_| discarding.set(Some(chosen.clone()))>"Discard"</button>
            })}</Td>
        </tr>
    }
}

/// Asks before a job is discarded: it can't be brought back.
#[component]
fn DiscardDialog(discarding: RwSignal<Option<BackgroundJob>>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let open = open_while(discarding);
    let busy = RwSignal::new(false);
    let label = move || discarding.with(|job| job.as_ref().map(|job| job.label.clone()).unwrap_or_default());
    let discard = Callback::new(move |()| {
        let Some(job) = discarding.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let result = api.post_empty::<()>(&format!("{PATH}/{}/discard", job.id)).await;
            busy.try_set(false);
            open.set(false);
            match result {
                Ok(()) => toasts.say("The job is discarded."),
                Err(error) => toasts.warn(error.message()),
            }
            read_again(api);
        });
    });
    view! {
        <Dialog open title="Discard this job?">
            <p>{label}</p>
            <p class="small muted">"It will never be done, and that can't be taken back. Who discarded it stands in the installation log."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on_press=discard>"Discard"</Button>
            </div>
        </Dialog>
    }
}
