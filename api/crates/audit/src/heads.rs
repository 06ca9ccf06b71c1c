//! The ends of all chains. Kept elsewhere, they prove later that nothing was cut off or rewritten, even by somebody who may write
//! everything here.

use crate::INSTALLATION_CHAIN;
use chrono::{DateTime, Utc};
use platform::{Db, Result};
use sea_orm::FromQueryResult;
use shared_types::audit::{ChainHead, ChainHeads};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: Option<String>,
    audit_sequence: i64,
    audit_hash: String,
}

/// The end of every chain that has rows, the installation's first.
pub async fn heads(db: &Db, now: DateTime<Utc>) -> Result<ChainHeads> {
    let systems = "SELECT id, name, audit_sequence, audit_hash FROM systems WHERE audit_sequence > 0 ORDER BY name, id";
    let installation = "SELECT $1 AS id, NULL AS name, audit_sequence, audit_hash FROM installation WHERE audit_sequence > 0";
    let mut found = db.rows::<Row>(installation, [INSTALLATION_CHAIN.into()]).await?;
    found.extend(db.rows::<Row>(systems, []).await?);
    let head = |Row { id, name, audit_sequence, audit_hash }| ChainHead {
        chain: id,
        system: name,
        rows: audit_sequence,
        head: audit_hash,
    };
    Ok(ChainHeads { at: now, heads: found.into_iter().map(head).collect() })
}

#[derive(FromQueryResult)]
struct Hash {
    hash: String,
}

/// Which of the heads that were kept are not in the log any more, as rows of their chains.
pub async fn broken_heads(db: &Db, kept: &ChainHeads) -> Result<Vec<ChainHead>> {
    let mut broken = Vec::new();
    for head in &kept.heads {
        let sql = "SELECT hash FROM audit_events WHERE chain = $1 AND sequence = $2";
        let row = db.row::<Hash>(sql, [head.chain.into(), head.rows.into()]).await?;
        if row.is_none_or(|row| row.hash != head.head) {
            broken.push(head.clone());
        }
    }
    Ok(broken)
}
