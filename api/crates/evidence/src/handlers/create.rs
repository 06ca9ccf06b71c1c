use crate::create::create;
use crate::multipart;
use crate::parallel::Place;
use crate::versions::{Content, NewFile};
use actix_multipart::Multipart;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use audit::change_system;
use platform::blobs::BlobKey;
use platform::idempotency::IdempotencyKey;
use platform::limiter::Bucket;
use platform::{AppError, Platform, Result};
use shared_types::evidence::{Evidence, EvidenceMetadata};
use shared_types::{Problem, SystemId};
use systems::{Contributor, EvidenceWrite, SystemMember};
use utoipa::ToSchema;

/// The parts of a direct upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body to the OpenAPI document; the parts are read as a stream")]
pub(super) struct DirectUpload {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Title, dates, links.
    metadata: Option<EvidenceMetadata>,
}

pub(super) fn created(evidence: &Evidence, system: SystemId) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response.insert_header(("Location", format!("/api/v1/systems/{system}/evidence/{}", evidence.id)));
    platform::http::object(response, evidence.version, evidence)
}

/// An archived system refuses before a byte of a body is read.
pub(super) fn check_open(member: &SystemMember<Contributor, EvidenceWrite>) -> Result<()> {
    if member.scope.archived {
        return Err(AppError::conflict("This system is archived and read-only. Restore it first."));
    }
    Ok(())
}

/// Upload a small file and make evidence of it.
#[utoipa::path(operation_id = "create_evidence", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body(content = DirectUpload, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = Evidence),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A part is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Larger than a direct upload may be"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not multipart/form-data"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The file is empty, not allowed, or not what its name says"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "No space left")))]
#[post("/systems/{system}/evidence")]
pub(super) async fn create_evidence(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    key: IdempotencyKey,
    request: HttpRequest,
    parts: Multipart,
) -> Result<HttpResponse> {
    platform.limiter.take(Bucket::UploadCreate, &member.scope.user.to_string()).await?;
    check_open(&member)?;
    let _place = Place::take(&platform, member.scope.user).await?;
    let received = multipart::receive::<EvidenceMetadata>(&platform, &request, parts).await?;
    let (scope, content) = (member.scope.clone(), received.content);
    let blob = BlobKey::new(scope.system, &content.sha256)?;
    let hold = platform.blobs.keep(&blob, &received.file.0, content.size).await?;
    let asked = (received.name.as_str().to_owned(), content.sha256.clone(), received.metadata.clone());
    let file = Content::File(NewFile { name: received.name, content, upload: None });
    let (metadata, user, system) = (received.metadata, scope.user, scope.system);
    // The change may stand although the caller has gone: the bytes are held until it is committed, whoever waits for it.
    let (evidence, hold) = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<Evidence>(door.tx, user, &asked).await? {
                return Ok((before, hold));
            }
            let evidence = create(door, &scope, metadata, file).await?;
            key.keep(door.tx, user, &asked, &evidence, door.now).await?;
            Ok((evidence, hold))
        })
    })
    .await?;
    drop(hold);
    Ok(created(&evidence, system))
}
