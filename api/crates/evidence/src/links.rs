//! Links: what a piece of evidence supports.

use crate::queries::{self, EvidenceRef};
use audit::{Door, Event};
use chrono::NaiveDate;
use platform::db::{execute, rows};
use platform::{AppError, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use shared_types::evidence::{Evidence, NewEvidenceLink};
use shared_types::{ErrorCode, EvidenceLinkId, FieldCode, SystemId};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Most links that one request makes.
pub(crate) const MAX_LINKS: usize = 100;

/// A link whose control and objective exist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    control: Uuid,
    letter: String,
}

#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
    reference: String,
}

#[derive(FromQueryResult)]
struct Letter {
    control_id: Uuid,
    letter: String,
}

fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// Finds what links name, in two statements however many there are. `pointer` leads to the list, or to the one link.
pub(crate) async fn resolve(tx: &Tx, system: SystemId, wanted: &[NewEvidenceLink], pointer: Pointer) -> Result<Vec<Target>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    if wanted.len() > MAX_LINKS {
        return Err(AppError::invalid(pointer.list(), FieldCode::TooLong, format!("at most {MAX_LINKS} links at once")));
    }
    let controls = controls(tx, system, wanted).await?;
    let letters = letters(tx, system, controls.values().copied().collect()).await?;
    let mut targets = Vec::with_capacity(wanted.len());
    let mut seen = HashSet::new();
    for (index, link) in wanted.iter().enumerate() {
        let fault = |field: &str, code, words: &str| AppError::invalid(pointer.field(index, field), code, words);
        let control = *controls
            .get(link.control.as_str())
            .ok_or_else(|| fault("control", FieldCode::NotFound, "there is no such control in this system"))?;
        let letter = link.objective.clone().unwrap_or_default();
        if !letter.is_empty() && !letters.contains(&(control, letter.clone())) {
            return Err(fault("objective", FieldCode::NotFound, "the control has no such objective"));
        }
        if link.objective.as_deref() == Some("") {
            return Err(fault("objective", FieldCode::Required, "a letter, or leave the field out"));
        }
        let target = Target { control, letter };
        if !seen.insert(target.clone()) {
            return Err(fault("control", FieldCode::Taken, "this link stands twice"));
        }
        targets.push(target);
    }
    Ok(targets)
}

/// Where a request names its links.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pointer {
    /// The body is the one link.
    Body,
    /// In the list `links` of `metadata`.
    Metadata,
}

impl Pointer {
    fn list(self) -> &'static str {
        match self {
            Self::Body => "",
            Self::Metadata => "/metadata/links",
        }
    }

    fn field(self, index: usize, field: &str) -> String {
        match self {
            Self::Body => format!("/{field}"),
            Self::Metadata => format!("/metadata/links/{index}/{field}"),
        }
    }
}

/// The controls by what the links call them.
async fn controls(tx: &Tx, system: SystemId, wanted: &[NewEvidenceLink]) -> Result<HashMap<String, Uuid>> {
    // PostgreSQL knows no NUL in text; no control has one.
    let names: Vec<&str> = wanted.iter().map(|link| link.control.as_str()).filter(|name| !name.contains('\0')).collect();
    let ids: Vec<Uuid> = names.iter().map(|name| name.parse().unwrap_or_default()).collect();
    let sql = format!(
        "SELECT id, reference FROM controls WHERE system_id = $1 AND (reference IN ({}) OR id IN ({}))",
        places(2, names.len().max(1)),
        places(2 + names.len().max(1), ids.len().max(1))
    );
    let mut values: Vec<Value> = vec![system.0.into()];
    values.extend(names.iter().map(|name| Value::from(*name)));
    if names.is_empty() {
        values.extend([Value::from(""), Uuid::nil().into()]);
    }
    values.extend(ids.iter().map(|id| Value::from(*id)));
    let found = rows::<Found>(tx, &sql, values).await?;
    let mut by_name = HashMap::new();
    for name in names {
        let id = name.parse::<Uuid>().ok();
        if let Some(row) = found.iter().find(|row| row.reference == name || Some(row.id) == id) {
            by_name.insert(name.to_owned(), row.id);
        }
    }
    Ok(by_name)
}

