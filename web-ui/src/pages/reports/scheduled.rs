//! `/s/{system}/reports/scheduled`: what is made again and again, when, and who is told.

use super::names::{Names, use_names};
use super::schedule_form::ScheduleForm;
use super::state::StateBadge;
use super::words;
use crate::api::{Api, use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::pagination::Pagination;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::{Toasts, use_toasts};
use crate::format;
use crate::router::{SystemPage, use_router};
use crate::scope::{Scope, use_scope};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::report_schedules::{ReportSchedule, ScheduleResult, ScheduleState, UpdateReportSchedule};
use shared_types::reports::{Report, ReportState};
use shared_types::systems::Role;

/// Between two looks while a report is being made, in milliseconds.
const LOOK: u32 = 1_500;

/// What the page asks about.
#[derive(Clone, Copy)]
struct Asked {
    api: Api,
    toasts: Toasts,
    base: StoredValue<String>,
    editing: RwSignal<Option<ReportSchedule>>,
    deleting: RwSignal<Option<ReportSchedule>>,
    names: Names,
}

impl Asked {
    fn path(self, schedule: &ReportSchedule) -> String {
        format!("{}/{}", self.base.get_value(), schedule.id)
    }

    fn set(self, schedule: &ReportSchedule, state: ScheduleState) {
        let (path, version, name) = (self.path(schedule), schedule.version, schedule.name.clone());
        let said = match state {
            ScheduleState::Active => format!("{name} is resumed. Its reports are made in your name."),
            ScheduleState::Paused => format!("{name} is paused. What falls into the pause is not made up for."),
        };
        let body = UpdateReportSchedule { state: Some(state), ..UpdateReportSchedule::default() };
        spawn_local(async move {
            match self.api.patch::<_, ReportSchedule>(&path, Some(version), &body).await {
                Ok(_) => self.toasts.say(said),
                Err(error) => self.toasts.warn(error.message()),
            }
        });
    }

    fn run(self, schedule: &ReportSchedule) {
        let (path, name) = (format!("{}/run", self.path(schedule)), schedule.name.clone());
        spawn_local(async move {
            match self.api.post_empty::<Report>(&path).await {
                Ok(_) => self.toasts.say(format!("{name} is being made. Its recipients are told when it is ready.")),
                Err(error) => self.toasts.warn(error.message()),
            }
        });
    }
}

/// The page.
#[component]
pub fn ScheduledReportsPage() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let crumbs = vec![Crumb::new("Reports", scope.href(SystemPage::Reports))];
    if !scope.can_read(Role::Manager) {
        return view! {
            <PageHead title="Scheduled reports" crumbs />
            <section class="card"><Empty icon=Icon::Lock title="Your role does not reach here">"Managers of the system schedule its reports."</Empty></section>
        }
        .into_any();
    }
    let url = scope.api("/report-schedules");
    let asked = Asked {
        api: use_api(),
        toasts: use_toasts(),
        base: StoredValue::new(url.clone()),
        editing: RwSignal::new(None),
        deleting: RwSignal::new(None),
        names: use_names(),
    };
    let remote = use_remote::<Page<ReportSchedule>>(move || Some(format!("{url}{}", router.query().only(&["cursor"]).suffix())));
    let going = |one: &ReportSchedule| one.last.as_ref().is_some_and(is_going);
    remote.read_while(LOOK, move |page: &Page<ReportSchedule>| page.items.iter().any(going));
    let manages = scope.can(Role::Manager);
    let adding = RwSignal::new(false);
    let add = move || {
        manages.then(|| view! { <Button kind=ButtonKind::Primary icon=Icon::Plus on_press=move || adding.set(true)>"Schedule a report"</Button> })
    };
    let (editing, deleting) = (open_while(asked.editing), open_while(asked.deleting));
    let (rows, note) = (scope.clone(), scope.system.name.clone());
    view! {
        <PageHead title="Scheduled reports" note crumbs actions=add />
        <section class="card">
            <RemoteView remote shape=Shape::Rows(4) let:page>
                {if page.items.is_empty() {
                    view! {
                        <Empty icon=Icon::Refresh title="No report is scheduled yet">
                            "A scheduled report is made every week or month. Its recipients are told in the product and by mail where it is: the mail has a link, never the file."
                        </Empty>
                    }.into_any()
                } else {
                    let head = || view! {
                        <Th>"Report"</Th><Th>"When"</Th><Th>"Next"</Th><Th>"Last"</Th><Th>"Recipients"</Th><Th>"State"</Th><Th><span class="sr-only">"Actions"</span></Th>
                    };
                    let all = page.items.iter().map(|one| row(&rows, one, asked, manages)).collect_view();
                    view! {
                        <TableView label="Scheduled reports" head>{all}</TableView>
                        <Pagination page=page.page.clone() shown=page.items.len() noun=("schedule", "schedules") />
                    }.into_any()
                }}
            </RemoteView>
        </section>
        {manages.then(|| view! {
            <Dialog open=adding title="Schedule a report" wide=true><ScheduleForm open=adding schedule=None /></Dialog>
            <Dialog open=editing title="Edit scheduled report" wide=true>
                {move || asked.editing.get().map(|schedule| view! { <ScheduleForm open=editing schedule=Some(schedule) /> })}
            </Dialog>
            <Dialog open=deleting title="Delete scheduled report">
                {move || asked.deleting.get().map(|schedule| view! { <Delete schedule open=deleting asked /> })}
            </Dialog>
        })}
    }
    .into_any()
}

