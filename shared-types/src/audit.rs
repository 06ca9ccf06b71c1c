//! The audit log.

use crate::identity::Person;
use crate::{ApiTokenId, AuditEventId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One row of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    /// Id.
    pub id: AuditEventId,
    /// Place in its chain, from 1, without gaps.
    pub sequence: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; absent for the product itself and for people who are not signed in.
    pub actor: Option<Person>,
    /// What was done, such as `finding.set`.
    pub action: String,
    /// Kind of the object, such as `control`.
    pub object_kind: String,
    /// The object's id.
    pub object_id: Option<String>,
    /// The object in words for people, such as `AC.L2-3.1.1`; looked up when shown.
    pub object_label: Option<String>,
    /// What changed: field names with old and new values, as JSON.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub details: serde_json::Value,
    /// The request that did it.
    pub request_id: Option<String>,
    /// Where that came from, as far as this log may tell it. Erased with the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<AuditOrigin>,
    /// SHA-256 over this row and the hash of the row before it.
    pub hash: String,
}

/// Where an event came from. Not part of what is hashed. Address and program only in the installation's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditOrigin {
    /// The client's address.
    pub address: Option<String>,
    /// The program's name for itself.
    pub user_agent: Option<String>,
    /// The API token that the person acted by.
    pub token: Option<ApiTokenId>,
}

/// An event as it is exported: with everything that its hash covers, so that the chain can be recomputed without the product.
///
/// `hash` is the SHA-256 of the JSON array of the texts `chain`, `sequence`, `at` (with six digits of the second and `Z`), actor's id,
/// `action`, `object_kind`, `object_id`, `details_text`, `request_id`, `previous_hash`, in this order, each text or null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedAuditEvent {
    /// The event.
    #[serde(flatten)]
    pub event: AuditEvent,
    /// Its chain: the system's id, or nil for the installation.
    pub chain: Uuid,
    /// `details` as it is stored and hashed.
    pub details_text: String,
    /// Hash of the row before; for the first row that of the chain's name.
    pub previous_hash: String,
}

/// The end of one chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainHead {
    /// The chain: the system's id, or nil for the installation.
    pub chain: Uuid,
    /// The system's name; absent for the installation.
    pub system: Option<String>,
    /// Rows.
    pub rows: i64,
    /// Hash of the last row.
    pub head: String,
}

/// The ends of all chains at one time. Kept elsewhere, they prove later that nothing was cut off or rewritten:
/// `cmmc-tracker audit verify --heads FILE`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainHeads {
    /// When.
    pub at: DateTime<Utc>,
    /// The ends, the installation's first.
    pub heads: Vec<ChainHead>,
}

/// The result of recomputing a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainVerification {
    /// Every row is intact and in its place.
    pub intact: bool,
    /// Rows checked.
    pub rows: u64,
    /// Hash of the last row; keep it elsewhere to prove later that nothing was cut off.
    pub head: String,
    /// The first row at fault, by sequence, and what is wrong with it.
    pub broken: Option<BrokenRow>,
}

/// The first row of a chain that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BrokenRow {
    /// Its place in the chain.
    pub sequence: i64,
    /// What is wrong: changed, missing, or out of order.
    pub fault: String,
}
