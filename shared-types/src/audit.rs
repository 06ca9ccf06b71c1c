//! The audit log.

use crate::AuditEventId;
use crate::identity::Person;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
    /// SHA-256 over this row and the hash of the row before it.
    pub hash: String,
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
