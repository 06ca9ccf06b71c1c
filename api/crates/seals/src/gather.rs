//! What is sealed, as it stands. The number of statements does not depend on how much there is.

use crate::rules::{Objective, Supported};
use chrono::{DateTime, NaiveDate, Utc};
use platform::db::rows;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::files::withheld_as_stored;
use shared_types::finding::{Basis, Finding};
use shared_types::{ErrorCode, SystemId};
use std::collections::HashMap;
use uuid::Uuid;

/// Which evidence, and which version of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// The newest version of everything that is neither deleted nor archived.
    Newest,
    /// The approved version of what is approved and current on a day.
    Approved(NaiveDate),
}

/// A file of a version, or the version without one: with a reference, or with nothing.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Item {
    pub(crate) evidence_id: Uuid,
    pub(crate) number: i32,
    pub(crate) title: String,
    pub(crate) version: i32,
    pub(crate) state: String,
    pub(crate) effective: Option<NaiveDate>,
    pub(crate) expires: Option<NaiveDate>,
    pub(crate) reviewed_at: Option<DateTime<Utc>>,
    pub(crate) file_id: Option<Uuid>,
    pub(crate) blob_id: Option<Uuid>,
    pub(crate) name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) size: Option<i64>,
    pub(crate) integrity: Option<String>,
    pub(crate) scan_state: Option<String>,
    pub(crate) reference_name: Option<String>,
    pub(crate) reference_uri: Option<String>,
    pub(crate) reference_sha256: Option<String>,
    pub(crate) custodian: Option<String>,
}

impl Item {
    /// Why nobody is given its file; none if anybody may be.
    pub(crate) fn withheld(&self, scanner: bool) -> Option<ErrorCode> {
        withheld_as_stored(self.integrity.as_deref()?, self.scan_state.as_deref()?, scanner)
    }
}

#[derive(FromQueryResult)]
struct BlobState {
    integrity: String,
    scan_state: String,
}

/// Refuses to hand a seal out while one of its files is withheld, as a download of that file is refused.
pub(crate) async fn check_readable(connection: &impl ConnectionTrait, system: SystemId, seal: i32, scanner: bool) -> Result<()> {
    let sql = "SELECT DISTINCT b.integrity, b.scan_state FROM seals s JOIN seal_files f ON f.seal_id = s.id \
               JOIN blobs b ON b.id = f.blob_id WHERE s.system_id = $1 AND s.number = $2";
    let states = rows::<BlobState>(connection, sql, [system.0.into(), seal.into()]).await?;
    match states.iter().find_map(|state| withheld_as_stored(&state.integrity, &state.scan_state, scanner)) {
        Some(code) => Err(AppError::new(code).detail("A file of this seal is handed out to nobody.")),
        None => Ok(()),
    }
}

const COLUMNS: &str = "e.id AS evidence_id, e.number, e.title, v.number AS version, v.state, v.effective, v.expires, v.reviewed_at, \
    f.id AS file_id, f.blob_id, f.name, f.media_type, b.sha256, b.size, b.integrity, b.scan_state, r.name AS reference_name, r.uri AS reference_uri, \
    r.sha256 AS reference_sha256, r.custodian";
const TABLES: &str = "LEFT JOIN evidence_files f ON f.version_id = v.id LEFT JOIN blobs b ON b.id = f.blob_id \
    LEFT JOIN evidence_references r ON r.version_id = v.id";

/// The files and references, in the order of the evidence's numbers.
pub(crate) async fn items(connection: &impl ConnectionTrait, system: SystemId, which: Which) -> Result<Vec<Item>> {
    let live = "e.system_id = $1 AND e.deleted_at IS NULL AND e.archived_at IS NULL";
    match which {
        Which::Newest => {
            let sql = format!(
                "SELECT {COLUMNS} FROM evidence e JOIN evidence_versions v ON v.evidence_id = e.id AND v.number = e.latest_version \
                 {TABLES} WHERE {live} ORDER BY e.number, f.position, f.id"
            );
            rows(connection, &sql, [system.0.into()]).await
        }
        Which::Approved(today) => {
            let sql = format!(
                "SELECT {COLUMNS} FROM evidence e JOIN evidence_versions v ON v.evidence_id = e.id AND v.number = e.approved_version \
                 {TABLES} WHERE {live} AND (v.effective IS NULL OR v.effective <= $2) AND (v.expires IS NULL OR v.expires >= $2) \
                 ORDER BY e.number, f.position, f.id"
            );
            rows(connection, &sql, [system.0.into(), today.into()]).await
        }
    }
}

