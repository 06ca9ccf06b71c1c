//! What people call what they named by id: only what belongs to the system. Of people those who are its members, the reader, and,
//! for who reads the audit log, those who stand in it.

use platform::{Db, Result};
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeSet, HashMap};
use systems::Scope;
use uuid::Uuid;

/// The ids.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub people: BTreeSet<Uuid>,
    pub controls: BTreeSet<Uuid>,
    pub tasks: BTreeSet<Uuid>,
    /// People may also be those who stand in the audit log.
    pub actors: bool,
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    label: String,
}

/// The names, in one statement; in none where nothing is named by id.
pub(crate) async fn names(db: &Db, scope: &Scope, ids: Ids) -> Result<HashMap<Uuid, String>> {
    let Ids { people, controls, tasks, actors } = ids;
    let mut values: Vec<Value> = vec![scope.system.0.into()];
    let mut places = |ids: BTreeSet<Uuid>| -> Option<String> {
        let place = |id: Uuid| {
            values.push(id.into());
            format!("${}", values.len())
        };
        let places: Vec<String> = ids.into_iter().map(place).collect();
        (!places.is_empty()).then(|| places.join(", "))
    };
    let mut parts = Vec::new();
    if let Some(wanted) = places(people) {
        let me = places(BTreeSet::from([scope.user.0])).unwrap_or_default();
        let acted = "OR EXISTS (SELECT 1 FROM audit_events a WHERE a.chain = $1 AND a.actor_id = u.id)";
        let acted = if actors { acted } else { "" };
        parts.push(format!(
            "SELECT u.id, u.name AS label FROM users u WHERE u.id IN ({wanted}) AND (u.id = {me} \
             OR EXISTS (SELECT 1 FROM members m WHERE m.system_id = $1 AND m.user_id = u.id) {acted})"
        ));
    }
    if let Some(wanted) = places(controls) {
        parts.push(format!("SELECT id, reference AS label FROM controls WHERE system_id = $1 AND id IN ({wanted})"));
    }
    if let Some(wanted) = places(tasks) {
        let label = "'TASK-' || CAST(number AS text) AS label";
        parts.push(format!("SELECT id, {label} FROM tasks WHERE system_id = $1 AND id IN ({wanted})"));
    }
    if parts.is_empty() {
        return Ok(HashMap::new());
    }
    let found = db.rows::<Named>(&parts.join(" UNION ALL "), values).await?;
    Ok(found.into_iter().map(|Named { id, label }| (id, label)).collect())
}
