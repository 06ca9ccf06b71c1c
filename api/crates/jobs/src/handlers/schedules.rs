use crate::{schedule, service};
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, post};
use identity::Admin;
use platform::{Platform, Result};
use shared_types::Problem;
use shared_types::jobs::JobSchedules;

/// What is done by the clock: when it was last due, and when it is next.
#[utoipa::path(operation_id = "list_job_schedules", tag = "operation", extensions(("x-role" = json!("admin"))),
    responses(
        (status = 200, body = JobSchedules),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/job-schedules")]
pub(super) async fn list_job_schedules(platform: Data<Platform>, _who: Admin) -> Result<Answer<JobSchedules>> {
    Ok(Answer(JobSchedules { items: schedule::all(&platform).await? }))
}

/// Run it now, beside its schedule. While one waits that was asked for so, another changes nothing.
#[utoipa::path(operation_id = "run_job_schedule", tag = "operation", extensions(("x-role" = json!("admin"))),
    params(("queue" = String, Path, description = "The queue of the schedule, such as `vacuum`")),
    responses(
        (status = 204, description = "It waits for a worker"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such schedule")))]
#[post("/job-schedules/{queue}/run")]
pub(super) async fn run_job_schedule(platform: Data<Platform>, Admin(who): Admin, path: Path<String>) -> Result<HttpResponse> {
    service::run_now(&platform, who.actor(), &path).await?;
    Ok(HttpResponse::NoContent().finish())
}
