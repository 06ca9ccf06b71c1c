use super::{UPLOAD_LENGTH, UPLOAD_METADATA, refused, spoken, stands};
use crate::tus::{self, Appended, TusVersion};
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, head};
use platform::{Platform, Result, page};
use shared_types::evidence::Upload;
use shared_types::{Page, Problem, SystemId, UploadId};
use systems::{Contributor, EvidenceWrite, SystemMember};

/// Your uploads that nothing was made of yet, the newest first.
#[utoipa::path(operation_id = "list_uploads", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = Page<Upload>),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/uploads")]
pub(super) async fn list_uploads(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
) -> Result<Answer<Page<Upload>>> {
    // No entity tag: chunks move the offset without being a change of the system.
    let rows = tus::mine(&platform, member.scope.system, member.scope.user).await?;
    Ok(Answer(page::whole(rows.into_iter().map(Upload::from).collect())))
}

/// Where an upload stands (tus core): the next chunk begins at `Upload-Offset`.
#[utoipa::path(operation_id = "get_upload_offset", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("upload" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0")),
    responses(
        (status = 200, description = "In the headers",
            headers(("Upload-Offset" = u64), ("Upload-Length" = u64), ("Upload-Metadata" = String), ("Upload-Expires" = String), ("Tus-Resumable" = String))),
        (status = 403, description = "Not a contributor"),
        (status = 404, description = "No such upload, or not yours"),
        (status = 410, description = "Expired, or evidence was made of it"),
        (status = 412, description = "Another version of tus")))]
#[head("/uploads/{upload}")]
pub(super) async fn get_upload_offset(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    _version: TusVersion,
    path: Path<(SystemId, UploadId)>,
) -> Result<HttpResponse> {
    let row = tus::find(&platform, member.scope.system, member.scope.user, path.1).await.map_err(refused)?;
    row.check_alive(platform.clock.now()).map_err(refused)?;
    let mut response = spoken(HttpResponse::Ok());
    stands(&mut response, Appended { offset: row.offset(), expires_at: row.expires_at });
    response.insert_header((UPLOAD_LENGTH, row.size())).insert_header((UPLOAD_METADATA, row.metadata.as_str()));
    Ok(response.insert_header((CACHE_CONTROL, "no-store")).finish())
}
