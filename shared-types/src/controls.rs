//! Controls and objective findings.

use crate::finding::{Basis, Finding, FindingCounts, PoamEligibility, Progress};
use crate::identity::Person;
use crate::text::{ControlRef, Narrative, Note, Title};
use crate::{ControlId, Patch, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A control in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ControlSummary {
    /// Id.
    pub id: ControlId,
    /// Reference: the requirement's id (`AC.L2-3.1.1`) or the custom control's.
    pub reference: String,
    /// Title.
    pub title: String,
    /// Family code (`AC`); `CUSTOM` for custom controls.
    pub family: String,
    /// A custom control of this system, not of a rule pack; never part of a score.
    pub custom: bool,
    /// Finding, derived from the objectives.
    pub finding: Finding,
    /// Progress, derived from findings and tasks.
    pub progress: Progress,
    /// Objectives by finding.
    pub objectives: FindingCounts,
    /// Point value; absent where it has none.
    pub points: Option<u8>,
    /// What it costs now if NOT MET: less than `points` where partial credit was chosen.
    pub deduction: Option<u8>,
    /// Whether it may stand on a POA&M if NOT MET.
    pub poam: PoamEligibility,
    /// Owner.
    pub owner: Option<Person>,
    /// Last review.
    pub last_review: Option<NaiveDate>,
    /// Next review.
    pub next_review: Option<NaiveDate>,
    /// Evidence linked to it or to one of its objectives.
    pub evidence_count: u32,
    /// Tasks that are not completed.
    pub open_tasks: u32,
    /// Version for If-Match.
    pub version: i64,
}

/// A control with everything its page shows, apart from tasks and evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ControlDetail {
    /// The row of the list.
    pub control: ControlSummary,
    /// The requirement in plain language.
    pub statement: String,
    /// What it means in a small company.
    pub meaning: Option<String>,
    /// Artifacts that would show it.
    pub evidence_examples: Vec<String>,
    /// The rule behind its POA&M eligibility.
    pub poam_citation: Option<String>,
    /// What it is worth and what follows while it is not met, with the rules.
    pub value_note: Option<String>,
    /// The lesser deduction that partial credit would allow (3.5.3, 3.13.11).
    pub partial_points: Option<u8>,
    /// Whether partial credit was chosen, and why.
    pub partial_credit: Option<PartialCredit>,
    /// Related NIST SP 800-53 controls.
    pub nist_800_53: Vec<String>,
    /// Related requirements of NIST SP 800-171 revision 3.
    pub revision_3: Vec<String>,
    /// The review must come at least yearly (32 CFR 170.14(d)).
    pub periodic: bool,
    /// How the requirement is met here, in Markdown.
    pub narrative: String,
    /// Objectives in order.
    pub objectives: Vec<ObjectiveFinding>,
    /// The control before it in the pack's order.
    pub previous: Option<String>,
    /// The control after it.
    pub next: Option<String>,
    /// Created.
    pub created_at: DateTime<Utc>,
    /// Changed.
    pub updated_at: DateTime<Utc>,
}

/// The choice to deduct the partial points (32 CFR 170.24(c)(2)(i)(B)): explicit, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartialCredit {
    /// Why it holds.
    pub reason: String,
    /// Who chose it.
    pub by: Option<Person>,
    /// When.
    pub at: DateTime<Utc>,
}

/// An objective with its finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectiveFinding {
    /// Letter, such as `a`.
    pub letter: String,
    /// What must be true.
    pub statement: String,
    /// The finding.
    pub finding: Finding,
    /// Why a MET or N/A holds.
    pub basis: Basis,
    /// The reason of a NOT MET, or the justification of an N/A.
    pub reason: Option<String>,
    /// Who set it.
    pub by: Option<Person>,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// Pieces of evidence that are linked to it, or to its control as a whole.
    pub evidence_count: u32,
    /// Whether one of them is approved and good today, so that it supports a MET (32 CFR 170.24(b)(1)).
    pub supported: bool,
}

/// Creates a custom control.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateControl {
    /// Reference, unique in the system (`ORG-1`).
    pub reference: ControlRef,
    /// Title.
    pub title: Title,
    /// What must be true.
    pub statement: Note,
    /// Owner: a member.
    #[serde(default)]
    pub owner: Option<UserId>,
    /// Next review.
    #[serde(default)]
    pub next_review: Option<NaiveDate>,
}

/// Changes to a control. Title and statement can be changed on custom controls only.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateControl {
    /// Title (custom controls).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// What must be true (custom controls).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Note>,
    /// How the requirement is met here, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub narrative: Option<Narrative>,
    /// Owner: a member.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<UserId>))]
    pub owner: Patch<UserId>,
    /// Last review; not in the future.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub last_review: Patch<NaiveDate>,
    /// Next review; at most 12 months after the last where the requirement says "periodically" (32 CFR 170.14(d)).
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub next_review: Patch<NaiveDate>,
    /// Chooses partial credit with this reason, or withdraws it with null (3.5.3, 3.13.11).
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Note>))]
    pub partial_credit: Patch<Note>,
    /// Marks the whole control not applicable with this justification (all its objectives become N/A), or withdraws it with null.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Note>))]
    pub not_applicable: Patch<Note>,
}

/// Sets the finding of one objective. A reason is demanded for NOT MET and for N/A, and for every basis but `implemented`
/// (this product's own rule; the guides demand it of assessors).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetFinding {
    /// The finding.
    pub finding: Finding,
    /// Why a MET or N/A holds; `implemented` if absent.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// The reason or justification.
    #[serde(default)]
    pub reason: Option<Note>,
}

/// Sets many findings at once, all in one transaction, each answered by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkSetFindings {
    /// 1 to 500 findings.
    pub items: Vec<BulkFinding>,
}

/// One finding of a bulk change.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkFinding {
    /// The control, by id or reference.
    pub control: String,
    /// The objective's letter; all of the control's objectives if absent.
    #[serde(default)]
    pub objective: Option<String>,
    /// The finding.
    pub finding: Finding,
    /// Why a MET or N/A holds; `implemented` if absent.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// The reason or justification.
    #[serde(default)]
    pub reason: Option<Note>,
}

/// The answer to a bulk change, an entry for each item in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResult {
    /// An entry for each item.
    pub items: Vec<BulkItemResult>,
    /// How many were applied.
    pub applied: u32,
}

/// What became of one item of a bulk change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkItemResult {
    /// 200, or the status that the single operation would have answered.
    pub status: u16,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::FieldError>,
}
