//! Custom controls: what an organization demands of itself beside the rule pack.
//!
//! A custom control has one objective, `a`, whose statement is the control's own: findings work on it as on every other. It is
//! never part of a score.

use super::update::check_owner;
use crate::checks::{self, Reviews};
use crate::queries::detail;
use crate::selection::CUSTOM_FAMILY;
use audit::{Door, Event};
use chrono::NaiveDate;
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Result};
use sea_orm::FromQueryResult;
use serde_json::json;
use shared_types::controls::{ControlDetail, CreateControl};
use shared_types::{ControlId, ErrorCode, FieldCode, SystemId};
use uuid::Uuid;

/// Custom controls stand after those of every rule pack (`systems::adopt` places Level 3 from 3,000).
const FIRST_POSITION: i32 = 100_000;

#[derive(FromQueryResult)]
struct Known {
    position: Option<i32>,
    taken: i64,
}

/// Creates one. Its reference must neither be taken nor look like something else.
pub(crate) async fn create(
    door: &mut Door<'_>,
    system: SystemId,
    new: &CreateControl,
    today: NaiveDate,
) -> Result<ControlDetail> {
    let CreateControl { reference, title, statement, owner, next_review } = new;
    check_reference(reference.as_str())?;
    checks::reviews(Reviews { last: None, next: *next_review, next_is_new: true, periodic: false, today })
        .map_err(checks::refuse)?;
    if let Some(owner) = owner {
        check_owner(door, system, *owner).await?;
    }
    let sql = "SELECT (SELECT MAX(position) FROM controls WHERE system_id = $1 AND adoption_id IS NULL) AS position, \
               (SELECT COUNT(*) FROM controls WHERE system_id = $1 AND reference = $2) AS taken";
    let known = rows::<Known>(door.tx, sql, [system.0.into(), reference.as_str().into()]).await?.into_iter().next();
    if known.as_ref().is_some_and(|known| known.taken > 0) {
        return Err(AppError::new(ErrorCode::Taken).field("/reference", FieldCode::Taken, "another control has this reference"));
    }
    let position = known.and_then(|known| known.position).map_or(FIRST_POSITION, |last| last.saturating_add(1));
    let id: ControlId = door.id()?;
    let sql = "INSERT INTO controls (id, system_id, reference, position, family, title, statement, owner_id, next_review, \
               not_assessed_count, touched, search_text, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $12, $12)";
    let values = [
        id.0.into(),
        system.0.into(),
        reference.as_str().into(),
        position.into(),
        CUSTOM_FAMILY.into(),
        title.as_str().into(),
        statement.as_str().into(),
        owner.map(|owner| owner.0).into(),
        (*next_review).into(),
        owner.is_some().into(),
        systems::search_text(&[reference.as_str(), title.as_str(), statement.as_str()]).into(),
        door.now.into(),
    ];
    execute(door.tx, sql, values).await?;
    let sql = "INSERT INTO objective_findings (control_id, letter, system_id) VALUES ($1, 'a', $2)";
    execute(door.tx, sql, [id.0.into(), system.0.into()]).await?;
    door.record(Event::new("control.create", "control", id).details(json!({ "reference": reference })));
    detail(door.tx, system, &id.to_string(), today).await
}

/// A rule pack's ids and numbers are its own, adopted or not; and an id must not be mistaken for a reference.
fn check_reference(reference: &str) -> Result<()> {
    if rules::shipped().iter().any(|pack| pack.requirement(reference).is_some()) {
        let detail = "this reference belongs to a rule pack";
        return Err(AppError::invalid("/reference", FieldCode::Taken, detail));
    }
    if reference.parse::<Uuid>().is_ok() {
        return Err(AppError::invalid("/reference", FieldCode::BadFormat, "a short name such as ORG-1, not an id"));
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Tied {
    tasks: i64,
    links: i64,
}

/// Deletes one. Refused while a task is about it or linked to it: the task and its confirmation would lose what they are about. Links to
/// evidence go with it, the evidence stays.
pub(crate) async fn delete(
    door: &mut Door<'_>,
    system: SystemId,
    control: &str,
    known: &IfMatch,
    today: NaiveDate,
) -> Result<()> {
    let found = detail(door.tx, system, control, today).await?.control;
    known.check(found.version)?;
    if !found.custom {
        let detail = "A rule pack's controls can't be deleted. Mark it not applicable, with its justification, if it is.";
        return Err(AppError::conflict(detail));
    }
    let sql = "SELECT (SELECT COUNT(*) FROM tasks t WHERE t.control_id = $1 AND t.deleted_at IS NULL) AS tasks, \
               (SELECT COUNT(*) FROM task_links l JOIN tasks t ON t.id = l.task_id WHERE l.control_id = $1 AND t.deleted_at IS NULL) \
               AS links";
    let tied = rows::<Tied>(door.tx, sql, [found.id.0.into()]).await?;
    if tied.iter().any(|tied| tied.tasks > 0) {
        return Err(AppError::conflict("Tasks are about this control: delete them first, or keep the control."));
    }
    if tied.iter().any(|tied| tied.links > 0) {
        return Err(AppError::conflict("Tasks are linked to this control: remove their links first."));
    }
    execute(door.tx, "UPDATE tasks SET control_id = NULL WHERE control_id = $1", [found.id.0.into()]).await?;
    execute(door.tx, "DELETE FROM controls WHERE id = $1", [found.id.0.into()]).await?;
    let details = json!({ "reference": found.reference, "finding": found.finding, "evidence": found.evidence_count });
    door.record(Event::new("control.delete", "control", found.id).details(details));
    Ok(())
}
