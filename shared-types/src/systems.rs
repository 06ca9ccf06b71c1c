//! Rule packs, systems and members.

use crate::finding::{PoamEligibility, text_enum};
use crate::text::{CageCode, Email, Line, Note, TimeZone, Title, Uei};
use crate::{Patch, SystemId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What a member may do in a system. Ordered: each role may do what the later ones may, and more.
    Role {
        /// Runs the system: members, scope, findings, everything.
        Manager = "manager",
        /// Does the work: tasks, evidence, findings, narratives.
        Contributor = "contributor",
        /// Reads everything and records an assessor's notes.
        Assessor = "assessor",
        /// Reads.
        Viewer = "viewer",
    }
}

impl Role {
    /// Whether this role may do what `needed` may.
    pub fn allows(self, needed: Self) -> bool {
        self <= needed
    }
}

/// A shipped rule pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulePackSummary {
    /// Id, such as `cmmc-level-2`.
    pub id: String,
    /// Version, such as `cmmc-2.0/2026-10`.
    pub version: String,
    /// CMMC level, 1 to 3.
    pub level: u8,
    /// Title.
    pub title: String,
    /// What it was taken from.
    pub source: String,
    /// Number of requirements.
    pub requirements: u32,
    /// Number of assessment objectives.
    pub objectives: u32,
}

/// A rule pack with its families and requirements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulePackDetail {
    /// The pack.
    pub pack: RulePackSummary,
    /// SHA-256 of its content, by which a version is immutable.
    pub content_hash: String,
    /// Families in the pack's order.
    pub families: Vec<FamilyDto>,
}

/// A family of requirements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FamilyDto {
    /// Code, such as `AC`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its requirements.
    pub requirements: Vec<RequirementDto>,
}

/// A requirement with its objectives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequirementDto {
    /// Id, such as `AC.L2-3.1.1`.
    pub id: String,
    /// Title.
    pub title: String,
    /// The requirement in plain language.
    pub statement: String,
    /// What it means in a small company.
    pub meaning: String,
    /// Artifacts that would show it.
    pub evidence_examples: Vec<String>,
    /// Point value; absent for 3.12.4 and at Level 1.
    pub points: Option<u8>,
    /// The lesser deduction that partial credit allows (3.5.3, 3.13.11).
    pub partial_points: Option<u8>,
    /// Whether it may stand on a POA&M.
    pub poam: PoamEligibility,
    /// The rule that says so.
    pub poam_citation: String,
    /// Objectives in order: letter and what must be true.
    pub objectives: Vec<ObjectiveDto>,
}

/// An assessment objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectiveDto {
    /// Letter, such as `a`.
    pub letter: String,
    /// What must be true.
    pub statement: String,
}

/// A system: one assessment scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct System {
    /// Id.
    pub id: SystemId,
    /// Name.
    pub name: String,
    /// The organisation that it belongs to.
    pub organization: String,
    /// What it covers.
    pub description: Option<String>,
    /// Rule pack, such as `cmmc-level-2`.
    pub pack: String,
    /// Its version.
    pub pack_version: String,
    /// CMMC level.
    pub level: u8,
    /// CAGE codes.
    pub cage_codes: Vec<String>,
    /// Unique Entity ID.
    pub uei: Option<String>,
    /// SSP version.
    pub ssp_version: Option<String>,
    /// SSP date.
    pub ssp_date: Option<NaiveDate>,
    /// The zone in which its legal dates run.
    pub time_zone: String,
    /// Part of the demonstration data.
    pub demo: bool,
    /// When it was archived; an archived system is read-only.
    pub archived_at: Option<DateTime<Utc>>,
    /// Created.
    pub created_at: DateTime<Utc>,
    /// Changed.
    pub updated_at: DateTime<Utc>,
    /// Your role; absent for an administrator who is not a member.
    pub role: Option<Role>,
    /// Version for If-Match.
    pub version: i64,
}

/// Creates a system from a rule pack; its controls appear with it and its creator becomes manager.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateSystem {
    /// Name.
    pub name: Title,
    /// The organisation that it belongs to.
    pub organization: Title,
    /// Rule pack, such as `cmmc-level-2`.
    pub pack: String,
    /// What it covers.
    #[serde(default)]
    pub description: Option<Note>,
    /// CAGE codes, at most 50.
    #[serde(default)]
    pub cage_codes: Vec<CageCode>,
    /// Unique Entity ID.
    #[serde(default)]
    pub uei: Option<Uei>,
    /// The zone in which its legal dates run; `America/New_York` if absent.
    #[serde(default)]
    pub time_zone: Option<TimeZone>,
}

/// Changes to a system.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSystem {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// Organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<Title>,
    /// What it covers.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Note>))]
    pub description: Patch<Note>,
    /// CAGE codes, at most 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cage_codes: Option<Vec<CageCode>>,
    /// Unique Entity ID.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Uei>))]
    pub uei: Patch<Uei>,
    /// SSP version.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Line>))]
    pub ssp_version: Patch<Line>,
    /// SSP date.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub ssp_date: Patch<NaiveDate>,
    /// Zone of the legal dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
}

/// A member of a system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The user.
    pub user: UserId,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Since.
    pub since: DateTime<Utc>,
    /// Has accepted the invitation and may sign in.
    pub active: bool,
    /// The account is deactivated: it keeps the membership, but can't sign in, confirm or be given work.
    pub closed: bool,
    /// Version for If-Match.
    pub version: i64,
}

/// Adds a member: somebody who has an account already, by address.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Address of the account.
    pub email: Email,
    /// Role.
    pub role: Role,
}

/// Invites somebody to a system who may not have an account yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InviteMember {
    /// Address.
    pub email: Email,
    /// Name of the account to be; an account that exists keeps its own.
    pub name: Title,
    /// Role.
    pub role: Role,
}

/// Changes a member's role.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMember {
    /// Role.
    pub role: Role,
}
