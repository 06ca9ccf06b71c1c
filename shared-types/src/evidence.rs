//! Evidence, its links, and resumable uploads.

use crate::finding::text_enum;
use crate::identity::Person;
use crate::text::{Note, Sha256, Title};
use crate::{ControlId, EvidenceId, EvidenceLinkId, Patch, UploadId, UserId};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Whether evidence is still good; derived from its dates whenever it is read.
    Freshness {
        /// It is, and for more than 30 days.
        Current = "current",
        /// It expires within 30 days.
        Expiring = "expiring",
        /// It has expired.
        Expired = "expired",
    }
}

/// Evidence is expiring when it has this many days left, or fewer.
pub const EXPIRING_DAYS: u16 = 30;

impl Freshness {
    /// Whether evidence is still good today; it is on its last day. What has no last day does not age. The one place of this rule.
    pub fn of(expires: Option<NaiveDate>, today: NaiveDate) -> Self {
        match expires.map(|expires| (expires - today).num_days()) {
            Some(..0) => Self::Expired,
            Some(days) if days <= i64::from(EXPIRING_DAYS) => Self::Expiring,
            _ => Self::Current,
        }
    }

    /// The last day that counts as expiring: for what asks a database for it.
    pub fn horizon(today: NaiveDate) -> NaiveDate {
        today.checked_add_days(Days::new(u64::from(EXPIRING_DAYS))).unwrap_or(NaiveDate::MAX)
    }
}

/// A piece of evidence with its newest version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// Id.
    pub id: EvidenceId,
    /// Number for people: `EV-12`.
    pub number: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// Who keeps it fresh.
    pub owner: Option<Person>,
    /// From when what it shows is true.
    pub effective: NaiveDate,
    /// Until when; absent if it does not age.
    pub expires: Option<NaiveDate>,
    /// Derived from `expires` and today in the system's time zone.
    pub freshness: Freshness,
    /// Days until it expires; negative once it has; absent if it does not age.
    pub days_left: Option<i64>,
    /// The newest version's file.
    pub file: EvidenceFile,
    /// What it supports.
    pub links: Vec<EvidenceLink>,
    /// Created.
    pub created_at: DateTime<Utc>,
    /// Changed.
    pub updated_at: DateTime<Utc>,
    /// Version for If-Match.
    pub version: i64,
}

/// The file of an evidence version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceFile {
    /// Number of the version, from 1.
    pub version: u32,
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
    pub uploaded_at: DateTime<Utc>,
}

/// What a piece of evidence supports: a control, or one objective of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceLink {
    /// Id.
    pub id: EvidenceLinkId,
    /// The control.
    pub control: ControlId,
    /// Its reference, such as `AC.L2-3.1.1`.
    pub reference: String,
    /// The objective's letter; the whole control if absent.
    pub objective: Option<String>,
}

/// The JSON part `metadata` of a direct upload.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EvidenceMetadata {
    /// Title; the file's name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Note>,
    /// Who keeps it fresh: a member; the uploader if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// From when what it shows is true; today if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<NaiveDate>,
    /// Until when; not before `effective`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// What it supports, at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<NewEvidenceLink>,
}

/// Creates evidence from a finished resumable upload.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateEvidence {
    /// The finished upload.
    pub upload: UploadId,
    /// The SHA-256 that the sender computed; refused where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// Title, dates, links.
    #[serde(default)]
    pub metadata: EvidenceMetadata,
}

/// Links a piece of evidence to a control or one of its objectives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewEvidenceLink {
    /// The control, by id or reference.
    pub control: String,
    /// The objective's letter; the whole control if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<String>,
}

/// Changes to a piece of evidence.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateEvidence {
    /// Title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Description.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Note>))]
    pub description: Patch<Note>,
    /// Who keeps it fresh.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<UserId>))]
    pub owner: Patch<UserId>,
    /// From when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<NaiveDate>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub expires: Patch<NaiveDate>,
}

/// A resumable upload, as its sender sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Upload {
    /// Id.
    pub id: UploadId,
    /// Where chunks go: the path of the tus resource.
    pub location: String,
    /// Name of the file.
    pub file_name: String,
    /// Size in bytes.
    pub size: u64,
    /// How many bytes are stored safely.
    pub offset: u64,
    /// All bytes are there; evidence can be made of it.
    pub complete: bool,
    /// When an unfinished upload is dropped.
    pub expires_at: DateTime<Utc>,
    /// Begun.
    pub created_at: DateTime<Utc>,
}

/// What may be uploaded, for forms and scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadPolicy {
    /// Most bytes of one direct upload.
    pub direct_max_bytes: u64,
    /// Most bytes of one resumable upload.
    pub resumable_max_bytes: u64,
    /// Extensions allowed, lowercase without the dot.
    pub extensions: Vec<String>,
    /// Recommended size of a chunk.
    pub chunk_bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_a_good_one() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-22");
        for (expires, expected) in [
            ("2026-11-21", Freshness::Expired),
            ("2026-11-22", Freshness::Expiring),
            ("2026-12-22", Freshness::Expiring),
            ("2026-12-23", Freshness::Current),
        ] {
            assert_eq!(Freshness::of(Some(day(expires)), today), expected, "{expires}");
        }
        assert_eq!(Freshness::of(None, today), Freshness::Current);
        assert_eq!(Freshness::horizon(today), day("2026-12-22"));
        assert_eq!(Freshness::of(Some(NaiveDate::MAX), NaiveDate::MAX), Freshness::Expiring);
        assert_eq!(Freshness::horizon(NaiveDate::MAX), NaiveDate::MAX);
    }
}
