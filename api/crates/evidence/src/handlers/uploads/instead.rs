use super::chunk::{end, receive};
use super::{refused, spoken, stands};
use crate::handlers::FileBytes;
use crate::tus::TusVersion;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use platform::{AppError, Platform, Result};
use shared_types::{FieldCode, Problem, SystemId, UploadId};
use systems::{Contributor, EvidenceWrite, SystemMember};

/// The header that names the method that is meant (tus core).
const METHOD: &str = "x-http-method-override";

/// The same as PATCH or DELETE, for clients behind a proxy that lets neither pass (tus core).
#[utoipa::path(operation_id = "change_upload_by_post", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("upload" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("X-HTTP-Method-Override" = String, Header, description = "PATCH or DELETE"),
        ("Upload-Offset" = Option<u64>, Header, description = "As with PATCH"),
        ("Upload-Checksum" = Option<String>, Header, description = "As with PATCH")),
    request_body(content = FileBytes, content_type = "application/offset+octet-stream", description = "As with PATCH; nothing with DELETE"),
    responses(
        (status = 204, description = "Stored safely up to Upload-Offset, or ended",
            headers(("Upload-Offset" = u64), ("Upload-Expires" = String), ("Tus-Resumable" = String))),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A header is missing or not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such upload, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The upload stands elsewhere, another request is writing to it, or the system is archived"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "Expired, or evidence was made of it"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Another version of tus"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Longer than what the upload lacks"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not application/offset+octet-stream"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The file is not what its name says; the upload has ended"),
        (status = 460, body = Problem, content_type = "application/problem+json", description = "The checksum does not match; the chunk was discarded"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "No space left")))]
#[post("/uploads/{upload}")]
pub(super) async fn change_upload_by_post(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    _version: TusVersion,
    path: Path<(SystemId, UploadId)>,
    request: HttpRequest,
    body: Payload,
) -> Result<HttpResponse> {
    let meant = request.headers().get(METHOD).map_or(&b""[..], |method| method.as_bytes());
    let mut response = spoken(HttpResponse::NoContent());
    match meant {
        b"PATCH" => stands(&mut response, receive(&platform, &member, path.1, &request, body).await.map_err(refused)?),
        b"DELETE" => end(&platform, &member, path.1).await.map_err(refused)?,
        _ => return Err(refused(AppError::invalid("X-HTTP-Method-Override", FieldCode::Required, "PATCH or DELETE"))),
    }
    Ok(response.finish())
}
