use crate::import;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{BytesMut, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, post};
use audit::change_system;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use platform::files::blocking;
use platform::http::Query;
use platform::http::gate::after_permission;
use platform::idempotency::IdempotencyKey;
use platform::{AppError, Platform, Result};
use serde::{Deserialize, Serialize};
use shared_types::tasks::{ImportResult, MAX_IMPORT_BYTES};
use shared_types::{ErrorCode, Problem, SystemId};
use systems::{Contributor, SystemMember};
use utoipa::IntoParams;

/// The bytes of a CSV file, read when the permission is known.
#[derive(Debug)]
pub(super) struct CsvBody(Vec<u8>);

impl FromRequest for CsvBody {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let mut payload = payload.take();
        after_permission(request, async move {
            if essence != "text/csv" {
                return Err(AppError::new(ErrorCode::UnsupportedType).detail("Send the file as text/csv."));
            }
            let mut body = BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|error| AppError::new(ErrorCode::Malformed).cause(error.to_string()))?;
                if body.len() + chunk.len() > MAX_IMPORT_BYTES {
                    return Err(AppError::new(ErrorCode::TooLarge).detail("A file of tasks has at most 4 MiB."));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Self(body.to_vec()))
        })
    }
}

/// Reading ten thousand lines takes longer than other requests should wait.
async fn lines(body: CsvBody) -> Result<Vec<import::Line>> {
    blocking(move || import::read(&body.0)).await
}

/// What a CSV file would make of tasks. Nothing is changed.
#[utoipa::path(operation_id = "preview_task_import", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system")),
    request_body(content = String, content_type = "text/csv", description = "UTF-8, the first line names the columns; docs/TASK-IMPORT.md"),
    responses(
        (status = 200, body = ImportResult),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "More than 4 MiB or 10,000 tasks"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not text/csv"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No CSV file of tasks")))]
#[post("/tasks/import/preview")]
pub(super) async fn preview_task_import(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    body: CsvBody,
) -> Result<HttpResponse> {
    let mut lines = lines(body).await?;
    let known = import::known(platform.db.read(), &member.scope).await?;
    let result = blocking(move || {
        known.find(&mut lines);
        Ok(import::summary(&lines))
    })
    .await?;
    Ok(HttpResponse::Ok().json(result))
}

/// What is done with lines that have a fault.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportOptions {
    /// Leave lines with a fault out. Else such a line refuses the whole file.
    #[serde(default)]
    skip_invalid: bool,
}

/// Create a task of each line of a CSV file, all in one transaction.
#[utoipa::path(operation_id = "import_tasks", tag = "tasks", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ImportOptions,
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same file answers as the first time")),
    request_body(content = String, content_type = "text/csv", description = "UTF-8, the first line names the columns; docs/TASK-IMPORT.md"),
    responses(
        (status = 201, body = ImportResult),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Lines with a fault that are not to be left out; the first 50 faults are named"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "More than 4 MiB or 10,000 tasks"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not text/csv"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No CSV file of tasks, or the Idempotency-Key was used for another request")))]
#[post("/tasks/import")]
pub(super) async fn import_tasks(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    Query(options): Query<ImportOptions>,
    key: IdempotencyKey,
    body: CsvBody,
) -> Result<HttpResponse> {
    let scope = member.scope.clone();
    let request = (String::from_utf8_lossy(&body.0).into_owned(), options);
    let mut lines = lines(body).await?;
    let result = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<ImportResult>(door.tx, scope.user, &request).await? {
                return Ok(before);
            }
            // Who is a member and which controls there are is asked behind the door: neither changes before the tasks are written.
            import::known(door.tx, &scope).await?.find(&mut lines);
            let summary = import::summary(&lines);
            if summary.invalid > 0 && !request.1.skip_invalid {
                return Err(refusal(&lines));
            }
            let result = import::write(door, &scope, &lines, summary).await?;
            key.keep(door.tx, scope.user, &request, &result, door.now).await?;
            Ok(result)
        })
    })
    .await?;
    Ok(HttpResponse::Created().json(result))
}

/// Faults that a refusal names.
const NAMED: usize = 50;

fn refusal(lines: &[import::Line]) -> AppError {
    let faults = lines.iter().flat_map(|line| line.errors.iter().map(move |fault| (line.begins, fault))).take(NAMED);
    faults.fold(AppError::new(ErrorCode::Invalid), |error, (line, fault)| {
        error.field(format!("/lines/{line}{}", fault.pointer), fault.code, fault.detail.clone())
    })
}
