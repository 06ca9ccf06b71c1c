//! What changes in evidence that exists.

use crate::create::{check_dates, check_owner, searched};
use crate::queries::{self, EvidenceRef};
use crate::rules::NEVER;
use audit::{Door, Event};
use chrono::NaiveDate;
use platform::Result;
use platform::db::execute;
use platform::http::IfMatch;
use sea_orm::Value;
use serde_json::{Map, json};
use shared_types::SystemId;
use shared_types::evidence::{Evidence, UpdateEvidence};

/// Changes what a body names and records old and new values.
pub(crate) async fn update(
    door: &mut Door<'_>,
    system: SystemId,
    evidence: EvidenceRef,
    change: UpdateEvidence,
    known: &IfMatch,
    today: NaiveDate,
) -> Result<Evidence> {
    let old = queries::row(door.tx, system, evidence).await?;
    known.check(old.version)?;
    let id = EvidenceRef::Id(old.id);
    let UpdateEvidence { title, description, owner, effective, expires } = change;
    let mut changes = Map::new();
    let mut note = |field: &str, old: serde_json::Value, new: serde_json::Value| {
        if old != new {
            changes.insert(field.to_owned(), json!({ "old": old, "new": new }));
        }
    };
    let title = title.map_or_else(|| old.title.clone(), String::from);
    note("title", json!(old.title), json!(title));
    let description = description.into_change().map_or_else(|| old.description.clone(), |new| new.map(String::from));
    note("description", json!(old.description), json!(description));
    let owner = owner.into_change().map_or(old.owner_id, |new| new.map(|user| user.0));
    note("owner", json!(old.owner_id), json!(owner));
    let effective = effective.unwrap_or(old.effective);
    note("effective", json!(old.effective), json!(effective));
    let expires = expires.into_change().unwrap_or(old.expires);
    note("expires", json!(old.expires), json!(expires));
    check_dates(effective, expires, "/expires")?;
    if let Some(owner) = owner.filter(|owner| Some(*owner) != old.owner_id) {
        check_owner(door.tx, system, owner.into(), "/owner").await?;
    }
    if changes.is_empty() {
        return queries::evidence(door.tx, system, id, today).await;
    }
    let search = searched(old.number, &title, description.as_deref(), &old.file_name);
    let sql = "UPDATE evidence SET title = $1, description = $2, owner_id = $3, effective = $4, expires = $5, expires_sort = $6, \
               search_text = $7, updated_at = $8, version = version + 1 WHERE id = $9";
    let values: [Value; 9] = [
        title.into(),
        description.into(),
        owner.into(),
        effective.into(),
        expires.into(),
        expires.unwrap_or(NEVER).into(),
        search.into(),
        door.now.into(),
        old.id.into(),
    ];
    execute(door.tx, sql, values).await?;
    door.record(Event::new("evidence.update", "evidence", old.id).details(changes));
    queries::evidence(door.tx, system, id, today).await
}

/// Hides evidence. Its bytes, versions and links stay: artifacts are kept for six years.
pub(crate) async fn delete(door: &mut Door<'_>, system: SystemId, evidence: EvidenceRef, known: &IfMatch) -> Result<()> {
    let row = queries::row(door.tx, system, evidence).await?;
    known.check(row.version)?;
    let sql = "UPDATE evidence SET deleted_at = $1, deleted_by = $2, updated_at = $1, version = version + 1 WHERE id = $3";
    let by = door.user()?.0;
    execute(door.tx, sql, [door.now.into(), by.into(), row.id.into()]).await?;
    door.record(Event::new("evidence.delete", "evidence", row.id).details(json!({ "sha256": row.sha256 })));
    Ok(())
}
