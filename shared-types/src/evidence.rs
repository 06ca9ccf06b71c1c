//! Evidence, its links, and resumable uploads.
//!
//! - `retention.rs`: what is kept, and how it goes at last
//! - `review.rs`: who finds it good, and what that means for findings
//! - `version.rs`: versions, files, references

mod retention;
mod review;
mod version;

pub use retention::*;
pub use review::*;
pub use version::*;

pub use crate::files::UploadPolicy;
use crate::finding::text_enum;
use crate::identity::Person;
use crate::text::{Note, Sha256, Tag, Title};
use crate::{ControlId, EvidenceId, EvidenceLinkId, Patch, TaskId, UploadId, UserId};
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

text_enum! {
    /// What a piece of evidence is.
    EvidenceKind {
        /// A policy.
        Policy = "policy",
        /// A procedure or work instruction.
        Procedure = "procedure",
        /// A plan, such as the SSP or the incident response plan.
        Plan = "plan",
        /// A record of something done: a ticket, minutes, a sign-in sheet.
        Record = "record",
        /// A picture of a screen.
        Screenshot = "screenshot",
        /// A configuration or its export.
        Configuration = "configuration",
        /// The report of a scan or test.
        ScanReport = "scan_report",
        /// A log or an extract of one.
        Log = "log",
        /// A diagram.
        Diagram = "diagram",
        /// A list of assets, accounts or people.
        Inventory = "inventory",
        /// Proof of training.
        Training = "training",
        /// A contract or a provider's responsibility matrix.
        Agreement = "agreement",
        /// Anything else.
        Other = "other",
    }
}

text_enum! {
    /// How a piece of evidence is to be handled.
    Sensitivity {
        /// Anybody may see it.
        Public = "public",
        /// For the company and its assessors.
        Internal = "internal",
        /// Federal Contract Information (FAR 52.204-21).
        FederalContractInformation = "fci",
        /// Security Protection Data (32 CFR 170.4): passwords, configurations, scan results.
        SecurityProtectionData = "spd",
        /// Controlled Unclassified Information (32 CFR part 2002): keep it in the enclave and refer to it.
        ControlledUnclassifiedInformation = "cui",
    }
}

/// Most months between two versions of what is to be looked at periodically: "periodically" is at most one year (32 CFR 170.14(d)).
pub const MAX_CADENCE_MONTHS: u8 = 12;

/// Most tags of a piece of evidence.
pub const MAX_TAGS: usize = 20;

/// The last day of what is true from `effective` and made anew each `months`: the day before the same day of the month then.
pub fn due_after(effective: NaiveDate, months: u8) -> NaiveDate {
    let next = effective.checked_add_months(chrono::Months::new(u32::from(months)));
    next.and_then(|next| next.pred_opt()).unwrap_or(NaiveDate::MAX)
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
    /// What it is.
    pub kind: EvidenceKind,
    /// How it is to be handled.
    pub sensitivity: Sensitivity,
    /// Tags, in alphabetical order.
    pub tags: Vec<String>,
    /// Who keeps it fresh.
    pub owner: Option<Person>,
    /// One word for where it stands: review and, once approved, freshness.
    pub status: EvidenceStatus,
    /// How far the review of the newest version has come.
    pub state: ReviewState,
    /// Number of the newest version.
    pub latest_version: u32,
    /// Number of the newest approved version; absent if none is.
    pub approved_version: Option<u32>,
    /// Its last day; absent if none is approved, or if it does not age.
    pub approved_until: Option<NaiveDate>,
    /// Whether an approved version supports findings today (32 CFR 170.24(b)(1)).
    pub supports: bool,
    /// A new version is due after so many months; absent if no cadence was set.
    pub cadence_months: Option<u8>,
    /// From when what the newest version shows is true.
    pub effective: NaiveDate,
    /// Until when; absent if it does not age.
    pub expires: Option<NaiveDate>,
    /// Derived from the last day of the approved version, which supports findings, or of the newest where none was approved, and today in
    /// the system's time zone.
    pub freshness: Freshness,
    /// Days until that day; negative once it is over; absent if it does not age.
    pub days_left: Option<i64>,
    /// The newest version's first file; absent where it is a reference.
    pub file: Option<EvidenceFile>,
    /// How many files the newest version has.
    pub file_count: u32,
    /// What the newest version refers to; absent where it has files.
    pub reference: Option<ExternalReference>,
    /// What it supports.
    pub links: Vec<EvidenceLink>,
    /// Put away since; absent if it is not.
    pub archived_at: Option<DateTime<Utc>>,
    /// A legal hold, while it lasts.
    pub hold: Option<LegalHold>,
    /// The last day on which it must be kept; absent while nothing demands that.
    pub retain_until: Option<NaiveDate>,
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

/// What a piece of evidence supports: a control, one objective of it, or a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceLink {
    /// Id.
    pub id: EvidenceLinkId,
    /// The control; absent for a task.
    pub control: Option<ControlId>,
    /// The task; absent for a control.
    pub task: Option<TaskId>,
    /// The reference of the control or the number of the task: `AC.L2-3.1.1`, `TASK-12`.
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
    /// Until when; not before `effective`. Not together with a cadence, which says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// A new version is due after so many months, 1 to 12.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 12))]
    pub cadence_months: Option<u8>,
    /// What it is; `other` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EvidenceKind>,
    /// How it is to be handled; `internal` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// Tags, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// What is new in this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// Hand it in for review at once.
    #[serde(default, skip_serializing_if = "is_false")]
    pub submit: bool,
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

/// Links a piece of evidence to a control or one of its objectives, or to a task: name one of `control` and `task`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewEvidenceLink {
    /// The control, by id or reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// The task, by id or number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
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
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EvidenceKind>,
    /// How it is to be handled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// All its tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// From when. Dates change while the newest version is open: a draft, or sent back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<NaiveDate>,
    /// Until when; takes a cadence away.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub expires: Patch<NaiveDate>,
    /// A new version is due after so many months, 1 to 12: says until when.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u8>, minimum = 1, maximum = 12))]
    pub cadence_months: Patch<u8>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cadence_ends_the_day_before() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (from, months, until) in [
            ("2026-01-01", 12, "2026-12-31"),
            ("2026-11-30", 3, "2027-02-27"),
            ("2024-02-29", 12, "2025-02-27"),
            ("2026-11-15", 1, "2026-12-14"),
        ] {
            assert_eq!(due_after(day(from), months), day(until), "{from} {months}");
        }
        assert_eq!(due_after(NaiveDate::MAX, 12), NaiveDate::MAX);
    }

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
