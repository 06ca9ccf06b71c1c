//! Which control is meant: by id, by reference, or by the bare number of its requirement.

use crate::place::Places;
use platform::db::{execute, rows};
use platform::{AppError, Result, Tx};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::text::ControlRef;
use shared_types::{ControlId, SystemId, TaskId};
use uuid::Uuid;

/// A control as others point to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlKey {
    /// Id.
    pub id: ControlId,
    /// Reference, such as `AC.L2-3.1.1`.
    pub reference: String,
    /// Title.
    pub title: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    reference: String,
    title: String,
}

/// The references that a text may mean, the likeliest first: itself, or the requirements of the shipped packs that have this bare
/// number. None where the text can't be a reference at all.
pub fn candidates(text: &str) -> Vec<String> {
    let Ok(reference) = ControlRef::parse(text) else { return Vec::new() };
    let reference = String::from(reference);
    let numbered = rules::shipped().iter().filter_map(|pack| pack.requirement(&reference)).map(|found| found.id.clone());
    let mut all: Vec<String> = numbered.filter(|id| *id != reference).collect();
    all.insert(0, reference);
    all
}

/// The control of a system by id (`0193...`), reference (`AC.L2-3.1.1`) or bare number (`3.1.1`); 404 if there is none.
pub async fn resolve_control(connection: &impl ConnectionTrait, system: SystemId, text: &str) -> Result<ControlKey> {
    let mut places = Places::default();
    let system = places.put(system.0);
    let wanted = if let Ok(id) = text.parse::<Uuid>() {
        format!("id = {}", places.put(id))
    } else {
        places.one_of("reference", candidates(text))
    };
    let sql = format!("SELECT id, reference, title FROM controls WHERE system_id = {system} AND {wanted}");
    let mut found = rows::<Row>(connection, &sql, places.into_values()).await?;
    // A reference that is exactly the text comes before one that only ends in it.
    found.sort_by_key(|row| row.reference != text);
    let Row { id, reference, title } = found.into_iter().next().ok_or_else(AppError::not_found)?;
    Ok(ControlKey { id: ControlId(id), reference, title })
}

/// Notes that somebody has begun with a task: none of the controls that it is about, its own and those that it is linked to, is "not
/// started" any more. Their versions stay, since nothing that an editor of a control would overwrite has changed.
pub async fn touch_controls_of(tx: &Tx, system: SystemId, task: TaskId) -> Result<()> {
    let sql = "UPDATE controls SET touched = TRUE WHERE system_id = $1 AND NOT touched AND id IN \
               (SELECT t.control_id FROM tasks t WHERE t.id = $2 UNION SELECT l.control_id FROM task_links l WHERE l.task_id = $2)";
    execute(tx, sql, [system.0.into(), task.0.into()]).await?;
    Ok(())
}
