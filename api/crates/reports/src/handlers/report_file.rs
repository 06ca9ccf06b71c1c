use super::reports::reads_audit;
use crate::queries::reports as queries;
use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get};
use evidence::Wanted;
use platform::blobs::BlobKey;
use platform::http::{etag, not_modified};
use platform::{AppError, Platform, Result};
use shared_types::reports::ReportFormat;
use shared_types::{ErrorCode, Problem, ReportId, SystemId};
use systems::{SystemMember, Viewer};

/// The bytes of a report, for the document.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
struct ReportBytes(#[expect(dead_code, reason = "stands for its schema")] Vec<u8>);

/// What comes with the bytes: they are saved, never shown, and if they were shown they could do nothing.
fn answer(builder: HttpResponseBuilder, sha256: &str, name: &str, format: ReportFormat) -> HttpResponseBuilder {
    let mut builder = etag::tagged(builder, sha256);
    builder
        .insert_header((header::CONTENT_TYPE, format.media_type()))
        .insert_header((header::CONTENT_DISPOSITION, evidence::attachment(name)))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"));
    builder
}

/// The part that a request asks for; 416 outside of the file.
fn wanted(request: &HttpRequest, sha256: &str, size: u64) -> Result<Wanted> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let current = text(header::IF_RANGE).is_none_or(|tag| tag.trim_matches('"') == sha256);
    evidence::wanted(text(header::RANGE).filter(|_| current), size).map_err(|evidence::Unsatisfiable| {
        let refusal = AppError::new(ErrorCode::RangeNotSatisfiable);
        match format!("bytes */{size}").try_into() {
            Ok(value) => refusal.header(header::CONTENT_RANGE, value),
            Err(_) => refusal,
        }
    })
}

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
#[get("/systems/{system}/reports/{report}/file")]
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
    if let Some(unchanged) = not_modified(&request, &sha256) {
        return Ok(unchanged);
    }
    let size = u64::try_from(size).map_err(AppError::internal)?;
    let wanted = wanted(&request, &sha256, size)?;
    let bytes = platform.blobs.read(&BlobKey::new(system, &sha256)?, wanted.range()).await?;
    let body = SizedStream::new(wanted.length(), bytes);
    Ok(match wanted {
        Wanted::Whole(_) => answer(HttpResponse::Ok(), &sha256, &name, format).body(body),
        Wanted::Part(range) => {
            let content_range = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
            let mut builder = answer(HttpResponse::PartialContent(), &sha256, &name, format);
            builder.insert_header((header::CONTENT_RANGE, content_range)).body(body)
        }
    })
}
