use crate::queries::EvidenceRef;
use crate::{impact, retention};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use audit::change_system;
use identity::SteppedUp;
use platform::http::{IfMatch, Json};
use platform::{Platform, Result};
use shared_types::evidence::{DeletedEvidence, Evidence, EvidenceImpact, Reason};
use shared_types::{Problem, SystemId};
use systems::{Contributor, Manager, SessionOnly, SystemMember, Viewer};

/// What falls if this evidence expires: objectives that nothing else supports, and the score then.
#[utoipa::path(operation_id = "get_evidence_impact", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    responses(
        (status = 200, body = EvidenceImpact),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence")))]
#[get("/evidence/{evidence}/impact")]
pub(super) async fn get_evidence_impact(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let impact = impact::impact(&platform, &member.scope, EvidenceRef::parse(&path.1)?).await?;
    platform.answers.keep(&tag, &impact)
}

macro_rules! archiving {
    ($(#[$doc:meta])+ $name:ident, $id:literal, $path:literal, $away:literal) => {
        $(#[$doc])+
        #[utoipa::path(operation_id = $id, tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
            params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)"),
                ("If-Match" = String, Header, description = "The version that you know")),
            responses(
                (status = 200, body = Evidence),
                (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
                (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
                (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived"),
                (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody changed it meanwhile"),
                (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
        #[post($path)]
        pub(super) async fn $name(
            platform: Data<Platform>,
            member: SystemMember<Contributor>,
            path: Path<(SystemId, String)>,
            known: IfMatch,
        ) -> Result<HttpResponse> {
            let (scope, evidence) = (member.scope.clone(), EvidenceRef::parse(&path.1)?);
            let changed = change_system(&platform, member.actor(), scope.system, move |door| {
                Box::pin(async move { retention::archive(door, &scope, evidence, $away, &known).await })
            })
            .await?;
            Ok(platform::http::object(HttpResponse::Ok(), changed.version, &changed))
        }
    };
}

archiving!(
    /// Put evidence away: it stays visible and is kept, but supports nothing.
    archive_evidence, "archive_evidence", "/evidence/{evidence}/archive", true
);
archiving!(
    /// Bring evidence back that was put away.
    unarchive_evidence, "unarchive_evidence", "/evidence/{evidence}/unarchive", false
);

macro_rules! holding {
    ($(#[$doc:meta])+ $name:ident, $id:literal, $path:literal, $on:literal) => {
        $(#[$doc])+
        #[utoipa::path(operation_id = $id, tag = "evidence", extensions(("x-role" = json!("manager")), ("x-scope" = json!("never"))),
            params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3); deleted evidence too")),
            request_body = Reason,
            responses(
                (status = 204, description = "Done"),
                (status = 400, body = Problem, content_type = "application/problem+json", description = "The reason is missing"),
                (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
                (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
                (status = 409, body = Problem, content_type = "application/problem+json", description = "It is so already, or the system is archived")))]
        #[post($path)]
        pub(super) async fn $name(
            platform: Data<Platform>,
            member: SystemMember<Manager, SessionOnly>,
            path: Path<(SystemId, String)>,
            Json(body): Json<Reason>,
        ) -> Result<HttpResponse> {
            let (scope, evidence) = (member.scope.clone(), EvidenceRef::parse(&path.1)?);
            change_system(&platform, member.actor(), scope.system, move |door| {
                Box::pin(async move { retention::hold(door, &scope, evidence, body.reason.as_str(), $on).await })
            })
            .await?;
            Ok(HttpResponse::NoContent().finish())
        }
    };
}

holding!(
    /// Set a legal hold: while it lasts nothing of the evidence can be deleted.
    hold_evidence, "hold_evidence", "/evidence/{evidence}/hold", true
);
holding!(
    /// Lift a legal hold.
    release_evidence, "release_evidence", "/evidence/{evidence}/release", false
);

/// The deleted evidence of a system, the newest 500, and what the purge will do with each.
#[utoipa::path(operation_id = "list_deleted_evidence", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = Vec<DeletedEvidence>),
        (status = 304, description = "Unchanged"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/deleted-evidence")]
pub(super) async fn list_deleted_evidence(
    platform: Data<Platform>,
    member: SystemMember<Contributor, systems::Read>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let scope = &member.scope;
    let deleted = retention::deleted(platform.db.read(), scope.system, scope.today, None).await?;
    platform.answers.keep(&tag, &deleted)
}

/// Bring deleted evidence back as it was.
#[utoipa::path(operation_id = "restore_evidence", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("write"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    responses(
        (status = 200, body = Evidence),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such deleted evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The system is archived")))]
#[post("/deleted-evidence/{evidence}/restore")]
pub(super) async fn restore_evidence(
    platform: Data<Platform>,
    member: SystemMember<Contributor>,
    path: Path<(SystemId, String)>,
) -> Result<HttpResponse> {
    let (scope, evidence) = (member.scope.clone(), EvidenceRef::parse(&path.1)?);
    let restored = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { retention::restore(door, &scope, evidence).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), restored.version, &restored))
}

/// Confirm that deleted evidence goes for good: a day later, unless this is taken back. Its retention must have ended, and no legal
/// hold be on it.
#[utoipa::path(operation_id = "confirm_evidence_purge", tag = "evidence",
    extensions(("x-role" = json!("manager")), ("x-scope" = json!("never")), ("x-step-up" = json!(true))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    request_body = Reason,
    responses(
        (status = 204, description = "Confirmed"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The reason is missing"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager, or prove first that it is you"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such deleted evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It must be kept, or was confirmed already")))]
#[post("/deleted-evidence/{evidence}/purge")]
pub(super) async fn confirm_evidence_purge(
    platform: Data<Platform>,
    SteppedUp(member): SteppedUp<SystemMember<Manager, SessionOnly>>,
    path: Path<(SystemId, String)>,
    Json(body): Json<Reason>,
) -> Result<HttpResponse> {
    let (scope, evidence) = (member.scope.clone(), EvidenceRef::parse(&path.1)?);
    change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { retention::confirm_purge(door, &scope, evidence, Some(body.reason.as_str())).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take back that deleted evidence goes for good.
#[utoipa::path(operation_id = "cancel_evidence_purge", tag = "evidence", extensions(("x-role" = json!("manager")), ("x-scope" = json!("never"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    responses(
        (status = 204, description = "Taken back"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such deleted evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Nobody has confirmed it")))]
#[delete("/deleted-evidence/{evidence}/purge")]
pub(super) async fn cancel_evidence_purge(
    platform: Data<Platform>,
    member: SystemMember<Manager, SessionOnly>,
    path: Path<(SystemId, String)>,
) -> Result<HttpResponse> {
    let (scope, evidence) = (member.scope.clone(), EvidenceRef::parse(&path.1)?);
    change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { retention::confirm_purge(door, &scope, evidence, None).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