#[derive(FromQueryResult)]
struct LinkRow {
    evidence_id: Uuid,
    reference: String,
    letter: String,
}

/// The objectives that each piece of evidence is linked with, in the order of the controls.
pub(crate) async fn links(connection: &impl ConnectionTrait, system: SystemId) -> Result<HashMap<Uuid, Vec<(String, String)>>> {
    let sql = "SELECT l.evidence_id, c.reference, l.letter FROM evidence_links l JOIN controls c ON c.id = l.control_id \
               WHERE l.system_id = $1 ORDER BY c.position, c.reference, l.letter";
    let mut links: HashMap<Uuid, Vec<(String, String)>> = HashMap::new();
    for row in rows::<LinkRow>(connection, sql, [system.0.into()]).await? {
        links.entry(row.evidence_id).or_default().push((row.reference, row.letter));
    }
    Ok(links)
}

#[derive(FromQueryResult)]
struct FindingRow {
    reference: String,
    letter: String,
    finding: String,
    basis: String,
}

/// The finding on each objective of the rule packs, in their order. Custom controls are no part of an assessment.
pub(crate) async fn objectives(connection: &impl ConnectionTrait, system: SystemId) -> Result<Vec<Objective>> {
    let sql = "SELECT c.reference, o.letter, o.finding, o.basis FROM objective_findings o JOIN controls c ON c.id = o.control_id \
               WHERE o.system_id = $1 AND c.adoption_id IS NOT NULL ORDER BY c.position, c.reference, o.letter";
    let found = rows::<FindingRow>(connection, sql, [system.0.into()]).await?;
    let objective = |row: FindingRow| Objective {
        control: row.reference,
        letter: row.letter,
        finding: Finding::parse(&row.finding).unwrap_or(Finding::NotAssessed),
        basis: Basis::parse(&row.basis).unwrap_or(Basis::Implemented),
    };
    Ok(found.into_iter().map(objective).collect())
}

/// What approved and current evidence supports.
pub(crate) fn supported(approved: &[Item], links: &HashMap<Uuid, Vec<(String, String)>>) -> Supported {
    let has_proof = |item: &&Item| item.file_id.is_some() || item.reference_uri.is_some();
    approved.iter().filter(has_proof).filter_map(|item| links.get(&item.evidence_id)).flatten().cloned().collect()
}

/// The system, as a manifest tells it.
#[derive(Debug, FromQueryResult)]
pub(crate) struct SystemRow {
    pub(crate) name: String,
    pub(crate) time_zone: String,
    pub(crate) cage_codes: String,
    pub(crate) uei: Option<String>,
    pub(crate) ssp_version: Option<String>,
    pub(crate) ssp_date: Option<NaiveDate>,
}

/// The system.
pub(crate) async fn system(connection: &impl ConnectionTrait, system: SystemId) -> Result<SystemRow> {
    let sql = "SELECT name, time_zone, cage_codes, uei, ssp_version, ssp_date FROM systems WHERE id = $1";
    rows(connection, sql, [system.0.into()]).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// A rule pack that the system adopted.
#[derive(Debug, FromQueryResult)]
pub(crate) struct PackRow {
    pub(crate) pack: String,
    pub(crate) version: String,
    pub(crate) level: i32,
    pub(crate) content_hash: String,
}

/// The packs, the main one first.
pub(crate) async fn packs(connection: &impl ConnectionTrait, system: SystemId) -> Result<Vec<PackRow>> {
    let sql = "SELECT p.pack, p.version, p.level, p.content_hash FROM adoptions a JOIN rule_packs p ON p.id = a.pack_id \
               WHERE a.system_id = $1 ORDER BY a.adopted_at, p.pack";
    rows(connection, sql, [system.0.into()]).await
}
