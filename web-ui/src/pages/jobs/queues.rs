//! The queues with their counts.

use super::{LOOK, QUIET_FOR, QUIET_LOOK, read_again};
use crate::api::{use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::card::Card;
use crate::components::icon::Icon;
use crate::components::state::{RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::dom;
use crate::router::Route;
use leptos::prelude::*;
use shared_types::jobs::{JobQueue, JobQueues};

/// The section.
#[component]
pub fn QueuesCard() -> impl IntoView {
    let (api, remote) = (use_api(), use_remote::<JobQueues>(|| Some("/api/v1/job-queues".to_owned())));
    let going = |queues: &JobQueues| queues.items.iter().any(|queue| queue.waiting + queue.running > 0);
    let opened = dom::now();
    remote.read_while(LOOK, going);
    remote.read_while(QUIET_LOOK, move |queues| !going(queues) && dom::now() - opened < QUIET_FOR);
    // What has ended since the last look, or failed and waits to be tried again, stands in the lists beside this one, too.
    let counts = Memo::new(move |_| {
        remote.map(|queues| queues.items.iter().map(|queue| (queue.waiting, queue.failed, queue.done)).collect::<Vec<_>>())
    });
    Effect::new(move |before: Option<bool>| {
        let there = counts.with(Option::is_some);
        if before == Some(true) {
            read_again(api);
        }
        there
    });
    view! {
        <Card title="Queues" note="Done ones are kept for a week" flush=true>
            <RemoteView remote shape=Shape::Rows(8) let:queues>
                <TableView label="Queues" head=|| view! {
                    <Th>"What its jobs do"</Th><Th num=true>"Waiting"</Th><Th num=true>"Running"</Th><Th num=true>"Given up"</Th><Th num=true>"Done"</Th>
                }>
                    {queues.items.iter().cloned().map(row).collect_view()}
                </TableView>
            </RemoteView>
        </Card>
    }
}

fn row(queue: JobQueue) -> AnyView {
    let JobQueue { queue: name, label, waiting, running, failed, done } = queue;
    let href = format!("{}?queue={name}", Route::Jobs.href());
    // What there is of something stands out from the noughts.
    let number = |count: u64| view! { <span class:muted=count == 0 class:strong=count != 0>{count}</span> };
    let given_up = if failed == 0 {
        number(0).into_any()
    } else {
        view! { <Badge tone=Tone::Bad icon=Icon::Alert>{failed}</Badge> }.into_any()
    };
    view! {
        <tr>
            <Td main=true><div>{label}<br /><a class="id small" href=href>{name}</a></div></Td>
            <Td label="Waiting" num=true>{number(waiting)}</Td>
            <Td label="Running" num=true>{number(running)}</Td>
            <Td label="Given up" num=true>{given_up}</Td>
            <Td label="Done" num=true><span class:muted=done == 0>{done}</span></Td>
        </tr>
    }
    .into_any()
}