/// Every objective of some controls.
async fn letters(tx: &Tx, system: SystemId, controls: HashSet<Uuid>) -> Result<HashSet<(Uuid, String)>> {
    if controls.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!(
        "SELECT control_id, letter FROM objective_findings WHERE system_id = $1 AND control_id IN ({})",
        places(2, controls.len())
    );
    let values = std::iter::once(Value::from(system.0)).chain(controls.into_iter().map(Value::from));
    let found = rows::<Letter>(tx, &sql, values.collect::<Vec<_>>()).await?;
    Ok(found.into_iter().map(|Letter { control_id, letter }| (control_id, letter)).collect())
}

/// Writes links. What is linked already is refused.
pub(crate) async fn insert(door: &mut Door<'_>, system: SystemId, evidence: Uuid, targets: &[Target]) -> Result<()> {
    let by = door.actor.user.map(|user| user.0);
    for Target { control, letter } in targets {
        let id: EvidenceLinkId = door.id()?;
        let sql = "INSERT INTO evidence_links (id, system_id, evidence_id, control_id, letter, created_by, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (evidence_id, control_id, letter) DO NOTHING";
        let values = [
            id.0.into(),
            system.0.into(),
            evidence.into(),
            (*control).into(),
            letter.as_str().into(),
            by.into(),
            door.now.into(),
        ];
        if execute(door.tx, sql, values).await? == 0 {
            let words = "the evidence supports this already";
            return Err(AppError::new(ErrorCode::Taken).field("/control", FieldCode::Taken, words));
        }
        // Evidence is work on the control: it counts as begun. Its version stays, nobody's edit of it is at stake.
        let sql = "UPDATE controls SET touched = TRUE WHERE id = $1 AND touched = FALSE";
        execute(door.tx, sql, [(*control).into()]).await?;
        let details = json!({ "link": id, "control": control, "objective": letter });
        door.record(Event::new("evidence.link", "evidence", evidence).details(details));
    }
    Ok(())
}

/// A link is a change of its evidence, too: who edits it is to know.
async fn raise_version(door: &Door<'_>, evidence: Uuid) -> Result<()> {
    let sql = "UPDATE evidence SET updated_at = $1, version = version + 1 WHERE id = $2";
    execute(door.tx, sql, [door.now.into(), evidence.into()]).await?;
    Ok(())
}

/// Adds a link.
pub(crate) async fn add(
    door: &mut Door<'_>,
    system: SystemId,
    evidence: EvidenceRef,
    link: &NewEvidenceLink,
    today: NaiveDate,
) -> Result<Evidence> {
    let id = queries::row(door.tx, system, evidence).await?.id;
    let targets = resolve(door.tx, system, std::slice::from_ref(link), Pointer::Body).await?;
    insert(door, system, id, &targets).await?;
    raise_version(door, id).await?;
    queries::evidence(door.tx, system, EvidenceRef::Id(id), today).await
}

/// Removes a link.
pub(crate) async fn remove(door: &mut Door<'_>, system: SystemId, evidence: EvidenceRef, link: EvidenceLinkId) -> Result<()> {
    let id = queries::row(door.tx, system, evidence).await?.id;
    let sql = "DELETE FROM evidence_links WHERE id = $1 AND evidence_id = $2 AND system_id = $3";
    if execute(door.tx, sql, [link.0.into(), id.into(), system.0.into()]).await? == 0 {
        return Err(AppError::not_found());
    }
    raise_version(door, id).await?;
    door.record(Event::new("evidence.unlink", "evidence", id).details(json!({ "link": link })));
    Ok(())
}
