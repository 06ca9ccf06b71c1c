use super::{CHUNK_TYPE, check_archived, refused, spoken, stands};
use crate::handlers::FileBytes;
use crate::staging::upload_path;
use crate::tus::{self, Appended, Checksum, Target, TusVersion, declared_length, number};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, delete, patch};
use audit::change_system;
use platform::files::{blocking, remove_if_there};
use platform::{AppError, Platform, Result};
use shared_types::{ErrorCode, FieldCode, Problem, SystemId, UploadId};
use systems::{Contributor, EvidenceWrite, SystemMember};

/// Send the next bytes (tus core). What arrives is kept even if the line breaks, unless a checksum was given.
#[utoipa::path(operation_id = "append_to_upload", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("upload" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "Where the chunk begins: where the upload stands"),
        ("Upload-Checksum" = Option<String>, Header, description = "sha1 or sha256, a space, the checksum of the chunk in base64")),
    request_body(content = FileBytes, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "Stored safely up to Upload-Offset",
            headers(("Upload-Offset" = u64), ("Upload-Expires" = String), ("Tus-Resumable" = String))),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A header is missing or not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such upload, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The upload stands elsewhere, or another request is writing to it"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "Expired, or evidence was made of it"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Another version of tus"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Longer than what the upload lacks"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not application/offset+octet-stream"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The file is not what its name says; the upload has ended"),
        (status = 460, body = Problem, content_type = "application/problem+json", description = "The checksum does not match; the chunk was discarded"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "No space left")))]
#[patch("/uploads/{upload}")]
pub(super) async fn append_to_upload(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    _version: TusVersion,
    path: Path<(SystemId, UploadId)>,
    request: HttpRequest,
    body: Payload,
) -> Result<HttpResponse> {
    let at = receive(&platform, &member, path.1, &request, body).await.map_err(refused)?;
    let mut response = spoken(HttpResponse::NoContent());
    stands(&mut response, at);
    Ok(response.finish())
}

pub(super) async fn receive(
    platform: &Platform,
    member: &SystemMember<Contributor, EvidenceWrite>,
    id: UploadId,
    request: &HttpRequest,
    body: Payload,
) -> Result<Appended> {
    if request.content_type() != CHUNK_TYPE {
        return Err(AppError::new(ErrorCode::UnsupportedType).detail(format!("A chunk is of the type {CHUNK_TYPE}.")));
    }
    let missing = || AppError::invalid("Upload-Offset", FieldCode::Required, "where the chunk begins");
    let offset = number(request.headers(), "upload-offset")?.ok_or_else(missing)?;
    let checksum = Checksum::read(request.headers())?;
    let (system, user) = (member.scope.system, member.scope.user);
    let upload = tus::find(platform, system, user, id).await?;
    upload.check_alive(platform.clock.now())?;
    check_archived(member.scope.archived)?;
    let end = offset.saturating_add(declared_length(request.headers()).unwrap_or(0));
    if offset == upload.offset() && end > upload.size() {
        return Err(AppError::new(ErrorCode::TooLarge).detail("The body is longer than what the upload lacks."));
    }
    tus::append(platform, Target { system, user, actor: member.actor() }, upload, offset, checksum, body).await
}

/// End an upload and drop its bytes (tus termination).
#[utoipa::path(operation_id = "end_upload", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("upload" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0")),
    responses(
        (status = 204, description = "Ended", headers(("Tus-Resumable" = String))),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such upload, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "Expired, or evidence was made of it"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Another version of tus")))]
#[delete("/uploads/{upload}")]
pub(super) async fn end_upload(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    _version: TusVersion,
    path: Path<(SystemId, UploadId)>,
) -> Result<HttpResponse> {
    end(&platform, &member, path.1).await.map_err(refused)?;
    Ok(spoken(HttpResponse::NoContent()).finish())
}

pub(super) async fn end(platform: &Platform, member: &SystemMember<Contributor, EvidenceWrite>, id: UploadId) -> Result<()> {
    let system = member.scope.system;
    tus::find(platform, system, member.scope.user, id).await?.check_alive(platform.clock.now())?;
    change_system(platform, member.actor(), system, move |door| {
        Box::pin(async move { tus::end(door, system, id, "upload.end").await })
    })
    .await?;
    let path = upload_path(platform, id);
    blocking(move || Ok(remove_if_there(&path)?)).await
}
