use crate::quota;
use actix_web::get;
use actix_web::web::{Data, Json as Answer};
use platform::{Platform, Result};
use shared_types::evidence::UploadPolicy;
use shared_types::{Problem, SystemId};
use systems::{SystemMember, Viewer};

/// Small enough to lose little when a line breaks, large enough to be worth its request.
const CHUNK_BYTES: u64 = 5 * 1024 * 1024;

/// What may be uploaded.
#[utoipa::path(operation_id = "get_upload_policy", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = UploadPolicy),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/upload-policy")]
pub(super) async fn get_upload_policy(platform: Data<Platform>, member: SystemMember<Viewer>) -> Result<Answer<UploadPolicy>> {
    let (uploads, scope) = (&platform.settings.uploads, &member.scope);
    let usage = quota::usage(platform.db.read(), scope.system, scope.user, platform.clock.now()).await?;
    Ok(Answer(UploadPolicy {
        direct_max_bytes: uploads.direct_max_bytes,
        resumable_max_bytes: uploads.resumable_max_bytes,
        extensions: uploads.extensions.clone(),
        chunk_bytes: CHUNK_BYTES,
        max_parallel: uploads.max_parallel,
        user_quota: usage.of_user(uploads),
        system_quota: usage.of_system(uploads),
    }))
}
