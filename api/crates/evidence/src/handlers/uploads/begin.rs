use super::{CHUNK_TYPE, check_archived, refused, spoken, stands};
use crate::handlers::FileBytes;
use crate::rules::FileKind;
use crate::tus::{
    self, Appended, CHECKSUM_ALGORITHMS, Checksum, EXTENSIONS, Metadata, Target, TusVersion, UploadRow, VERSION, declared_length,
    number,
};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, LOCATION};
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, options, post};
use audit::change_system;
use platform::limiter::Bucket;
use platform::{AppError, Platform, Result};
use shared_types::{ErrorCode, FieldCode, Problem, SystemId};
use systems::{Contributor, EvidenceWrite, SystemMember};

/// What this server can do of tus.
#[utoipa::path(operation_id = "describe_uploads", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 204, description = "In the headers",
            headers(("Tus-Version" = String), ("Tus-Extension" = String), ("Tus-Max-Size" = u64), ("Tus-Checksum-Algorithm" = String))),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[options("/uploads")]
pub(super) async fn describe_uploads(
    platform: Data<Platform>,
    _member: SystemMember<Contributor, EvidenceWrite>,
) -> HttpResponse {
    spoken(HttpResponse::NoContent())
        .insert_header(("tus-version", VERSION))
        .insert_header(("tus-extension", EXTENSIONS))
        .insert_header(("tus-max-size", platform.settings.uploads.resumable_max_bytes))
        .insert_header(("tus-checksum-algorithm", CHECKSUM_ALGORITHMS))
        .finish()
}

/// Begin a resumable upload (tus creation). With a body of the type of a chunk the first bytes come at once.
#[utoipa::path(operation_id = "create_upload", tag = "evidence", extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = u64, Header, description = "Size of the file in bytes"),
        ("Upload-Metadata" = String, Header, description = "filename (required) and filetype, each followed by a space and its value in base64; separated by commas"),
        ("Upload-Checksum" = Option<String>, Header, description = "sha1 or sha256, a space, the checksum of the body in base64")),
    request_body(content = FileBytes, content_type = "application/offset+octet-stream", description = "The first bytes, or nothing"),
    responses(
        (status = 201, description = "Begun",
            headers(("Location" = String), ("Upload-Offset" = u64), ("Upload-Expires" = String), ("Tus-Resumable" = String))),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A header is missing or not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many unfinished uploads, or the system is archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Another version of tus"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Larger than a file may be, or than the quota leaves (quota_exceeded)"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "The body is no chunk"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The file is empty, not allowed, or not what its name says"),
        (status = 460, body = Problem, content_type = "application/problem+json", description = "The checksum does not match"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "No space left")))]
#[post("/uploads")]
pub(super) async fn create_upload(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    _version: TusVersion,
    request: HttpRequest,
    body: Payload,
) -> Result<HttpResponse> {
    let (row, at) = begin(&platform, &member, &request, body).await.map_err(refused)?;
    let mut response = spoken(HttpResponse::Created());
    response.insert_header((LOCATION, row.location()));
    stands(&mut response, at);
    Ok(response.finish())
}

/// Everything that the headers tell is checked before a byte is read.
fn check(platform: &Platform, headers: &HeaderMap) -> Result<(Metadata, u64)> {
    if headers.contains_key("upload-defer-length") {
        let words = "this server wants to know the length beforehand";
        return Err(AppError::invalid("Upload-Defer-Length", FieldCode::Unknown, words));
    }
    let missing = || AppError::invalid("Upload-Length", FieldCode::Required, "the size of the file in bytes");
    let size = number(headers, "upload-length")?.ok_or_else(missing)?;
    let limit = platform.settings.uploads.resumable_max_bytes;
    if size > limit {
        return Err(AppError::new(ErrorCode::TooLarge).detail(format!("A file has at most {limit} bytes.")));
    }
    let metadata = Metadata::read(headers)?;
    FileKind::of(metadata.file_name.as_str(), &platform.settings.uploads.extensions)?;
    if size == 0 {
        let words = "The file is empty.";
        return Err(AppError::new(ErrorCode::FileRefused).detail(words).field("/file", FieldCode::BadFormat, words));
    }
    Ok((metadata, size))
}

async fn begin(
    platform: &Platform,
    member: &SystemMember<Contributor, EvidenceWrite>,
    request: &HttpRequest,
    body: Payload,
) -> Result<(UploadRow, Appended)> {
    platform.limiter.take(Bucket::UploadCreate, &member.scope.user.to_string()).await?;
    check_archived(member.scope.archived)?;
    let (metadata, size) = check(platform, request.headers())?;
    let with_body = has_body(request)?;
    if declared_length(request.headers()).is_some_and(|length| length > size) {
        return Err(AppError::new(ErrorCode::TooLarge).detail("The body is longer than the file."));
    }
    let checksum = Checksum::read(request.headers())?;
    let (system, user, inner) = (member.scope.system, member.scope.user, platform.clone());
    let id = change_system(platform, member.actor(), system, move |door| {
        Box::pin(async move { tus::create(door, &inner, system, &metadata, size).await })
    })
    .await?;
    let row = tus::find(platform, system, user, id).await?;
    let mut at = Appended { offset: 0, expires_at: row.expires_at };
    if with_body {
        let target = Target { system, user, actor: member.actor() };
        at = tus::append(platform, target, row.clone(), 0, checksum, body).await?;
    }
    Ok((row, at))
}

/// Whether the first bytes come with the creation. A body of another type is refused before it is read.
fn has_body(request: &HttpRequest) -> Result<bool> {
    debug_assert_eq!(request.method(), Method::POST);
    let chunked = request.headers().contains_key("transfer-encoding");
    let there = chunked || declared_length(request.headers()).is_some_and(|length| length > 0);
    if there && request.content_type() != CHUNK_TYPE {
        return Err(
            AppError::new(ErrorCode::UnsupportedType).detail(format!("A body with the creation is of the type {CHUNK_TYPE}."))
        );
    }
    Ok(there)
}
