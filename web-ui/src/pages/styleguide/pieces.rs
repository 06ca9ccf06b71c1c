//! Buttons, badges, states, tables.

use crate::api::ApiError;
use crate::components::avatar::{Avatar, Person};
use crate::components::badge::{EvidenceBadge, FindingBadge, FreshnessBadge, PriorityBadge, ProgressBadge, TaskBadge};
use crate::components::button::{Button, ButtonKind, ButtonLink, IconButton};
use crate::components::card::Card;
use crate::components::citation::Citation;
use crate::components::clipboard::CopyButton;
use crate::components::dialog::Dialog;
use crate::components::icon::{Icon, IconView};
use crate::components::pagination::Pagination;
use crate::components::progress::{Bar, ProgressBar};
use crate::components::state::{Empty, Failure, Shape, Skeleton};
use crate::components::table::{SortTh, TableView, Td, Th};
use crate::components::tabs::{Tab, Tabs};
use leptos::prelude::*;
use shared_types::PageInfo;
use shared_types::evidence::{EvidenceStatus, Freshness};
use shared_types::finding::{Finding, Progress};
use shared_types::tasks::{Priority, TaskState};

#[component]
pub fn Pieces() -> impl IntoView {
    let open = RwSignal::new(false);
    let nobody: Option<String> = None;
    let tabs = vec![
        Tab { value: "", label: "Mine".to_owned(), count: Some(4) },
        Tab { value: "all", label: "All".to_owned(), count: None },
    ];
    view! {
        <Card title="Buttons"><div class="guide-row">
            <Button kind=ButtonKind::Primary icon=Icon::Plus>"Primary"</Button><Button>"Plain"</Button>
            <Button kind=ButtonKind::Danger>"Danger"</Button><Button kind=ButtonKind::Quiet icon=Icon::Refresh>"Quiet"</Button>
            <Button busy=true>"Saving"</Button><Button disabled=true>"Disabled"</Button>
            <ButtonLink href="/styleguide" icon=Icon::Download>"Link"</ButtonLink>
            <IconButton icon=Icon::Bell label="Notifications" on_press=|| {} />
            <Button on_press=move || open.set(true)>"Open dialog"</Button>
            <CopyButton text="9f2c" what="hash" />
        </div></Card>
        <Dialog open title="A question"><p>"The rest of the page can't be reached meanwhile."</p>
            <div class="dialog-foot"><Button on_press=move || open.set(false)>"Cancel"</Button><Button kind=ButtonKind::Primary on_press=move || open.set(false)>"Yes"</Button></div>
        </Dialog>
        <Card title="Badges"><div class="stack tight">
            <div class="guide-row">{Finding::ALL.iter().map(|finding| view! { <FindingBadge finding=*finding /> }).collect_view()}</div>
            <div class="guide-row">{Progress::ALL.iter().map(|progress| view! { <ProgressBadge progress=*progress /> }).collect_view()}</div>
            <div class="guide-row">{Freshness::ALL.iter().map(|freshness| view! { <FreshnessBadge freshness=*freshness days_left=9 /> }).collect_view()}</div>
            <div class="guide-row">{EvidenceStatus::ALL.iter().map(|status| view! { <EvidenceBadge status=*status days_left=9 /> }).collect_view()}</div>
            <div class="guide-row">{TaskState::ALL.iter().map(|state| view! { <TaskBadge state=*state overdue=false /> }).collect_view()}<TaskBadge state=TaskState::Open overdue=true /></div>
            <div class="guide-row">{Priority::ALL.iter().map(|priority| view! { <PriorityBadge priority=*priority /> }).collect_view()}</div>
            <div class="guide-row">{["Dana Whitfield", "Luis Ortega", "Priya Kaur", "Tom Chen", "Mara Brandt"].map(|name| view! { <Avatar name /> }).collect_view()}<Person name=Some("Priya Kaur".to_owned()) /><Person name=nobody /></div>
        </div></Card>
        <Card title="Citation"><Citation rule="32 CFR 170.24(c)(2)">"Worth 5 points: with it not met the highest possible score is 105."</Citation></Card>
        <Card title="Progress"><div class="stack tight">
            <ProgressBar label="Upload" percent=68.0 /><ProgressBar label="Upload" percent=100.0 bar=Bar::Done /><ProgressBar label="Upload" percent=31.0 bar=Bar::Halted />
        </div></Card>
        <Card title="Table" flush=true>
            <Tabs name="view" label="Tasks" tabs />
            <TableView label="Tasks" head=|| view! { <SortTh field="number" default="number">"Number"</SortTh><Th>"Title"</Th><SortTh field="points" num=true>"Points"</SortTh> }>
                <tr><Td main=true><a class="id" href="/styleguide">"TASK-112"</a></Td><Td label="Title">"Disable 4 leavers' accounts"</Td><Td label="Points" num=true>"5"</Td></tr>
                <tr aria-selected="true"><Td main=true><a class="id" href="/styleguide">"TASK-118"</a></Td><Td label="Title">"Upload October log review"</Td><Td label="Points" num=true>"1"</Td></tr>
            </TableView>
            <Pagination page=PageInfo { next: Some("x".into()), prev: None, total: Some(1286) } shown=50 noun=("task", "tasks") />
        </Card>
        <div class="guide-two">
            <Card title="Loading"><Skeleton shape=Shape::Rows(3) /></Card>
            <Card title="Failed"><Failure error=ApiError::Network retry=Callback::new(|()| {}) /></Card>
            <Card title="Empty"><Empty icon=Icon::Document title="No evidence yet" action=|| view! { <Button kind=ButtonKind::Primary icon=Icon::Upload>"Upload"</Button> }>"Evidence is a file that proves an objective."</Empty></Card>
        </div>
        <Card title="Icons"><div class="guide-icons">{Icon::ALL.iter().map(|icon| view! { <span><IconView icon=*icon />{format!("{icon:?}")}</span> }).collect_view()}</div></Card>
    }
}
