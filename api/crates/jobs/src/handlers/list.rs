use crate::queries::{self, Filter};
use crate::topics;
use actix_web::get;
use actix_web::web::{Data, Json as Answer};
use identity::Admin;
use platform::http::Query;
use platform::http::query::{several_named, several_of};
use platform::page::PageRequest;
use platform::{Platform, Result};
use serde::Deserialize;
use shared_types::jobs::{BackgroundJob, JobQueues, JobState};
use shared_types::{Page, Problem};
use utoipa::IntoParams;

/// Which part of the jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct JobPage {
    /// States, separated by commas: `waiting`, `running`, `failed`, `done`.
    state: Option<String>,
    /// Queues, separated by commas.
    queue: Option<String>,
    /// Failed when they were tried last and are not done: given up, or waiting to be tried again; or, with `false`, all others.
    failing: Option<bool>,
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// From the page before or after.
    cursor: Option<String>,
}

/// Background jobs, newest first. Done ones are kept for a week, given-up ones for a month.
#[utoipa::path(operation_id = "list_jobs", tag = "operation", extensions(("x-role" = json!("admin"))),
    params(JobPage),
    responses(
        (status = 200, body = Page<BackgroundJob>),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/jobs")]
pub(super) async fn list_jobs(
    platform: Data<Platform>,
    _who: Admin,
    Query(query): Query<JobPage>,
) -> Result<Answer<Page<BackgroundJob>>> {
    let JobPage { state, queue, failing, limit, cursor } = query;
    let states = several_named("state", state.as_deref(), &JobState::ALL, JobState::as_str)?;
    let queues = several_of("queue", queue.as_deref(), |name| topics::find(name).map(|topic| topic.name))?;
    let filter = Filter { states, queues, failing };
    let page = PageRequest::<queries::Key>::parse(limit, cursor.as_deref(), &filter)?;
    let rows = queries::jobs(&platform.db, &filter, &page).await?;
    Ok(Answer(page.page(rows, None, queries::Row::key, BackgroundJob::from)?))
}

/// How many jobs of each queue wait, run, were given up, are done.
#[utoipa::path(operation_id = "list_job_queues", tag = "operation", extensions(("x-role" = json!("admin"))),
    responses(
        (status = 200, body = JobQueues),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/job-queues")]
pub(super) async fn list_job_queues(platform: Data<Platform>, _who: Admin) -> Result<Answer<JobQueues>> {
    Ok(Answer(JobQueues { items: queries::queues(&platform.db).await? }))
}
