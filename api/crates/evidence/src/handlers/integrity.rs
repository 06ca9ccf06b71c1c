use crate::queries::number;
use actix_web::get;
use actix_web::web::{Data, Json as Answer};
use chrono::{DateTime, Utc};
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::files::{EvidenceIntegrity, FileConcern, Integrity, ScanCounts, ScanState};
use shared_types::{Problem, SystemId};
use systems::{SystemMember, Viewer};

#[derive(FromQueryResult)]
struct Counts {
    sound: i64,
    unchecked: i64,
    damaged: i64,
    not_scanned: i64,
    clean: i64,
    infected: i64,
    failed: i64,
    last_verified_at: Option<DateTime<Utc>>,
    oldest_verified_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct ConcernRow {
    number: i32,
    version: i32,
    name: String,
    sha256: String,
    integrity: String,
    verified_at: Option<DateTime<Utc>>,
    scan_state: String,
    scan_signature: Option<String>,
}

/// How many of the rows are in a state.
fn count(column: &str, state: &str) -> String {
    format!("CAST(COALESCE(SUM(CASE WHEN {column} = '{state}' THEN 1 ELSE 0 END), 0) AS bigint) AS {state}")
}

const CONCERNS: &str = "SELECT e.number, v.number AS version, f.name, b.sha256, b.integrity, b.verified_at, b.scan_state, b.scan_signature \
    FROM blobs b JOIN evidence_files f ON f.blob_id = b.id JOIN evidence_versions v ON v.id = f.version_id \
    JOIN evidence e ON e.id = v.evidence_id WHERE b.system_id = $1 AND e.deleted_at IS NULL \
    AND (b.integrity = 'damaged' OR b.scan_state IN ('infected', 'failed')) ORDER BY e.number, v.number, f.name, f.id LIMIT 200";

/// How the stored files of a system fare: whether they are still what was uploaded, and what a scanner for malware says.
#[utoipa::path(operation_id = "get_evidence_integrity", tag = "evidence", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = EvidenceIntegrity),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/evidence-integrity")]
pub(super) async fn get_evidence_integrity(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
) -> Result<Answer<EvidenceIntegrity>> {
    // No entity tag: the jobs that compare and scan are no changes of the system.
    let system = member.scope.system.0;
    let by_integrity = ["sound", "unchecked", "damaged"].map(|state| count("integrity", state)).join(", ");
    let by_scan = ["not_scanned", "clean", "infected", "failed"].map(|state| count("scan_state", state)).join(", ");
    let sql = format!(
        "SELECT {by_integrity}, {by_scan}, MAX(verified_at) AS last_verified_at, \
         CASE WHEN COUNT(*) = COUNT(verified_at) THEN MIN(verified_at) END AS oldest_verified_at FROM blobs WHERE system_id = $1"
    );
    let counts = platform.db.row::<Counts>(&sql, [system.into()]).await?;
    let counts = counts.ok_or_else(|| AppError::internal("a count without a row"))?;
    let concerns = platform.db.rows::<ConcernRow>(CONCERNS, [system.into()]).await?;
    let number_of = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(Answer(EvidenceIntegrity {
        sound: number_of(counts.sound),
        unchecked: number_of(counts.unchecked),
        damaged: number_of(counts.damaged),
        last_verified_at: counts.last_verified_at,
        oldest_verified_at: counts.oldest_verified_at,
        scans: ScanCounts {
            enabled: platform.settings.clamav.is_on(),
            not_scanned: number_of(counts.not_scanned),
            clean: number_of(counts.clean),
            infected: number_of(counts.infected),
            failed: number_of(counts.failed),
        },
        concerns: concerns.into_iter().map(FileConcern::from).collect(),
    }))
}

impl From<ConcernRow> for FileConcern {
    fn from(row: ConcernRow) -> Self {
        Self {
            evidence: number(row.number),
            version: u32::try_from(row.version).unwrap_or_default(),
            name: row.name,
            sha256: row.sha256,
            integrity: Integrity::parse(&row.integrity).unwrap_or(Integrity::Unchecked),
            verified_at: row.verified_at,
            scan: ScanState::parse(&row.scan_state).unwrap_or(ScanState::NotScanned),
            scan_signature: row.scan_signature,
        }
    }
}
