//! Sealing.

use crate::gather::{self, Item, Which};
use crate::{SealKey, compose, queries, rules};
use audit::{Door, Event};
use chrono::{Months, NaiveDate};
use platform::db::{execute, rows};
use platform::{AppError, Result};
use sea_orm::{FromQueryResult, Value};
use seal::manifest::Kind;
use seal::sealing::{Sealed, seal};
use serde_json::json;
use shared_types::seals::{BlockerKind, CreateSeal, Seal, SealBlocker, SealKind};
use std::collections::HashSet;
use std::fmt::Write as _;
use systems::Scope;
use uuid::Uuid;

/// Rows of one INSERT of four values each: databases bound the number of values in a statement.
const PINS_PER_INSERT: usize = 500;
/// Blockers that a refusal names; the list of all has an address of its own.
const NAMED: usize = 5;

#[derive(FromQueryResult)]
struct Number {
    last_seal_number: i32,
}

/// Seals the evidence of a system as it stands. An assessment is refused while anything is open, every seal while a file is withheld;
/// `scanner` says whether there is one for malware.
pub(crate) async fn create(door: &mut Door<'_>, scope: &Scope, key: &SealKey, scanner: bool, new: &CreateSeal) -> Result<Seal> {
    let id = scope.system;
    let approved = Which::Approved(scope.today);
    let links = gather::links(door.tx, id).await?;
    let objectives = gather::objectives(door.tx, id).await?;
    let mut blockers = Vec::new();
    let (kind, items) = match new.kind {
        SealKind::Working => (Kind::Working, gather::items(door.tx, id, Which::Newest).await?),
        SealKind::Assessment => {
            let items = gather::items(door.tx, id, approved).await?;
            blockers = rules::blockers(&objectives, &gather::supported(&items, &links));
            (Kind::Assessment, items)
        }
    };
    blockers.extend(rules::withheld(&items, scanner));
    if !blockers.is_empty() {
        return Err(AppError::conflict(refusal(&blockers)));
    }
    let number = next_number(door, scope).await?;
    let packs = gather::packs(door.tx, id).await?;
    let row = gather::system(door.tx, id).await?;
    let mut manifest = compose::empty(kind, new.label.as_str(), door.now, id, &row, compose::level(&packs));
    manifest.number = Some(u32::try_from(number).map_err(AppError::internal)?);
    manifest.status_date = new.status_date.map(|date| date.to_string());
    manifest.packs = compose::packs(packs, &controls::load_score(door.tx, id).await?);
    manifest.findings = compose::findings(&objectives);
    compose::fill(&mut manifest, &items, &links)?;
    let copies = manifest.copies();
    let size = copies.iter().try_fold(0_u64, |sum, (file, _)| sum.checked_add(file.size));
    let size = size.ok_or_else(|| AppError::conflict("All files together are larger than any archive."))?;
    let counts = [manifest.files.len() as u64, copies.len() as u64, size];
    drop(copies);
    let sealed = seal(manifest, key.signing()).map_err(AppError::internal)?;
    let seal_id = insert(door, scope, new, number, counts, &key.public().fingerprint(), &sealed).await?;
    pin(door, scope, seal_id, &items).await?;
    if let (SealKind::Assessment, Some(date)) = (new.kind, new.status_date) {
        retain(door, seal_id, date).await?;
    }
    let details = json!({
        "number": number, "kind": new.kind, "status_date": new.status_date, "files": counts[0], "copies": counts[1],
        "manifest_sha256": seal::sha256(&sealed.manifest), "log_sha256": seal::sha256(&sealed.artifacts_log),
        "key": key.public().fingerprint(),
    });
    door.record(Event::new("seal.create", "seal", seal_id).details(details));
    queries::one(door.tx, id, number).await?.into_seal(&row.time_zone)
}

