//! Recomputing a chain: is every row as it was written, and is none missing?
//!
//! The head (how many rows there are, and the hash of the last) stands in the row of the system or the installation. So a
//! tail that was cut off is found, as is a row that was appended past the door. Somebody who may write everything could
//! rewrite both: against that only a head that is kept elsewhere helps, which is why every verification shows it.

use crate::chain::{Link, genesis, link_hash};
use crate::queries::{self, Head, Row};
use platform::{Db, Result};
use shared_types::audit::{BrokenRow, ChainVerification};
use uuid::Uuid;

/// Rows that are read at once: enough to make the round trips cheap, few enough to keep memory flat.
const BATCH: i64 = 1000;

/// How far a chain has proved good.
struct Walk {
    chain: Uuid,
    sequence: i64,
    hash: String,
}

fn broken(sequence: i64, fault: &str) -> BrokenRow {
    BrokenRow { sequence, fault: fault.to_owned() }
}

impl Walk {
    /// Takes the next row, or says what is wrong with it.
    fn take(&mut self, row: &Row) -> Result<(), BrokenRow> {
        let expected = self.sequence + 1;
        if row.sequence > expected {
            return Err(broken(expected, "missing: the row was deleted"));
        }
        if row.sequence < expected {
            return Err(broken(row.sequence, "out of order: a row stands before the beginning, or twice"));
        }
        let hash = link_hash(&Link {
            chain: self.chain,
            sequence: row.sequence,
            at: row.recorded_at,
            actor: row.actor_id,
            action: &row.action,
            object_kind: &row.object_kind,
            object_id: row.object_id.as_deref(),
            details: &row.details,
            request_id: row.request_id.as_deref(),
            previous_hash: &row.previous_hash,
        });
        if hash != row.hash {
            return Err(broken(row.sequence, "changed: its content does not have the hash that was recorded"));
        }
        if row.previous_hash != self.hash {
            return Err(broken(row.sequence, "changed: it does not continue the row before it; one of the two was replaced"));
        }
        self.sequence = expected;
        self.hash = hash;
        Ok(())
    }

    /// Compares the end with what the head says.
    fn finish(&self, head: &Head) -> Result<(), BrokenRow> {
        if self.sequence < head.sequence {
            return Err(broken(self.sequence + 1, "missing: the end of the log was cut off"));
        }
        if self.sequence > 0 && self.hash != head.hash {
            return Err(broken(self.sequence, "changed: the log's head names another last row"));
        }
        match head.last {
            Some(last) if last > head.sequence => {
                Err(broken(head.sequence + 1, "out of order: the row was not written by this product"))
            }
            _ => Ok(()),
        }
    }
}

/// Recomputes a chain in batches: memory does not grow with its length. Rows that are written meanwhile are not looked at.
pub async fn verify_chain(db: &Db, chain: Uuid) -> Result<ChainVerification> {
    let owner = queries::head(db, chain).await?;
    // Rows of no system: systems are never deleted, so somebody made these up or took their system away.
    let orphan = owner.is_none();
    let head = owner.unwrap_or(Head { sequence: i64::MAX, hash: String::new(), last: None });
    let mut walk = Walk { chain, sequence: 0, hash: genesis(chain) };
    let (mut after, mut limit) = (i64::MIN, BATCH);
    let fault = 'walk: loop {
        let batch = match queries::rows_after(db, chain, after, head.sequence, limit).await {
            Ok(batch) => batch,
            // A time or an id that is none any more fails the reading of its whole batch: go on row by row, to name it.
            Err(_) if limit > 1 => {
                limit = 1;
                continue;
            }
            Err(error) => match queries::next_sequence(db, chain, after).await? {
                Some(sequence) => break Some(broken(sequence, "changed: it can't be read any more")),
                None => return Err(error),
            },
        };
        let Some(last) = batch.last() else { break walk.finish(&head).err() };
        after = last.sequence;
        for row in &batch {
            if let Err(fault) = walk.take(row) {
                break 'walk Some(fault);
            }
        }
    };
    let fault = if orphan { Some(broken(1, "out of order: the rows belong to no system")) } else { fault };
    Ok(ChainVerification {
        intact: fault.is_none(),
        rows: u64::try_from(walk.sequence).unwrap_or(0),
        head: walk.hash,
        broken: fault,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain_of(count: i64) -> (Vec<Row>, Head) {
        let mut previous_hash = genesis(Uuid::nil());
        let rows: Vec<Row> = (1..=count)
            .map(|sequence| {
                let mut row = Row {
                    sequence,
                    recorded_at: "2026-11-22T00:00:00.000001Z".parse().unwrap(),
                    actor_id: None,
                    action: "a.b".to_owned(),
                    object_kind: "k".to_owned(),
                    object_id: None,
                    details: "{}".to_owned(),
                    request_id: None,
                    previous_hash: previous_hash.clone(),
                    hash: String::new(),
                };
                row.hash = hash_of(&row);
                previous_hash.clone_from(&row.hash);
                row
            })
            .collect();
        let head = Head { sequence: count, hash: previous_hash, last: Some(count) };
        (rows, head)
    }

    fn hash_of(row: &Row) -> String {
        link_hash(&Link {
            chain: Uuid::nil(),
            sequence: row.sequence,
            at: row.recorded_at,
            actor: row.actor_id,
            action: &row.action,
            object_kind: &row.object_kind,
            object_id: None,
            details: &row.details,
            request_id: None,
            previous_hash: &row.previous_hash,
        })
    }

    fn walk(rows: &[Row], head: &Head) -> Option<i64> {
        let mut walk = Walk { chain: Uuid::nil(), sequence: 0, hash: genesis(Uuid::nil()) };
        let result = rows.iter().try_for_each(|row| walk.take(row)).and_then(|()| walk.finish(head));
        result.err().map(|broken| broken.sequence)
    }

    #[test]
    fn each_kind_of_tampering_names_its_row() {
        let (rows, head) = chain_of(5);
        assert_eq!(walk(&rows, &head), None);
        let mut changed = rows.clone();
        changed[2].details = "{\"x\":1}".to_owned();
        assert_eq!(walk(&changed, &head), Some(3));
        let mut rehashed = rows.clone();
        rehashed[2].details = "{\"x\":1}".to_owned();
        rehashed[2].hash = hash_of(&rehashed[2]);
        assert_eq!(walk(&rehashed, &head), Some(4), "the row after a row that was replaced with a hash of its own");
        let mut last = rows.clone();
        last[4].details = "{\"x\":1}".to_owned();
        last[4].hash = hash_of(&last[4]);
        assert_eq!(walk(&last, &head), Some(5), "the head knows the last row");
        let mut hole = rows.clone();
        hole.remove(1);
        assert_eq!(walk(&hole, &head), Some(2));
        assert_eq!(walk(&rows[..3], &head), Some(4), "a tail that was cut off");
        assert_eq!(walk(&[], &head), Some(1), "a log that was emptied");
        let appended = Head { last: Some(6), ..head.clone() };
        assert_eq!(walk(&rows, &appended), Some(6), "a row that was appended past the door");
        let mut swapped = rows;
        swapped.swap(1, 2);
        assert_eq!(walk(&swapped, &head), Some(2));
    }
}
