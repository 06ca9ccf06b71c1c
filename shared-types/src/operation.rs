//! Running the installation: how the database is used.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How often the database is asked what, and how long it takes: of the process that answers, since it started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryProfile {
    /// When this process started: everything counts from there.
    pub since: DateTime<Utc>,
    /// Milliseconds above which a statement is slow and logged (`database.slow_query_ms`).
    pub slow_ms: u32,
    /// By name, the most time first.
    pub items: Vec<QueryTiming>,
}

/// The statements of one operation, job or part of them. Times are in microseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryTiming {
    /// What they are for: an operation's id, a job's topic, or a narrower name such as `session`.
    pub name: String,
    /// Statements.
    pub count: u64,
    /// The quickest.
    pub min_us: u64,
    /// On average.
    pub avg_us: u64,
    /// The slowest.
    pub max_us: u64,
    /// All together.
    pub total_us: u64,
    /// How many were slow.
    pub slow: u64,
}
