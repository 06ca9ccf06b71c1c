//! What is read of seals.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use platform::db::{Db, rows};
use platform::page::{MAX_TOTAL, PageRequest};
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
    /// Its number, by which lists are in order.
    pub(crate) fn number(&self) -> i32 {
        self.number
    }

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

#[derive(FromQueryResult)]
struct Listed {
    #[sea_orm(nested)]
    seal: SealRow,
    total: i64,
}

/// The seals of a page, and how many there are in all: one statement.
pub(crate) async fn list(db: &Db, system: SystemId, page: &PageRequest<i32>) -> Result<(Vec<SealRow>, Option<u64>)> {
    let (compare, way) = if page.backwards() { (">", "ASC") } else { ("<", "DESC") };
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT COUNT(*) FROM (SELECT 1 FROM seals WHERE system_id = $1 LIMIT {MAX_TOTAL}) AS counted) AS total \
         FROM seals s LEFT JOIN users u ON u.id = s.sealed_by WHERE s.system_id = $1 AND ($2 OR s.number {compare} $3) \
         ORDER BY s.number {way} LIMIT $4"
    );
    let values = [
        system.0.into(),
        page.cursor.is_none().into(),
        page.cursor.as_ref().map_or(0, |cursor| cursor.k).into(),
        i64::try_from(page.fetch()).unwrap_or(i64::MAX).into(),
    ];
    let found = db.rows::<Listed>(&sql, values).await?;
    let total = match found.first() {
        Some(row) => Some(row.total.unsigned_abs()),
        // No row of the first page: there is none. Of a later page: the others are not known.
        None => page.cursor.is_none().then_some(0),
    };
    Ok((found.into_iter().map(|row| row.seal).collect(), total))
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
