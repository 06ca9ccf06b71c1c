use crate::service;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use identity::Admin;
use platform::{Platform, Result};
use shared_types::{JobId, Problem};

/// Try a job again that was given up, or at once one that failed and waits to be tried again.
#[utoipa::path(operation_id = "retry_job", tag = "operation", extensions(("x-role" = json!("admin"))),
    params(("job" = JobId, Path, description = "The job")),
    responses(
        (status = 204, description = "It waits for a worker"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such job"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It neither was given up nor waits to be tried again")))]
#[post("/jobs/{job}/retry")]
pub(super) async fn retry_job(platform: Data<Platform>, Admin(who): Admin, path: Path<JobId>) -> Result<HttpResponse> {
    service::retry(&platform, who.actor(), path.into_inner()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Discard a job that was given up: it will never be done.
#[utoipa::path(operation_id = "discard_job", tag = "operation", extensions(("x-role" = json!("admin"))),
    params(("job" = JobId, Path, description = "The job")),
    responses(
        (status = 204, description = "Discarded"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such job"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It was not given up")))]
#[post("/jobs/{job}/discard")]
pub(super) async fn discard_job(platform: Data<Platform>, Admin(who): Admin, path: Path<JobId>) -> Result<HttpResponse> {
    service::discard(&platform, who.actor(), path.into_inner()).await?;
    Ok(HttpResponse::NoContent().finish())
}
