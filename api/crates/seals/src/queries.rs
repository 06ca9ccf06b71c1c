//! What is read of seals.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use platform::db::rows;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use seal::log::ARTIFACTS_LOG;
use shared_types::identity::Person;
use shared_types::seals::{EmassFields, Seal, SealKind};
use shared_types::{SystemId, UserId};
use uuid::Uuid;

/// A seal without its texts.
#[derive(Debug, FromQueryResult)]
pub(crate) struct SealRow {
    number: i32,
    kind: String,
    label: String,
    status_date: Option<NaiveDate>,
    sealed_at: DateTime<Utc>,
    sealed_by: Option<Uuid>,
    sealed_name: Option<String>,
    files: i64,
    copies: i64,
    size: i64,
    log_sha256: String,
    key_fingerprint: String,
}

impl SealRow {
    /// As the API tells it; dates run in the system's zone.
    pub(crate) fn into_seal(self, time_zone: &str) -> Result<Seal> {
        let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
        let sealed_by = self.sealed_by.zip(self.sealed_name).map(|(id, name)| Person { id: UserId(id), name });
        let count = |value: i64| u64::try_from(value).map_err(AppError::internal);
        Ok(Seal {
            number: u32::try_from(self.number).map_err(AppError::internal)?,
            kind: SealKind::parse(&self.kind).ok_or_else(|| AppError::internal("a seal of an unknown kind"))?,
            label: self.label,
            status_date: self.status_date,
            sealed_at: self.sealed_at,
            sealed_by,
            files: count(self.files)?,
            copies: count(self.copies)?,
            size: count(self.size)?,
            key_fingerprint: self.key_fingerprint,
            emass: EmassFields {
                hashed_data_list: ARTIFACTS_LOG.to_owned(),
                hash_value: self.log_sha256.to_ascii_uppercase(),
                hash_algorithm: "SHA-256".to_owned(),
                hash_date: self.sealed_at.with_timezone(&zone).date_naive(),
            },
        })
    }
}

const COLUMNS: &str = "s.number, s.kind, s.label, s.status_date, s.sealed_at, s.sealed_by, u.name AS sealed_name, s.files, s.copies, \
    s.size, s.log_sha256, s.key_fingerprint";

/// The newest seals of a system, at most 200. Somebody who seals daily keeps the rest by their numbers.
pub(crate) async fn list(connection: &impl ConnectionTrait, system: SystemId) -> Result<Vec<SealRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM seals s LEFT JOIN users u ON u.id = s.sealed_by WHERE s.system_id = $1 ORDER BY s.number DESC LIMIT 200"
    );
    rows(connection, &sql, [system.0.into()]).await
}

/// One seal.
pub(crate) async fn one(connection: &impl ConnectionTrait, system: SystemId, number: i32) -> Result<SealRow> {
    let sql =
        format!("SELECT {COLUMNS} FROM seals s LEFT JOIN users u ON u.id = s.sealed_by WHERE s.system_id = $1 AND s.number = $2");
    rows(connection, &sql, [system.0.into(), number.into()]).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// The texts of a seal.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Texts {
    pub(crate) kind: String,
    pub(crate) sealed_at: DateTime<Utc>,
    pub(crate) signature: String,
    pub(crate) manifest: String,
    pub(crate) artifacts_log: String,
    pub(crate) hash_log: String,
}

/// The texts of a seal.
pub(crate) async fn texts(connection: &impl ConnectionTrait, system: SystemId, number: i32) -> Result<Texts> {
    let sql =
        "SELECT kind, sealed_at, signature, manifest, artifacts_log, hash_log FROM seals WHERE system_id = $1 AND number = $2";
    rows(connection, sql, [system.0.into(), number.into()]).await?.into_iter().next().ok_or_else(AppError::not_found)
}
