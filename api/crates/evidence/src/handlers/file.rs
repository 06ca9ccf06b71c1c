use super::FileBytes;
use crate::queries::EvidenceRef;
use crate::range::{self, Wanted};
use crate::scan;
use crate::version_queries::{StoredFile, WhichFile, stored_file};
use actix_web::body::SizedStream;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get, head};
use futures_util::stream;
use platform::blobs::BlobKey;
use platform::http::{etag, not_modified};
use platform::{AppError, Platform, Result};
use shared_types::{ErrorCode, EvidenceFileId, Problem, SystemId};
use systems::{Scope, SystemMember, Viewer};

/// What comes with the bytes: they are saved, never shown, and if they were shown they could do nothing.
fn answer(mut builder: HttpResponseBuilder, row: &StoredFile) -> HttpResponseBuilder {
    let mut builder = etag::tagged(std::mem::replace(&mut builder, HttpResponse::Ok()), &row.sha256);
    builder
        .insert_header((header::CONTENT_TYPE, row.media_type.as_str()))
        .insert_header((header::CONTENT_DISPOSITION, range::attachment(&row.name)))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"));
    builder
}

async fn find(platform: &Platform, scope: &Scope, reference: &str, which: WhichFile) -> Result<(StoredFile, u64)> {
    let row = stored_file(platform.db.read(), scope.system, EvidenceRef::parse(reference)?, which).await?;
    scan::check_readable(platform, scope.system, &row.sha256).await?;
    let size = u64::try_from(row.size).map_err(AppError::internal)?;
    Ok((row, size))
}

/// The part that a request asks for; 416 outside of the file.
fn wanted(headers: &HeaderMap, row: &StoredFile, size: u64) -> Result<Wanted> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let current = text(header::IF_RANGE).is_none_or(|tag| tag.trim_matches('"') == row.sha256);
    let range = text(header::RANGE).filter(|_| current);
    range::wanted(range, size).map_err(|range::Unsatisfiable| {
        let (name, value) = (header::CONTENT_RANGE, format!("bytes */{size}"));
        let refusal = AppError::new(ErrorCode::RangeNotSatisfiable);
        match value.try_into() {
            Ok(value) => refusal.header(name, value),
            Err(_) => refusal,
        }
    })
}

/// Download the file of the newest version. Takes one byte range; the entity tag is the file's SHA-256.
#[utoipa::path(operation_id = "download_evidence", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)"),
        ("Range" = Option<String>, Header, description = "One range, such as bytes=0-1023"),
        ("If-Range" = Option<String>, Header, description = "The entity tag that the range belongs to"),
        ("If-None-Match" = Option<String>, Header, description = "The entity tag that you have")),
    responses(
        (status = 200, content_type = "*/*", body = FileBytes, description = "The file with its own media type, as an attachment"),
        (status = 206, content_type = "*/*", body = FileBytes, description = "The range"),
        (status = 304, description = "Unchanged"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Malware was found in the file (malware_found)"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "The stored bytes are damaged (file_damaged)"),
        (status = 423, body = Problem, content_type = "application/problem+json", description = "The scanner for malware has not looked at the file yet (not_scanned_yet)"),
        (status = 416, body = Problem, content_type = "application/problem+json", description = "The range is outside of the file")))]
#[get("/systems/{system}/evidence/{evidence}/file")]
pub(super) async fn download_evidence(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    serve(&platform, &member.scope, &path.1, WhichFile::Newest, &request).await
}

async fn serve(
    platform: &Platform,
    scope: &Scope,
    reference: &str,
    which: WhichFile,
    request: &HttpRequest,
) -> Result<HttpResponse> {
    let (row, size) = find(platform, scope, reference, which).await?;
    if let Some(unchanged) = not_modified(request, &row.sha256) {
        return Ok(unchanged);
    }
    let wanted = wanted(request.headers(), &row, size)?;
    let key = BlobKey::new(scope.system, &row.sha256)?;
    let bytes = platform.blobs.read(&key, wanted.range()).await?;
    let body = SizedStream::new(wanted.length(), bytes);
    Ok(match wanted {
        Wanted::Whole(_) => answer(HttpResponse::Ok(), &row).body(body),
        Wanted::Part(range) => {
            let content_range = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
            answer(HttpResponse::PartialContent(), &row).insert_header((header::CONTENT_RANGE, content_range)).body(body)
        }
    })
}

/// Download a file of any version. Takes one byte range; the entity tag is the file's SHA-256.
#[utoipa::path(operation_id = "download_evidence_file", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)"),
        ("file" = EvidenceFileId, Path, description = "The file, from the list of versions"),
        ("Range" = Option<String>, Header, description = "One range, such as bytes=0-1023"),
        ("If-Range" = Option<String>, Header, description = "The entity tag that the range belongs to"),
        ("If-None-Match" = Option<String>, Header, description = "The entity tag that you have")),
    responses(
        (status = 200, content_type = "*/*", body = FileBytes, description = "The file with its own media type, as an attachment"),
        (status = 206, content_type = "*/*", body = FileBytes, description = "The range"),
        (status = 304, description = "Unchanged"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Malware was found in the file (malware_found)"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence or file"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "The stored bytes are damaged (file_damaged)"),
        (status = 423, body = Problem, content_type = "application/problem+json", description = "The scanner for malware has not looked at the file yet (not_scanned_yet)"),
        (status = 416, body = Problem, content_type = "application/problem+json", description = "The range is outside of the file")))]
#[get("/systems/{system}/evidence/{evidence}/files/{file}")]
pub(super) async fn download_evidence_file(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String, EvidenceFileId)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    serve(&platform, &member.scope, &path.1, WhichFile::Id(path.2), &request).await
}

/// The headers of the download alone.
#[utoipa::path(operation_id = "head_evidence_file", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    responses(
        (status = 200, description = "The headers"),
        (status = 403, description = "Malware was found in the file"),
        (status = 410, description = "The stored bytes are damaged"),
        (status = 423, description = "The scanner for malware has not looked at the file yet"),
        (status = 404, description = "No such evidence")))]
#[head("/systems/{system}/evidence/{evidence}/file")]
pub(super) async fn head_evidence_file(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
) -> Result<HttpResponse> {
    let (row, size) = find(&platform, &member.scope, &path.1, WhichFile::Newest).await?;
    let nothing = stream::empty::<Result<actix_web::web::Bytes, AppError>>();
    Ok(answer(HttpResponse::Ok(), &row).body(SizedStream::new(size, nothing)))
}
