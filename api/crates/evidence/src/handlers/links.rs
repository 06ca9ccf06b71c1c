use crate::links;
use crate::queries::EvidenceRef;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, post};
use audit::change_system;
use platform::http::Json;
use platform::idempotency::IdempotencyKey;
use platform::{Platform, Result};
use shared_types::evidence::{Evidence, NewEvidenceLink};
use shared_types::{EvidenceLinkId, Problem, SystemId};
use systems::{Contributor, EvidenceWrite, SystemMember};

/// Say what evidence supports: a control, or one objective of it.
#[utoipa::path(operation_id = "link_evidence", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = NewEvidenceLink,
    responses(
        (status = 201, body = Evidence),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No such control or objective"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Linked already, or the system is archived"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request")))]
#[post("/evidence/{evidence}/links")]
pub(super) async fn link_evidence(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    path: Path<(SystemId, String)>,
    key: IdempotencyKey,
    Json(body): Json<NewEvidenceLink>,
) -> Result<HttpResponse> {
    let evidence = EvidenceRef::parse(&path.1)?;
    let (system, user, today) = (member.scope.system, member.scope.user, member.scope.today);
    let changed = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<Evidence>(door.tx, user, &body).await? {
                return Ok(before);
            }
            let changed = links::add(door, system, evidence, &body, today).await?;
            key.keep(door.tx, user, &body, &changed, door.now).await?;
            Ok(changed)
        })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Created(), changed.version, &changed))
}

/// Take a link back.
#[utoipa::path(operation_id = "unlink_evidence", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)"),
        ("link" = EvidenceLinkId, Path, description = "The link")),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence or link"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived")))]
#[delete("/evidence/{evidence}/links/{link}")]
pub(super) async fn unlink_evidence(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    path: Path<(SystemId, String, EvidenceLinkId)>,
) -> Result<HttpResponse> {
    let (_, evidence, link) = path.into_inner();
    let (system, evidence) = (member.scope.system, EvidenceRef::parse(&evidence)?);
    change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move { links::remove(door, system, evidence, link).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
