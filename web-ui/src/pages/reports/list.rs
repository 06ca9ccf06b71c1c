//! `/s/{system}/reports`: having one made, and those that were, the newest first.

use super::create::NewReport;
use super::names::{Names, use_names};
use super::state::State;
use super::words;
use crate::api::{use_api, use_remote};
use crate::components::button::{Button, ButtonKind, ButtonLink, IconButton};
use crate::components::card::Card;
use crate::components::clipboard::CopyButton;
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::pagination::Pagination;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::format;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::reports::{Report, ReportState};
use shared_types::systems::Role;

/// Between two looks at reports that are being made, in milliseconds.
const LOOK: u32 = 1_000;

/// The page.
#[component]
pub fn ReportsPage() -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let (list, names) = (scope.api("/reports"), use_names());
    let remote = use_remote::<Page<Report>>(move || Some(format!("{list}{}", router.query().only(&["cursor"]).suffix())));
    let going = |report: &Report| matches!(report.state, ReportState::Queued | ReportState::Running);
    remote.read_while(LOOK, move |page: &Page<Report>| page.items.iter().any(going));
    let told = move || {
        let count = remote.map(|page| page.items.iter().filter(|report| going(report)).count()).unwrap_or_default();
        (count > 0).then(|| format::count(i64::try_from(count).unwrap_or(0), "report is being made", "reports are being made"))
    };
    let (managers, scheduled) = (scope.can_read(Role::Manager), scope.href(SystemPage::ScheduledReports));
    let schedules =
        move || managers.then(|| view! { <ButtonLink href=scheduled.clone() icon=Icon::Refresh>"Scheduled"</ButtonLink> });
    let asked = RwSignal::new(None::<Report>);
    let deleting = open_while(asked);
    // The page's own: the dialog is gone when the answer comes.
    let gone = Callback::new(move |()| remote.reload());
    view! {
        <PageHead title="Reports" note=scope.system.name.clone() actions=schedules />
        <Card title="Make a report"><NewReport asked=Callback::new(move |()| remote.reload()) /></Card>
        <section class="card report-list" aria-label="Reports that were made">
            <p class="sr-only" role="status">{told}</p>
            <RemoteView remote shape=Shape::Rows(4) let:page>
                {if page.items.is_empty() {
                    view! {
                        <Empty icon=Icon::Report title="No report was made yet">
                            "A report is a file that stays as it was made: it is kept for a set time, with its hash in the audit log, and marked on every page."
                        </Empty>
                    }.into_any()
                } else {
                    let rows = page.items.iter().cloned().map(|report| view! { <Row report names asked /> }).collect_view();
                    let head = || view! { <Th>"Report"</Th><Th>"State"</Th><Th>"Asked for"</Th><Th>"File"</Th><Th>"Until"</Th><Th><span class="sr-only">"Actions"</span></Th> };
                    view! {
                        <TableView label="Reports" head>{rows}</TableView>
                        <Pagination page=page.page.clone() shown=page.items.len() noun=("report", "reports") />
                    }.into_any()
                }}
            </RemoteView>
        </section>
        <Dialog open=deleting title="Delete report">
            {move || asked.get().map(|report| view! { <Delete report open=deleting gone /> })}
        </Dialog>
    }
}

/// What a report is called in the list.
fn named(report: &Report) -> String {
    format!("{}, {}", report.kind.title(), words::format(report.format))
}

/// Asks before a report goes: its file can't be made again as it was.
#[component]
fn Delete(
    report: Report,
    open: RwSignal<bool>,
    /// Called when it was deleted.
    gone: Callback<()>,
) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let (path, version, name) = (scope.api(&format!("/reports/{}", report.id)), report.version, named(&report));
    let delete = move || {
        let path = path.clone();
        open.set(false);
        spawn_local(async move {
            match api.delete(&path, Some(version)).await {
                Ok(()) => {
                    toasts.say("The report is deleted.");
                    gone.run(());
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! {
        <div class="stack">
            <p><strong>{name}</strong>" of "<Moment at=report.requested_at />" goes with its file. One that is made anew has another hash."</p>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger icon=Icon::Trash on_press=delete>"Delete"</Button>
            </div>
        </div>
    }
}

#[component]
fn Row(
    report: Report,
    names: Names,
    /// What is asked about before it is deleted.
    asked: RwSignal<Option<Report>>,
) -> impl IntoView {
    let scope = use_scope();
    let mine = report.requested_by.as_ref().map(|person| person.id) == crate::session::use_session().me().map(|me| me.id);
    let may_delete = mine || scope.can_read(Role::Manager);
    let file = scope.api(&format!("/reports/{}/file", report.id));
    let name = named(&report);
    let (label, one) = (format!("Delete {name}"), StoredValue::new(report.clone()));
    let delete = move |()| asked.set(Some(one.get_value()));
    let by = report.requested_by.as_ref().map(|person| format!("{}, ", person.name)).unwrap_or_default();
    let (kind, owner) = (report.kind, report.requested_by);
    let filters = report.filters.map(|filters| {
        view! { <div class="muted tiny any-break">{move || names.filters(kind, &filters, owner.as_ref())}</div> }
    });
    let schedule = report
        .schedule
        .map(|schedule| view! { <div class="muted tiny any-break">{format!("Schedule: {}", schedule.name)}</div> });
    let href = scope.href(SystemPage::Report(report.id.to_string()));
    let download = (report.state == ReportState::Ready).then(|| {
        view! { <ButtonLink href=file icon=Icon::Download kind=ButtonKind::Quiet download="">"Download"</ButtonLink> }
    });
    view! {
        <tr>
            <Td main=true><a href=href>{name}</a>{filters}{schedule}</Td>
            <Td label="State"><State state=report.state progress=report.progress working_copy=report.working_copy failure=report.failure /></Td>
            <Td label="Asked for"><span>{by}<Moment at=report.requested_at /></span></Td>
            <Td label="File"><div>
                {report.size.map(|size| view! { <div>{format::size(size)}</div> })}
                {report.sha256.map(|hash| {
                    let (short, whole) = (format::short_hash(&hash), hash.clone());
                    view! { <div class="id tiny nowrap" title=whole>{short}<CopyButton text=hash what="hash" /></div> }
                })}
            </div></Td>
            <Td label="Until"><Moment at=report.expires_at /></Td>
            <Td><span class="row tight-row">
                {download}
                {may_delete.then(|| view! { <IconButton icon=Icon::Trash label on_press=Callback::new(delete) /> })}
            </span></Td>
        </tr>
    }
}
