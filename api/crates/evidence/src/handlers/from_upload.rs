use super::create::created;
use crate::create::create;
use crate::quota::Terms;
use crate::rules::FileKind;
use crate::staging::{Finished, media_type, upload_path};
use crate::tus::{self, UploadRow};
use crate::versions::{Content, NewFile};
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use audit::{Door, change_system};
use platform::blobs::{BlobKey, Hold};
use platform::files::{blocking, remove_if_there};
use platform::http::Json;
use platform::idempotency::IdempotencyKey;
use platform::{AppError, Platform, Result};
use shared_types::evidence::{CreateEvidence, Evidence};
use shared_types::text::{FileName, Sha256};
use shared_types::{ErrorCode, FieldCode, Problem, SystemId, UploadId};
use systems::{Contributor, EvidenceWrite, Scope, SystemMember};

/// Make evidence of a finished resumable upload.
#[utoipa::path(operation_id = "create_evidence_from_upload", tag = "evidence",
    extensions(("x-role" = json!("contributor")), ("x-scope" = json!("evidence:write"))),
    params(("system" = SystemId, Path, description = "The system"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = CreateEvidence,
    responses(
        (status = 201, body = Evidence),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or no such upload of yours"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a contributor"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Bytes are missing, or the system is archived"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "The upload has expired, or evidence was made of it"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The SHA-256 differs, or the type is not allowed any more"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "No space left")))]
#[post("/evidence/from-upload")]
pub(super) async fn create_evidence_from_upload(
    platform: Data<Platform>,
    member: SystemMember<Contributor, EvidenceWrite>,
    key: IdempotencyKey,
    Json(body): Json<CreateEvidence>,
) -> Result<HttpResponse> {
    let scope = member.scope.clone();
    let mut prepared = Prepared::new(&platform, &scope, body.upload, body.sha256.as_ref()).await?;
    let (system, user) = (scope.system, scope.user);
    let (evidence, prepared) = change_system(&platform, member.actor(), system, move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<Evidence>(door.tx, user, &body).await? {
                return Ok((before, prepared));
            }
            let file = prepared.consume(door, system).await?;
            let evidence = create(door, &scope, body.metadata.clone(), Content::File(file)).await?;
            key.keep(door.tx, user, &body, &evidence, door.now).await?;
            Ok((evidence, prepared))
        })
    })
    .await?;
    prepared.done(&platform).await?;
    Ok(created(&evidence, system))
}

/// A finished upload whose bytes are a blob, until evidence is made of it. It goes into the change and comes out of it again: the
/// change may stand although the caller has gone, and until it is committed nobody may sweep the bytes.
pub(super) struct Prepared {
    upload: UploadId,
    hold: Option<Hold>,
    /// Absent where evidence was made of it before: the answer to that may be repeated.
    file: Option<NewFile>,
}

impl Prepared {
    pub async fn new(platform: &Platform, scope: &Scope, upload: UploadId, sha256: Option<&Sha256>) -> Result<Self> {
        let row = find(platform, scope, upload).await?;
        let prepared = if row.consumed_at.is_none() { Some(prepare(platform, scope, row, sha256).await?) } else { None };
        let (hold, file) = prepared.unzip();
        Ok(Self { upload, hold, file })
    }

    /// Marks the upload as used up, in the transaction of what is made of it.
    pub async fn consume(&mut self, door: &mut Door<'_>, system: SystemId) -> Result<NewFile> {
        let file = self.file.clone().ok_or_else(used)?;
        tus::consume(door, system, self.upload).await?;
        Ok(file)
    }

    /// After the commit: the received bytes are a blob, their file goes.
    pub async fn done(self, platform: &Platform) -> Result<()> {
        drop(self.hold);
        let path = upload_path(platform, self.upload);
        blocking(move || Ok(remove_if_there(&path)?)).await
    }
}

fn used() -> AppError {
    AppError::new(ErrorCode::Gone).detail("Evidence was made of this upload already.")
}

async fn find(platform: &Platform, scope: &Scope, upload: UploadId) -> Result<UploadRow> {
    tus::find(platform, scope.system, scope.user, upload).await.map_err(|error| match error.code() {
        ErrorCode::NotFound => AppError::invalid("/upload", FieldCode::NotFound, "you have no such upload in this system"),
        _ => error,
    })
}

/// Checks the upload once more, and makes its bytes a blob.
async fn prepare(platform: &Platform, scope: &Scope, row: UploadRow, sent: Option<&Sha256>) -> Result<(Hold, NewFile)> {
    row.check_alive(platform.clock.now())?;
    let Some(sha256) = row.sha256.clone().filter(|_| row.complete()) else {
        let words = format!("The upload stands at {} of {} bytes.", row.offset(), row.size());
        return Err(AppError::conflict(words));
    };
    if sent.is_some_and(|expected| expected.as_str() != sha256) {
        let words = format!("the SHA-256 of what arrived is {sha256}");
        return Err(AppError::new(ErrorCode::FileRefused).field("/sha256", FieldCode::BadFormat, words));
    }
    let kind = FileKind::of(&row.file_name, &platform.settings.uploads.extensions)?;
    let path = upload_path(platform, row.id());
    let staged = path.clone();
    let media_type = blocking(move || media_type(&staged, &kind)).await?;
    let content = Finished { sha256, size: row.size(), media_type, terms: Terms::of(&platform.settings) };
    let hold = platform.blobs.keep(&BlobKey::new(scope.system, &content.sha256)?, &path, content.size).await?;
    let name = FileName::parse(&row.file_name).map_err(AppError::internal)?;
    Ok((hold, NewFile { name, content, upload: Some(row.id()) }))
}
