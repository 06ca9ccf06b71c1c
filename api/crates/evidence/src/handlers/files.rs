use super::direct::{self, Direct};
use super::from_upload::Prepared;
use super::versions::answer;
use crate::queries::EvidenceRef;
use crate::version_queries;
use crate::versions;
use actix_multipart::Multipart;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use audit::change_system;
use platform::http::{IfMatch, Json};
use platform::{AppError, Platform, Result};
use serde::Deserialize;
use shared_types::evidence::{AddFile, Evidence, KnownContent};
use shared_types::text::Sha256;
use shared_types::{EvidenceFileId, FieldCode, Problem, SystemId};
use systems::{Contributor, EvidenceWrite, SystemMember, Viewer};
use utoipa::ToSchema;

/// The part of a file that is sent directly.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body to the OpenAPI document; the part is read as a stream")]
pub(super) struct DirectFile {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// A file needs no words.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoMetadata {}

/// Add a small file to the newest version, while that is a draft or was sent back.
#[utoipa::path(operation_id = "add_evidence_file", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    request_body(content = DirectFile, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = Evidence, description = "The version has this file already"),
        (status = 201, body = Evidence),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A part is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The version stands, or has as many files as it may"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Larger than a direct upload may be"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not multipart/form-data"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The file is empty, not allowed, or not what its name says"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "No space left")))]
#[post("/evidence/{evidence}/files")]
pub(super) async fn add_evidence_file(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
    parts: Multipart,
) -> Result<HttpResponse> {
    let evidence = EvidenceRef::parse(&path.1)?;
    let Direct { file, metadata: NoMetadata {}, hold } =
        direct::receive(&platform, &member, Some(evidence), &request, parts).await?;
    let scope = member.scope.clone();
    let (added, hold) = change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { Ok((versions::add_file(door, &scope, evidence, file).await?, hold)) })
    })
    .await?;
    drop(hold);
    Ok(answer(&added))
}

/// Add the file of a finished resumable upload to the newest version, while that is a draft or was sent back.
#[utoipa::path(operation_id = "add_evidence_file_from_upload", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)")),
    request_body = AddFile,
    responses(
        (status = 200, body = Evidence, description = "The version has this file already"),
        (status = 201, body = Evidence),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No such upload of yours"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Bytes are missing, or the version stands, or has as many files as it may"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "The upload has expired, or evidence was made of it"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The SHA-256 differs, or the type is not allowed any more"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "No space left")))]
#[post("/evidence/{evidence}/files/from-upload")]
pub(super) async fn add_evidence_file_from_upload(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    path: Path<(SystemId, String)>,
    Json(body): Json<AddFile>,
) -> Result<HttpResponse> {
    let evidence = EvidenceRef::parse(&path.1)?;
    let AddFile { upload, sha256 } = body;
    let scope = member.scope.clone();
    let system = scope.system;
    let mut prepared = Prepared::new(&platform, &scope, upload, sha256.as_ref()).await?;
    let (added, prepared) = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move {
            let file = prepared.consume(door, system).await?;
            Ok((versions::add_file(door, &scope, evidence, file).await?, prepared))
        })
    })
    .await?;
    prepared.done(&platform).await?;
    Ok(answer(&added))
}

/// Take a file out of the newest version, while that is a draft or was sent back.
#[utoipa::path(operation_id = "remove_evidence_file", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"), ("evidence" = String, Path, description = "Id or number (EV-3)"),
        ("file" = EvidenceFileId, Path, description = "The file"), ("If-Match" = String, Header, description = "The version of the evidence that you know")),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such evidence or file in its newest version"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The version stands, or it is its only file"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody changed it meanwhile"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/evidence/{evidence}/files/{file}")]
pub(super) async fn remove_evidence_file(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    path: Path<(SystemId, String, EvidenceFileId)>,
    known: IfMatch,
) -> Result<HttpResponse> {
    let (_, evidence, file) = path.into_inner();
    let (scope, evidence) = (member.scope.clone(), EvidenceRef::parse(&evidence)?);
    change_system(&platform, member.actor(), scope.system, move |door| {
        Box::pin(async move { versions::remove_file(door, &scope, evidence, file, &known).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Where the system has a content already: ask before you send it.
#[utoipa::path(operation_id = "find_evidence_content", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), ("sha256" = String, Path, description = "SHA-256 of the content, 64 hexadecimal digits")),
    responses(
        (status = 200, body = Vec<KnownContent>, description = "At most 20; empty if the system does not have it, or has it damaged: then send it"),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a SHA-256"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/evidence-content/{sha256}")]
pub(super) async fn find_evidence_content(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    path: Path<(SystemId, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let sha256 = Sha256::parse(&path.1).map_err(|error| AppError::invalid("sha256", FieldCode::BadFormat, error.detail))?;
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let known = version_queries::known_content(platform.db.read(), member.scope.system, sha256.as_str()).await?;
    platform.answers.keep(&tag, &known)
}
