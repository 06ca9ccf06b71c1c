use super::direct::{self, Direct};
use crate::create::create;
use crate::versions::Content;
use actix_multipart::Multipart;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use audit::change_system;
use platform::idempotency::IdempotencyKey;
use platform::{Platform, Result};
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
#[post("/evidence")]
pub(super) async fn create_evidence(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    key: IdempotencyKey,
    request: HttpRequest,
    parts: Multipart,
) -> Result<HttpResponse> {
    let Direct { file, metadata, hold } = direct::receive::<EvidenceMetadata>(&platform, &member, None, &request, parts).await?;
    let asked = (file.name.as_str().to_owned(), file.content.sha256.clone(), metadata.clone());
    let scope = member.scope.clone();
    let (user, system) = (scope.user, scope.system);
    let (evidence, hold) = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<Evidence>(door.tx, user, &asked).await? {
                return Ok((before, hold));
            }
            let evidence = create(door, &scope, metadata, Content::File(file)).await?;
            key.keep(door.tx, user, &asked, &evidence, door.now).await?;
            Ok((evidence, hold))
        })
    })
    .await?;
    drop(hold);
    Ok(created(&evidence, system))
}
