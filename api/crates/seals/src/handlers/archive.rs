use super::ArchiveBytes;
use crate::{gather, queries, stream};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use platform::http::not_modified;
use platform::{AppError, Platform, Result};
use seal::log::{ARTIFACTS_LOG, HASH_LOG};
use seal::manifest::Manifest;
use seal::{MANIFEST, SIGNATURE};
use shared_types::{Problem, SystemId};
use systems::{SystemMember, Viewer};

/// The number of a seal in a path; anything else is no seal.
pub(super) fn number(text: &str) -> Result<i32> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(AppError::not_found)
}

/// The archive of a seal: the two logs of the hashing guide, the manifest, its signature, and a folder for each objective with its
/// artifacts. Sent as it is written; the same seal is always the same archive.
#[utoipa::path(operation_id = "download_seal", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("seal" = u32, Path, description = "Its number"),
        ("If-None-Match" = Option<String>, Header, description = "The entity tag that you have")),
    responses(
        (status = 200, content_type = "application/zip", body = ArchiveBytes, description = "The archive, as an attachment"),
        (status = 304, description = "Unchanged"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "A scanner found malware in one of its files"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such seal"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "One of its files is damaged"),
        (status = 423, body = Problem, content_type = "application/problem+json", description = "The scanner for malware has not looked at one of its files yet")))]
#[get("/seals/{seal}/archive")]
pub(super) async fn download_seal(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let number = number(&path.1)?;
    let system = member.scope.system;
    let texts = queries::texts(platform.db.read(), system, number).await?;
    gather::check_readable(platform.db.read(), system, number, platform.settings.clamav.is_on()).await?;
    // How deflate packs may change with the program, never what is in it.
    let tag = platform::http::etag::tag(&(&texts.signature, number))?;
    if let Some(unchanged) = not_modified(&request, &tag) {
        return Ok(unchanged);
    }
    let manifest = Manifest::read(texts.manifest.as_bytes()).map_err(|fault| AppError::internal(fault.to_string()))?;
    let signature = hex::decode(&texts.signature).map_err(AppError::internal)?;
    let name = format!("seal-{number}-{}-{}.zip", texts.kind, texts.sealed_at.format("%Y-%m-%d"));
    let first = vec![
        (ARTIFACTS_LOG, texts.artifacts_log.into_bytes()),
        (HASH_LOG, texts.hash_log.into_bytes()),
        (MANIFEST, texts.manifest.into_bytes()),
        (SIGNATURE, signature),
    ];
    Ok(stream::answer(&tag, &name, stream::archive(&platform, system, texts.sealed_at, first, &manifest)))
}