/// Why an assessment can't be frozen, in words.
fn refusal(blockers: &[SealBlocker]) -> String {
    let mut words = match blockers.len() {
        1 => "1 thing stands in the way of sealing:".to_owned(),
        count => format!("{count} things stand in the way of sealing:"),
    };
    for blocker in blockers.iter().take(NAMED) {
        let what = match blocker.kind {
            BlockerKind::NotAssessed => "is not assessed",
            BlockerKind::NoEvidence => "is MET without approved, current evidence",
            BlockerKind::FileWithheld => "has a file that is handed out to nobody",
        };
        let objective =
            blocker.control.as_ref().zip(blocker.letter.as_ref()).map(|(control, letter)| format!("{control}[{letter}]"));
        let about = objective.or_else(|| blocker.evidence.clone()).unwrap_or_default();
        // Writing into a String cannot fail.
        let _written = write!(words, " {about} {what}.");
    }
    if blockers.len() > NAMED {
        words.push_str(" The list of blockers has the rest.");
    }
    words
}

async fn next_number(door: &Door<'_>, scope: &Scope) -> Result<i32> {
    let sql = "UPDATE systems SET last_seal_number = last_seal_number + 1 WHERE id = $1 RETURNING last_seal_number";
    let row = rows::<Number>(door.tx, sql, [scope.system.0.into()]).await?.into_iter().next();
    row.map(|row| row.last_seal_number).ok_or_else(AppError::not_found)
}

async fn insert(
    door: &Door<'_>,
    scope: &Scope,
    new: &CreateSeal,
    number: i32,
    counts: [u64; 3],
    fingerprint: &str,
    sealed: &Sealed,
) -> Result<Uuid> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(AppError::internal);
    let count = |value: u64| i64::try_from(value).map_err(AppError::internal);
    let [files, copies, size] = counts;
    let id: Uuid = door.id()?;
    let sql = "INSERT INTO seals (id, system_id, number, kind, label, status_date, sealed_at, sealed_by, files, copies, size, \
               log_sha256, key_fingerprint, signature, manifest, artifacts_log, hash_log) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    let values: [Value; 17] = [
        id.into(),
        scope.system.0.into(),
        number.into(),
        new.kind.as_str().into(),
        new.label.as_str().into(),
        new.status_date.into(),
        door.now.into(),
        scope.user.0.into(),
        count(files)?.into(),
        count(copies)?.into(),
        count(size)?.into(),
        seal::sha256(&sealed.artifacts_log).into(),
        fingerprint.into(),
        hex::encode(sealed.signature).into(),
        text(&sealed.manifest)?.into(),
        text(&sealed.artifacts_log)?.into(),
        text(&sealed.hash_log)?.into(),
    ];
    execute(door.tx, sql, values).await?;
    Ok(id)
}

/// Artifacts are kept six years from the status date (32 CFR 170.17(c)(4), and likewise for self-assessments).
const RETENTION: Months = Months::new(72);

/// Keeps the evidence of an assessment at least so long.
async fn retain(door: &Door<'_>, seal: Uuid, status_date: NaiveDate) -> Result<()> {
    let until = status_date.checked_add_months(RETENTION).unwrap_or(NaiveDate::MAX);
    let sql = "UPDATE evidence SET retain_until = $1 WHERE (retain_until IS NULL OR retain_until < $1) AND id IN \
               (SELECT v.evidence_id FROM seal_files s JOIN evidence_files f ON f.id = s.file_id \
               JOIN evidence_versions v ON v.id = f.version_id WHERE s.seal_id = $2)";
    execute(door.tx, sql, [until.into(), seal.into()]).await?;
    Ok(())
}

/// Keeps the files of a seal.
async fn pin(door: &Door<'_>, scope: &Scope, seal: Uuid, items: &[Item]) -> Result<()> {
    let mut seen = HashSet::new();
    let pins: Vec<(Uuid, Uuid)> =
        items.iter().filter_map(|item| Some((item.file_id?, item.blob_id?))).filter(|(file, _)| seen.insert(*file)).collect();
    for pins in pins.chunks(PINS_PER_INSERT) {
        let mut values: Vec<Value> = vec![seal.into(), scope.system.0.into()];
        let mut places = Vec::with_capacity(pins.len());
        for (file, blob) in pins {
            values.extend([(*file).into(), (*blob).into()]);
            places.push(format!("($1, $2, ${}, ${})", values.len() - 1, values.len()));
        }
        let sql = format!("INSERT INTO seal_files (seal_id, system_id, file_id, blob_id) VALUES {}", places.join(", "));
        execute(door.tx, &sql, values).await?;
    }
    Ok(())
}
