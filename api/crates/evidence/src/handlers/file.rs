//! Downloads of the files of evidence.

use super::FileBytes;
use crate::download::Download;
use crate::queries::EvidenceRef;
use crate::scan;
use crate::version_queries::{StoredFile, WhichFile, stored_file};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, head};
use platform::{AppError, Platform, Result};
use shared_types::{EvidenceFileId, Problem, SystemId};
use systems::{Scope, SystemMember, Viewer};

async fn find(platform: &Platform, scope: &Scope, reference: &str, which: WhichFile) -> Result<Download> {
    let row = stored_file(platform.db.read(), scope.system, EvidenceRef::parse(reference)?, which).await?;
    scan::check_readable(platform, scope.system, &row.sha256).await?;
    let StoredFile { name, media_type, size, sha256 } = row;
    Ok(Download { system: scope.system, name, media_type, sha256, size: u64::try_from(size).map_err(AppError::internal)? })
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
#[get("/evidence/{evidence}/file")]
pub(super) async fn download_evidence(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    find(&platform, &member.scope, &path.1, WhichFile::Newest).await?.answer(&platform, &request).await
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
#[get("/evidence/{evidence}/files/{file}")]
pub(super) async fn download_evidence_file(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String, EvidenceFileId)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    find(&platform, &member.scope, &path.1, WhichFile::Id(path.2)).await?.answer(&platform, &request).await
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
#[head("/evidence/{evidence}/file")]
pub(super) async fn head_evidence_file(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
) -> Result<HttpResponse> {
    Ok(find(&platform, &member.scope, &path.1, WhichFile::Newest).await?.without_bytes())
}
