//! `/s/{system}/reports/{id}`: a report that was made, or is being made. Where the notices of scheduled reports lead.

use super::names::{Names, use_names};
use super::state::State;
use super::words;
use crate::api::{ApiError, use_remote};
use crate::components::button::{ButtonKind, ButtonLink};
use crate::components::clipboard::CopyButton;
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::format;
use crate::router::{SystemPage, encode};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::reports::{Report, ReportState};

/// Between two looks at a report that is being made, in milliseconds.
const LOOK: u32 = 1_000;

/// The page.
#[component]
pub fn ReportPage(
    /// The report's id.
    id: String,
) -> impl IntoView {
    let (scope, names) = (use_scope(), use_names());
    let path = scope.api(&format!("/reports/{}", encode(&id)));
    let file = format!("{path}/file");
    let remote = use_remote::<Report>(move || Some(path.clone()));
    remote.read_while(LOOK, |report| matches!(report.state, ReportState::Queued | ReportState::Running));
    let title =
        Signal::derive(move || remote.map(|report| report.kind.title().to_owned()).unwrap_or_else(|| "Report".to_owned()));
    let crumbs = vec![Crumb::new("Reports", scope.href(SystemPage::Reports))];
    let ready = Memo::new(move |_| remote.map(|report| report.state == ReportState::Ready).unwrap_or_default());
    let download = move || {
        let file = file.clone();
        ready.get().then(
            || view! { <ButtonLink href=file icon=Icon::Download kind=ButtonKind::Primary download="">"Download"</ButtonLink> },
        )
    };
    let note = scope.system.name.clone();
    view! {
        <PageHead title note crumbs actions=move || download />
        <section class="card card-in">
            <RemoteView remote shape=Shape::Rows(6) let:report>{facts(&report, names)}</RemoteView>
        </section>
        {move || remote.error().filter(ApiError::is_not_found).map(|_| view! {
            <p class="muted report-over">"A report is kept for a set time, 30 days unless this installation says otherwise, and then taken away. Its hash stands in the audit log, and it can be made again."</p>
        })}
    }
}

fn facts(report: &Report, names: Names) -> AnyView {
    let one = report.clone();
    let fact = |label: &'static str, value: AnyView| view! { <dt>{label}</dt><dd>{value}</dd> };
    let marking = (!one.marking.is_empty()).then(|| fact("Marking", one.marking.into_any()));
    let owner = one.requested_by.clone();
    let filters =
        one.filters.map(|filters| fact("Filters", (move || names.filters(one.kind, &filters, owner.as_ref())).into_any()));
    let schedule = one.schedule.map(|schedule| fact("Schedule", schedule.name.into_any()));
    let by = one.requested_by.map(|person| format!("{}, ", person.name)).unwrap_or_default();
    let made = one.made_at.map(|at| fact("Made", view! { <Moment at /> }.into_any()));
    let file = one.file_name.zip(one.size).map(|(name, size)| fact("File", format!("{name}, {}", format::size(size)).into_any()));
    let hash = one.sha256.map(|hash| {
        let whole = hash.clone();
        fact("SHA-256", view! { <span class="id any-break">{hash}<CopyButton text=whole what="hash" /></span> }.into_any())
    });
    view! {
        <dl class="report-facts">
            {fact("State", view! { <State state=one.state progress=one.progress working_copy=one.working_copy failure=one.failure /> }.into_any())}
            {fact("Format", words::format(one.format).into_any())}
            {filters}{marking}{schedule}
            {fact("Asked for", view! { <span>{by}<Moment at=one.requested_at /></span> }.into_any())}
            {made}{file}{hash}
            {fact("Kept until", view! { <Moment at=one.expires_at /> }.into_any())}
        </dl>
    }
    .into_any()
}
