use super::direct::{self, Direct, check_open};
use super::from_upload::Prepared;
use crate::queries::EvidenceRef;
use crate::version_queries;
use crate::versions::{self, Added, Content};
use actix_multipart::Multipart;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use audit::change_system;
use platform::http::Json;
use platform::{AppError, Platform, Result};
use shared_types::evidence::{CreateVersion, Evidence, EvidenceVersion, NewVersion};
use shared_types::{FieldCode, Problem, SystemId};
use systems::{Contributor, EvidenceWrite, SystemMember, Viewer};
use utoipa::ToSchema;

/// The parts of a new version that is sent directly.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body to the OpenAPI document; the parts are read as a stream")]
pub(super) struct DirectVersion {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Dates and words.
    metadata: Option<NewVersion>,
}

/// Every version of a piece of evidence with its files, the newest first.
#[utoipa::path(operation_id = "list_evidence_versions", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    responses(
        (status = 200, body = Vec<EvidenceVersion>),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence")))]
#[get("/evidence/{evidence}/versions")]
pub(super) async fn list_evidence_versions(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let scope = &member.scope;
    let evidence = EvidenceRef::parse(&path.1)?;
    let versions = version_queries::versions(platform.db.read(), scope.system, evidence, scope.today).await?;
    platform.answers.keep(&tag, &versions)
}

pub(super) fn answer(added: &Added) -> HttpResponse {
    let response = if added.new { HttpResponse::Created() } else { HttpResponse::Ok() };
    platform::http::object(response, added.evidence.version, &added.evidence)
}

/// Push a new version of a piece of evidence in one call: a nightly export, say. The same file with the same date once more changes
/// nothing and answers 200.
#[utoipa::path(operation_id = "push_evidence_version", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    request_body(content = DirectVersion, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = Evidence, description = "The newest version holds this file already"),
        (status = 201, body = Evidence),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A part is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The evidence or the system is archived"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Larger than a direct upload may be"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not multipart/form-data"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The file is empty, not allowed, or not what its name says"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "No space left")))]
#[post("/evidence/{evidence}/versions")]
pub(super) async fn push_evidence_version(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
    parts: Multipart,
) -> Result<HttpResponse> {
    let evidence = EvidenceRef::parse(&path.1)?;
    let Direct { file, metadata, hold } =
        direct::receive::<NewVersion>(&platform, &member, Some(evidence), &request, parts).await?;
    let scope = member.scope.clone();
    let (added, hold) = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { Ok((versions::add(door, &scope, evidence, metadata, move |_| Content::File(file)).await?, hold)) })
    })
    .await?;
    drop(hold);
    Ok(answer(&added))
}

/// Make a new version of a finished resumable upload, of a reference, or with the same files for another term.
#[utoipa::path(operation_id = "create_evidence_version", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    request_body = CreateVersion,
    responses(
        (status = 200, body = Evidence, description = "The newest version holds this file already"),
        (status = 201, body = Evidence),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or no such upload of yours"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Bytes are missing, or the evidence or the system is archived"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "The upload has expired, or evidence was made of it"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The SHA-256 differs, or the type is not allowed any more"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "No space left")))]
#[post("/evidence/{evidence}/versions/from")]
pub(super) async fn create_evidence_version(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    path: Path<(SystemId, String)>,
    Json(body): Json<CreateVersion>,
) -> Result<HttpResponse> {
    check_open(&member)?;
    let evidence = EvidenceRef::parse(&path.1)?;
    let CreateVersion { upload, sha256, reference, metadata } = body;
    if upload.is_some() && reference.is_some() {
        return Err(AppError::invalid("/reference", FieldCode::Unknown, "an upload or a reference, not both"));
    }
    let scope = member.scope.clone();
    let system = scope.system;
    let mut prepared = match upload {
        Some(upload) => Some(Prepared::new(&platform, &scope, upload, sha256.as_ref()).await?),
        None => None,
    };
    let (added, prepared) = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move {
            let content = match &mut prepared {
                Some(prepared) => Some(Content::File(prepared.consume(door, system).await?)),
                None => reference.map(Content::Reference),
            };
            let same = |newest: &crate::queries::EvidenceRow| content.unwrap_or(Content::Same(newest.version_id));
            Ok((versions::add(door, &scope, evidence, metadata, same).await?, prepared))
        })
    })
    .await?;
    if let Some(prepared) = prepared {
        prepared.done(&platform).await?;
    }
    Ok(answer(&added))
}
