//! Versions of a piece of evidence: the files of each, or the reference to what stays where it is.

use super::{EvidenceMetadata, Freshness, ReviewState};
use crate::identity::Person;
use crate::text::{Note, Sha256, Title, Uri};
use crate::{EvidenceFileId, UploadId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One version, with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceVersion {
    /// Number, from 1.
    pub number: u32,
    /// How far its review has come.
    pub state: ReviewState,
    /// What is new in it.
    pub note: Option<String>,
    /// From when what it shows is true.
    pub effective: NaiveDate,
    /// Until when; absent if it does not age.
    pub expires: Option<NaiveDate>,
    /// Derived from `expires` and today in the system's time zone.
    pub freshness: Freshness,
    /// Its files in order; none where it is a reference.
    pub files: Vec<VersionFile>,
    /// What it refers to; absent where it has files.
    pub reference: Option<ExternalReference>,
    /// Author.
    pub created_by: Option<Person>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who handed it in last.
    pub submitted_by: Option<Person>,
    /// When.
    pub submitted_at: Option<DateTime<Utc>>,
    /// Who decided.
    pub reviewed_by: Option<Person>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// What the reviewer said.
    pub review_comment: Option<String>,
    /// Approved by its author, because the system had nobody else who could.
    pub self_approved: bool,
}

/// A file of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionFile {
    /// Id.
    pub id: EvidenceFileId,
    /// Name as uploaded.
    pub name: String,
    /// Media type found in the content.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of the content, lowercase hexadecimal.
    pub sha256: String,
    /// Who uploaded it.
    pub uploaded_by: Option<Person>,
    /// When.
    pub uploaded_at: Option<DateTime<Utc>>,
}

/// Proof that stays where it is, such as in the CUI enclave: where, its hash, and who keeps it. No byte of it comes here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExternalReference {
    /// What it is called there.
    pub name: Title,
    /// Where it is.
    pub uri: Uri,
    /// SHA-256 of its content, computed there.
    pub sha256: Sha256,
    /// Who keeps it and shows it to an assessor: a person or an office.
    pub custodian: Title,
}

/// Makes evidence of a reference.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateReference {
    /// What is referred to.
    pub reference: ExternalReference,
    /// Title, dates, links; the reference's name is the title if none is given.
    #[serde(default)]
    pub metadata: EvidenceMetadata,
}

/// Dates and words of a new version.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewVersion {
    /// What is new in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// From when what it shows is true; today if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<NaiveDate>,
    /// Until when; if absent, by the cadence of the evidence, or it does not age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// Hand it in for review at once.
    #[serde(default, skip_serializing_if = "is_false")]
    pub submit: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
pub(crate) fn is_false(value: &bool) -> bool {
    !value
}

/// A new version from a finished resumable upload, from a reference, or with the files of the newest version once more: name one of
/// `upload` and `reference`, or neither for the same files.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateVersion {
    /// The finished upload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadId>,
    /// The SHA-256 that the sender computed; refused where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// What is referred to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ExternalReference>,
    /// Dates and words.
    #[serde(default)]
    pub metadata: NewVersion,
}

/// Adds the file of a finished resumable upload to the newest version, while that is open.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddFile {
    /// The finished upload.
    pub upload: UploadId,
    /// The SHA-256 that the sender computed; refused where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
}

/// Whether a system has a content already: asked before bytes are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownContent {
    /// Number of the evidence that has it: `EV-12`.
    pub number: String,
    /// Title of the evidence.
    pub title: String,
    /// The version.
    pub version: u32,
    /// Name of the file there.
    pub name: String,
}

/// A reason for what only a manager does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Why.
    pub reason: Note,
}

/// A legal hold: while it lasts nothing of the evidence can be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LegalHold {
    /// Why.
    pub reason: String,
    /// Who set it.
    pub by: Option<Person>,
    /// When.
    pub at: DateTime<Utc>,
}
