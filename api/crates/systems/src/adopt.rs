//! A system adopts a rule pack: a control appears for each requirement, a finding for each objective.

use crate::packs::insert_all;
use audit::{Door, Event};
use platform::db::{execute, rows};
use platform::{AppError, Result};
use sea_orm::{FromQueryResult, Value};
use shared_types::{ControlId, FieldCode, SystemId};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Pack {
    id: Uuid,
    version: String,
    level: i32,
}

#[derive(FromQueryResult)]
struct Requirement {
    id: Uuid,
    reference: String,
    position: i32,
    family: String,
    title: String,
    statement: String,
    objectives: i64,
}

/// What a filter's text is searched in: lowercased here, because databases disagree on LIKE and on letters beyond ASCII.
pub fn search_text(parts: &[&str]) -> String {
    parts.join("\n").to_lowercase()
}

/// Adopts the newest version of a pack.
pub(crate) async fn adopt(door: &mut Door<'_>, system: SystemId, pack: &str) -> Result<()> {
    let sql = "SELECT id, version, level FROM rule_packs WHERE pack = $1 ORDER BY loaded_at DESC, id DESC LIMIT 1";
    let unknown = || AppError::invalid("/pack", FieldCode::NotFound, "there is no such rule pack");
    let found = rows::<Pack>(door.tx, sql, [pack.into()]).await?.into_iter().next().ok_or_else(unknown)?;
    let adoption: Uuid = door.id()?;
    let sql = "INSERT INTO adoptions (id, system_id, pack_id, adopted_at) VALUES ($1, $2, $3, $4)";
    execute(door.tx, sql, [adoption.into(), system.0.into(), found.id.into(), door.now.into()]).await?;
    let sql = "SELECT r.id, r.reference, r.position, r.family, r.title, r.statement, \
               (SELECT COUNT(*) FROM objectives o WHERE o.requirement_id = r.id) AS objectives \
               FROM requirements r WHERE r.pack_id = $1 ORDER BY r.position";
    let requirements = rows::<Requirement>(door.tx, sql, [found.id.into()]).await?;
    let mut controls = Vec::with_capacity(requirements.len());
    for requirement in requirements {
        let Requirement { id: requirement_id, reference, position, family, title, statement, objectives } = requirement;
        let id: ControlId = door.id()?;
        controls.push(vec![
            Value::from(id.0),
            system.0.into(),
            adoption.into(),
            requirement_id.into(),
            reference.as_str().into(),
            // Level 2 stands before Level 3, and custom controls after both.
            (found.level * 1_000 + position).into(),
            family.into(),
            title.as_str().into(),
            i32::try_from(objectives).unwrap_or(i32::MAX).into(),
            search_text(&[&reference, &title, &statement]).into(),
            door.now.into(),
            door.now.into(),
        ]);
    }
    let columns = "controls (id, system_id, adoption_id, requirement_id, reference, position, family, title, not_assessed_count, \
                   search_text, created_at, updated_at)";
    insert_all(door.tx, columns, controls).await?;
    let sql = "INSERT INTO objective_findings (control_id, letter, system_id) \
               SELECT c.id, o.letter, c.system_id FROM controls c JOIN objectives o ON o.requirement_id = c.requirement_id \
               WHERE c.adoption_id = $1";
    execute(door.tx, sql, [adoption.into()]).await?;
    first_score(door, system, adoption, pack, &found.version).await?;
    let details = serde_json::json!({ "pack": pack, "version": found.version });
    door.record(Event::new("system.adopt_pack", "system", system).details(details));
    Ok(())
}

/// The score's history begins with the adoption: nothing assessed yet.
async fn first_score(door: &Door<'_>, system: SystemId, adoption: Uuid, pack: &str, version: &str) -> Result<()> {
    let carried = rules::shipped().iter().find(|known| known.id == pack && known.version == version);
    let pack = carried.ok_or_else(|| AppError::internal(format!("this program does not carry {pack} {version}")))?;
    let score = rules::score(pack, &[]);
    let sql = "INSERT INTO score_points (system_id, adoption_id, revision, recorded_at, state, value, best) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        system.0.into(),
        adoption.into(),
        door.revision.into(),
        door.now.into(),
        score.state.as_str().into(),
        score.value.into(),
        score.best.into(),
    ];
    execute(door.tx, sql, values).await?;
    Ok(())
}