fn is_going(last: &ScheduleResult) -> bool {
    last.report.is_some() && matches!(last.state, ReportState::Queued | ReportState::Running)
}

#[component]
fn Delete(schedule: ReportSchedule, open: RwSignal<bool>, asked: Asked) -> impl IntoView {
    let name = schedule.name.clone();
    let delete = move || {
        let (path, version, name) = (asked.path(&schedule), schedule.version, schedule.name.clone());
        open.set(false);
        spawn_local(async move {
            match asked.api.delete(&path, Some(version)).await {
                Ok(()) => asked.toasts.say(format!("{name} is deleted.")),
                Err(error) => asked.toasts.warn(error.message()),
            }
        });
    };
    view! {
        <div class="stack">
            <p><strong>{name}</strong>" makes no more reports. Those that it has made stay until their time is over."</p>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger icon=Icon::Trash on_press=delete>"Delete"</Button>
            </div>
        </div>
    }
}

fn row(scope: &Scope, schedule: &ReportSchedule, asked: Asked, manages: bool) -> AnyView {
    let one = schedule.clone();
    let name = one.name.clone();
    let tools = manages.then(|| {
        let (own, other, third, fourth) = (one.clone(), one.clone(), one.clone(), one.clone());
        let (icon, label, state) = match one.state {
            ScheduleState::Paused => (Icon::Play, format!("Resume {name}"), ScheduleState::Active),
            ScheduleState::Active => (Icon::Pause, format!("Pause {name}"), ScheduleState::Paused),
        };
        view! {
            <span class="row tight-row">
                <Button kind=ButtonKind::Quiet icon=Icon::Report on_press=move || asked.run(&own)>"Run now"</Button>
                <IconButton icon=Icon::Edit label=format!("Edit {name}") on_press=move || asked.editing.set(Some(other.clone())) />
                <IconButton icon label on_press=move || asked.set(&third, state) />
                <IconButton icon=Icon::Trash label=format!("Delete {name}") on_press=move || asked.deleting.set(Some(fourth.clone())) />
            </span>
        }
    });
    let about = format!("{}, {}", one.kind.title(), words::format(one.format));
    let (kind, owner) = (one.kind, one.owner.clone());
    let filters = one.filters.clone().map(|filters| move || asked.names.filters(kind, &filters, Some(&owner)));
    let state = match one.state {
        ScheduleState::Active => view! { <Badge tone=Tone::Good icon=Icon::Refresh>"Active"</Badge> },
        ScheduleState::Paused => view! { <Badge tone=Tone::Warn icon=Icon::Pause>"Paused"</Badge> },
    };
    let because = one.paused_because.map(|because| view! { <div class="small muted">{because}</div> });
    let hour = format!("{:02}:00 in the system's time zone", one.hour);
    let next = match one.next_run {
        Some(at) => view! { <Moment at /> }.into_any(),
        None => view! { <span class="muted">"–"</span> }.into_any(),
    };
    let people = one.recipients;
    let names = people.iter().map(|one| one.person.name.clone()).collect::<Vec<_>>().join(", ");
    let passed_over: Vec<String> =
        people.iter().filter_map(|one| one.skipped.map(|why| format!("{}: {}", one.person.name, words::skipped(why)))).collect();
    let passed_over = (!passed_over.is_empty()).then(|| view! { <div class="small late">{passed_over.join("; ")}</div> });
    let last = match one.last {
        Some(last) => last_view(scope, last),
        None => view! { <span class="muted">"Not yet"</span> }.into_any(),
    };
    view! {
        <tr>
            <Td main=true><div>
                <span class="strong">{name}</span><div class="small muted">{about}</div>
                {filters.map(|filters| view! { <div class="tiny muted any-break">{filters}</div> })}
                <div class="tiny muted">{format!("In the name of {}", one.owner.name)}</div>
            </div></Td>
            <Td label="When"><div>{words::days(one.recurrence)}<div class="small muted">{hour}</div></div></Td>
            <Td label="Next">{next}</Td>
            <Td label="Last">{last}</Td>
            <Td label="Recipients"><div><span class="any-break">{names}</span>{passed_over}</div></Td>
            <Td label="State"><div>{state}{because}</div></Td>
            <Td>{tools}</Td>
        </tr>
    }
    .into_any()
}

/// What came of the last run, with the way to it.
fn last_view(scope: &Scope, last: ScheduleResult) -> AnyView {
    let ScheduleResult { at, state, report, failure, told, skipped } = last;
    let when = match report {
        Some(id) => {
            let href = scope.href(SystemPage::Report(id.to_string()));
            view! { <a href=href><Moment at /></a> }.into_any()
        }
        None => view! { <Moment at /> }.into_any(),
    };
    let told = (state == ReportState::Ready).then(|| {
        let passed = if skipped > 0 { format!(", {skipped} passed over") } else { String::new() };
        let words = format!("{} told{passed}", format::count(i64::from(told), "person", "people"));
        view! { <div class="small muted">{words}</div> }
    });
    let failure = failure.map(|failure| view! { <div class="small muted">{failure}</div> });
    view! { <div>{when}<div><StateBadge state /></div>{told}{failure}</div> }.into_any()
}
