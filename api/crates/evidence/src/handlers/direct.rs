//! A file that is sent directly, whatever is made of it: one way from the request to a blob.

use crate::multipart;
use crate::parallel::Place;
use crate::queries::{self, EvidenceRef};
use crate::versions::NewFile;
use actix_multipart::Multipart;
use actix_web::HttpRequest;
use platform::blobs::{BlobKey, Hold};
use platform::limiter::Bucket;
use platform::{AppError, Platform, Result};
use serde::de::DeserializeOwned;
use systems::{Contributor, EvidenceWrite, SystemMember};

/// What came. The bytes are a blob; the hold goes into the change and comes out of it again, because the change may stand although the
/// caller has gone, and until it is committed nobody may sweep them.
pub(super) struct Direct<M> {
    pub file: NewFile,
    pub metadata: M,
    pub hold: Hold,
}

/// An archived system refuses before a byte of a body is read.
pub(super) fn check_open(member: &SystemMember<Contributor, EvidenceWrite>) -> Result<()> {
    if member.scope.archived {
        return Err(AppError::conflict("This system is archived and read-only. Restore it first."));
    }
    Ok(())
}

/// Receives a file, for evidence that is there where `evidence` names it: bytes for what is not there are not received.
pub(super) async fn receive<M: DeserializeOwned + Default>(
    platform: &Platform,
    member: &SystemMember<Contributor, EvidenceWrite>,
    evidence: Option<EvidenceRef>,
    request: &HttpRequest,
    parts: Multipart,
) -> Result<Direct<M>> {
    platform.limiter.take(Bucket::UploadCreate, &member.scope.user.to_string()).await?;
    check_open(member)?;
    if let Some(evidence) = evidence {
        queries::row(platform.db.read(), member.scope.system, evidence).await?;
    }
    let _place = Place::take(platform, member.scope.user).await?;
    let received = multipart::receive::<M>(platform, request, parts).await?;
    let content = received.content;
    let hold = platform.blobs.keep(&BlobKey::new(member.scope.system, &content.sha256)?, &received.file.0, content.size).await?;
    Ok(Direct { file: NewFile { name: received.name, content, upload: None }, metadata: received.metadata, hold })
}
