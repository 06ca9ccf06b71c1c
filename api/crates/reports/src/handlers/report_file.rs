use super::reports::reads_audit;
use crate::queries::reports as queries;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use evidence::Download;
use platform::{AppError, Platform, Result};
use shared_types::reports::ReportFormat;
use shared_types::{ErrorCode, Problem, ReportId, SystemId};
use systems::{SystemMember, Viewer};

/// The bytes of a report, for the document.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
struct ReportBytes(#[expect(dead_code, reason = "stands for its schema")] Vec<u8>);

/// Download a report. Takes one byte range; the entity tag is the file's SHA-256.
#[utoipa::path(operation_id = "download_report", tag = "reports", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("report" = ReportId, Path, description = "The report"),
        ("Range" = Option<String>, Header, description = "One range, such as bytes=0-1023"),
        ("If-Range" = Option<String>, Header, description = "The entity tag that the range belongs to"),
        ("If-None-Match" = Option<String>, Header, description = "The entity tag that you have")),
    responses(
        (status = 200, content_type = "*/*", body = ReportBytes, description = "The file with its own media type, as an attachment"),
        (status = 206, content_type = "*/*", body = ReportBytes, description = "The range"),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such report, or not for you"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It is not ready, or could not be made"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "Its time is over (gone), or the stored bytes are damaged (file_damaged)"),
        (status = 416, body = Problem, content_type = "application/problem+json", description = "The range is outside of the file")))]
#[get("/reports/{report}/file")]
pub(super) async fn download_report(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, ReportId)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let system = member.scope.system;
    let row = queries::one(platform.db.read(), system, reads_audit(&member, &request).await, path.1).await?;
    if row.expires_at <= platform.clock.now() {
        return Err(AppError::new(ErrorCode::Gone).detail("The time of this report is over. Have it made again."));
    }
    let format = ReportFormat::parse(&row.format).ok_or_else(|| AppError::internal("a report of an unknown format"))?;
    let (Some(sha256), Some(name), Some(size)) = (row.sha256, row.file_name, row.size) else {
        return Err(AppError::conflict("This report has no file: it is not ready yet, or could not be made."));
    };
    let size = u64::try_from(size).map_err(AppError::internal)?;
    Download { system, name, media_type: format.media_type().to_owned(), sha256, size }.answer(&platform, &request).await
}
