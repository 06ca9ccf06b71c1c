use crate::queries::EvidenceRef;
use crate::{review, version_queries};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use audit::change_system;
use platform::http::{IfMatch, Json};
use platform::{Platform, Result};
use shared_types::evidence::{Evidence, EvidenceReview, ReviewEvidence};
use shared_types::{Problem, SystemId};
use systems::{Contributor, SessionOnly, SystemMember, Viewer};

/// Take a step of the review of the newest version: hand it in, take it back, approve or reject it. Another person than its authors
/// decides. No API token does it: what supports a score was seen by a person.
#[utoipa::path(operation_id = "review_evidence", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("never"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)"),
        ("If-Match" = String, Header, description = "The version of the evidence that you know")),
    request_body = ReviewEvidence,
    responses(
        (status = 200, body = Evidence),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid: a rejection says why"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor, or one's own work"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The step does not begin here, a newer version came, or something is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody changed it meanwhile"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[post("/evidence/{evidence}/reviews")]
pub(super) async fn review_evidence(
    platform: Data<Platform>,
    member: SystemMember<Contributor, SessionOnly>,
    path: Path<(SystemId, String)>,
    known: IfMatch,
    Json(body): Json<ReviewEvidence>,
) -> Result<HttpResponse> {
    let (scope, evidence) = (member.scope.clone(), EvidenceRef::parse(&path.1)?);
    let scanner = platform.settings.clamav.is_on();
    let changed = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { review::act(door, &scope, evidence, body, &known, scanner).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), changed.version, &changed))
}

/// The steps of its reviews, the newest first; at most 500.
#[utoipa::path(operation_id = "list_evidence_reviews", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    responses(
        (status = 200, body = Vec<EvidenceReview>),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence")))]
#[get("/evidence/{evidence}/reviews")]
pub(super) async fn list_evidence_reviews(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let reviews = version_queries::reviews(platform.db.read(), member.scope.system, EvidenceRef::parse(&path.1)?).await?;
    platform.answers.keep(&tag, &reviews)
}
