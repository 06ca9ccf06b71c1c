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

/// A link whose control and objective exist, or whose task does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    Control(Uuid, String),
    Task(Uuid),
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
    let tasks = tasks(tx, system, wanted).await?;
    let mut targets = Vec::with_capacity(wanted.len());
    let mut seen = HashSet::new();
    for (index, link) in wanted.iter().enumerate() {
        let fault = |field: &str, code, words: &str| AppError::invalid(pointer.field(index, field), code, words);
        let target = match (&link.control, &link.task) {
            (Some(name), None) => {
                let missing = || fault("control", FieldCode::NotFound, "there is no such control in this system");
                let control = *controls.get(name.as_str()).ok_or_else(missing)?;
                let letter = link.objective.clone().unwrap_or_default();
                if !letter.is_empty() && !letters.contains(&(control, letter.clone())) {
                    return Err(fault("objective", FieldCode::NotFound, "the control has no such objective"));
                }
                if link.objective.as_deref() == Some("") {
                    return Err(fault("objective", FieldCode::Required, "a letter, or leave the field out"));
                }
                Target::Control(control, letter)
            }
            (None, Some(name)) => {
                if link.objective.is_some() {
                    return Err(fault("objective", FieldCode::Unknown, "a task has no objectives"));
                }
                let missing = || fault("task", FieldCode::NotFound, "there is no such task in this system");
                Target::Task(*tasks.get(name.as_str()).ok_or_else(missing)?)
            }
            (None, None) => return Err(fault("control", FieldCode::Required, "a control or a task")),
            (Some(_), Some(_)) => return Err(fault("task", FieldCode::Unknown, "a control or a task, not both")),
        };
        if !seen.insert(target.clone()) {
            let field = if link.task.is_some() { "task" } else { "control" };
            return Err(fault(field, FieldCode::Taken, "this link stands twice"));
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
    let names: Vec<&str> = wanted.iter().filter_map(|link| link.control.as_deref()).filter(|name| !name.contains('\0')).collect();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = names.iter().map(|name| name.parse().unwrap_or_default()).collect();
    let sql = format!(
        "SELECT id, reference FROM controls WHERE system_id = $1 AND (reference IN ({}) OR id IN ({}))",
        places(2, names.len()),
        places(2 + names.len(), ids.len())
    );
    let mut values: Vec<Value> = vec![system.0.into()];
    values.extend(names.iter().map(|name| Value::from(*name)));
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

#[derive(FromQueryResult)]
struct FoundTask {
    id: Uuid,
    number: i32,
}

/// The tasks by what the links call them.
async fn tasks(tx: &Tx, system: SystemId, wanted: &[NewEvidenceLink]) -> Result<HashMap<String, Uuid>> {
    let names: Vec<&str> = wanted.iter().filter_map(|link| link.task.as_deref()).collect();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let number = |name: &str| name.strip_prefix("TASK-").and_then(|number| number.parse::<i32>().ok());
    let sql = format!(
        "SELECT id, number FROM tasks WHERE system_id = $1 AND deleted_at IS NULL AND (number IN ({}) OR id IN ({}))",
        places(2, names.len()),
        places(2 + names.len(), names.len())
    );
    let mut values: Vec<Value> = vec![system.0.into()];
    values.extend(names.iter().map(|name| Value::from(number(name).unwrap_or_default())));
    values.extend(names.iter().map(|name| Value::from(name.parse::<Uuid>().unwrap_or_default())));
    let found = rows::<FoundTask>(tx, &sql, values).await?;
    let meant = |name: &str| found.iter().find(|task| Some(task.number) == number(name) || name.parse() == Ok(task.id));
    Ok(names.into_iter().filter_map(|name| Some((name.to_owned(), meant(name)?.id))).collect())
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
    for target in targets {
        let id: EvidenceLinkId = door.id()?;
        let (control, letter, task) = match target {
            Target::Control(control, letter) => (Some(*control), letter.as_str(), None),
            Target::Task(task) => (None, "", Some(*task)),
        };
        let sql = "INSERT INTO evidence_links (id, system_id, evidence_id, control_id, letter, task_id, created_by, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        let values = [
            id.0.into(),
            system.0.into(),
            evidence.into(),
            control.into(),
            letter.into(),
            task.into(),
            by.into(),
            door.now.into(),
        ];
        if execute(door.tx, sql, values).await? == 0 {
            let field = if task.is_some() { "/task" } else { "/control" };
            let words = "the evidence supports this already";
            return Err(AppError::new(ErrorCode::Taken).field(field, FieldCode::Taken, words));
        }
        if let Some(control) = control {
            // Evidence is work on the control: it counts as begun. Its version stays, nobody's edit of it is at stake.
            let sql = "UPDATE controls SET touched = TRUE WHERE id = $1 AND touched = FALSE";
            execute(door.tx, sql, [control.into()]).await?;
        }
        let details = json!({ "link": id, "control": control, "objective": letter, "task": task });
        door.record(Event::new("evidence.link", "evidence", evidence).details(details));
    }
    Ok(())
}

/// A link is a change of its evidence, too: who edits it is to know.
pub(crate) async fn raise_version(door: &Door<'_>, evidence: Uuid) -> Result<()> {
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
