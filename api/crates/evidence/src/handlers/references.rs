use super::create::created;
use crate::create::create;
use crate::versions::Content;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use audit::change_system;
use platform::http::Json;
use platform::idempotency::IdempotencyKey;
use platform::{Platform, Result};
use shared_types::evidence::{CreateReference, Evidence};
use shared_types::{Problem, SystemId};
use systems::{Contributor, EvidenceWrite, SystemMember};

/// Make evidence of a reference: proof that stays where it is, such as in the CUI enclave, by its address, hash and custodian.
#[utoipa::path(operation_id = "create_evidence_reference", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = CreateReference,
    responses(
        (status = 201, body = Evidence),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request")))]
#[post("/evidence/reference")]
pub(super) async fn create_evidence_reference(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    _path: Path<SystemId>,
    key: IdempotencyKey,
    Json(body): Json<CreateReference>,
) -> Result<HttpResponse> {
    let scope = member.scope.clone();
    let (system, user) = (scope.system, scope.user);
    let evidence = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<Evidence>(door.tx, user, &body).await? {
                return Ok(before);
            }
            let CreateReference { reference, metadata } = body.clone();
            let evidence = create(door, &scope, metadata, Content::Reference(reference)).await?;
            key.keep(door.tx, user, &body, &evidence, door.now).await?;
            Ok(evidence)
        })
    })
    .await?;
    Ok(created(&evidence, system))
}
