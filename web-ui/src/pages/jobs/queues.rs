//! The queues with their counts.

use crate::api::use_remote;
use crate::components::badge::{Badge, Tone};
use crate::components::card::Card;
use crate::components::icon::Icon;
use crate::components::state::{RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::router::Route;
use leptos::prelude::*;
use shared_types::jobs::{JobQueue, JobQueues};

/// The section.
#[component]
pub fn QueuesCard() -> impl IntoView {
    let remote = use_remote::<JobQueues>(|| Some("/api/v1/job-queues".to_owned()));
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
    let given_up = if failed == 0 {
        view! { <span class="muted">"0"</span> }.into_any()
    } else {
        view! { <Badge tone=Tone::Bad icon=Icon::Alert>{failed}</Badge> }.into_any()
    };
    view! {
        <tr>
            <Td main=true><div>{label}<br /><a class="id small" href=href>{name}</a></div></Td>
            <Td label="Waiting" num=true>{waiting}</Td>
            <Td label="Running" num=true>{running}</Td>
            <Td label="Given up" num=true>{given_up}</Td>
            <Td label="Done" num=true>{done}</Td>
        </tr>
    }
    .into_any()
}
