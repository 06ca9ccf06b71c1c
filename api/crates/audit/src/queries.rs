//! What is read of the chains.

use crate::INSTALLATION_CHAIN;
use chrono::{DateTime, Utc};
use platform::{Db, Result};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// What the chain's owner says of its end, and where its rows end, seen in one moment.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Head {
    pub sequence: i64,
    pub hash: String,
    pub last: Option<i64>,
}

/// The head of a chain; none if it has no owner.
pub(crate) async fn head(db: &Db, chain: Uuid) -> Result<Option<Head>> {
    let last = "(SELECT MAX(e.sequence) FROM audit_events e WHERE e.chain = $1) AS last";
    let (table, id) = if chain == INSTALLATION_CHAIN { ("installation", "id = 1 AND $1 = $1") } else { ("systems", "id = $1") };
    let sql = format!("SELECT audit_sequence AS sequence, audit_hash AS hash, {last} FROM {table} WHERE {id}");
    db.row(&sql, [chain.into()]).await
}

/// A row as it was hashed.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Row {
    pub sequence: i64,
    pub recorded_at: DateTime<Utc>,
    pub actor_id: Option<Uuid>,
    pub action: String,
    pub object_kind: String,
    pub object_id: Option<String>,
    pub details: String,
    pub request_id: Option<String>,
    pub previous_hash: String,
    pub hash: String,
}

/// The next rows of a chain, in order, as far as `until`.
pub(crate) async fn rows_after(db: &Db, chain: Uuid, after: i64, until: i64, limit: i64) -> Result<Vec<Row>> {
    let sql = "SELECT sequence, recorded_at, actor_id, action, object_kind, object_id, details, request_id, previous_hash, hash \
               FROM audit_events WHERE chain = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence LIMIT $4";
    db.rows(sql, [chain.into(), after.into(), until.into(), limit.into()]).await
}

#[derive(FromQueryResult)]
struct Next {
    sequence: Option<i64>,
}

/// The place of the next row, whatever it holds.
pub(crate) async fn next_sequence(db: &Db, chain: Uuid, after: i64) -> Result<Option<i64>> {
    let sql = "SELECT MIN(sequence) AS sequence FROM audit_events WHERE chain = $1 AND sequence > $2";
    Ok(db.row::<Next>(sql, [chain.into(), after.into()]).await?.and_then(|next| next.sequence))
}

/// A chain with the name of the system that it belongs to.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Chain {
    /// The chain.
    pub id: Uuid,
    /// The system's name; absent for rows that belong to no system.
    pub name: Option<String>,
}

/// Every chain: the installation's first, then the systems' by name, then rows without an owner.
pub async fn chains(db: &Db) -> Result<Vec<Chain>> {
    let systems = "SELECT id, name FROM systems ORDER BY name, id";
    let orphans = "SELECT DISTINCT e.chain AS id, NULL AS name FROM audit_events e \
                   WHERE e.chain <> $1 AND NOT EXISTS (SELECT 1 FROM systems s WHERE s.id = e.chain) ORDER BY 1";
    let mut chains = vec![Chain { id: INSTALLATION_CHAIN, name: Some("installation".to_owned()) }];
    chains.extend(db.rows::<Chain>(systems, []).await?);
    chains.extend(db.rows::<Chain>(orphans, [INSTALLATION_CHAIN.into()]).await?);
    Ok(chains)
}
