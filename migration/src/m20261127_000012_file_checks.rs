//! What is known of the bytes of evidence: whose they count as, whether they were scanned for malware, whether they are still what
//! they were.

use crate::text::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// `created_by` names no foreign key: SQLite can't drop a column that does. Bytes from before belong to the system alone.
const UP: &str = r"
ALTER TABLE blobs ADD COLUMN created_by {uuid};
ALTER TABLE blobs ADD COLUMN scan_state text NOT NULL DEFAULT 'not_scanned';
ALTER TABLE blobs ADD COLUMN scan_signature text;
ALTER TABLE blobs ADD COLUMN scanned_at {time};
ALTER TABLE blobs ADD COLUMN integrity text NOT NULL DEFAULT 'unchecked';
ALTER TABLE blobs ADD COLUMN verified_at {time};
ALTER TABLE blobs ADD COLUMN tried_at {time};
CREATE INDEX blobs_verified ON blobs (verified_at, id);
CREATE INDEX blobs_scan ON blobs (scan_state, created_at, id);
CREATE INDEX blobs_damaged ON blobs (system_id, integrity);
";

const DOWN: &str = r"
DROP INDEX blobs_damaged;
DROP INDEX blobs_scan;
DROP INDEX blobs_verified;
ALTER TABLE blobs DROP COLUMN tried_at;
ALTER TABLE blobs DROP COLUMN verified_at;
ALTER TABLE blobs DROP COLUMN integrity;
ALTER TABLE blobs DROP COLUMN scanned_at;
ALTER TABLE blobs DROP COLUMN scan_signature;
ALTER TABLE blobs DROP COLUMN scan_state;
ALTER TABLE blobs DROP COLUMN created_by;
";
