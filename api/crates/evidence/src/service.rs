//! What changes in evidence that exists.

use crate::create::searched;
use crate::dates::{Span, check_owner, span, stored_tags};
use crate::queries::{self, EvidenceRef, EvidenceRow};
use crate::rules::{NEVER, demand_open};
use audit::{Door, Event};
use chrono::NaiveDate;
use platform::db::execute;
use platform::http::IfMatch;
use platform::{AppError, Result};
use sea_orm::Value;
use serde_json::{Map, json};
use shared_types::evidence::{Evidence, UpdateEvidence};
use shared_types::{FieldCode, Patch, SystemId};

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
    let UpdateEvidence { title, description, kind, sensitivity, tags, owner, effective, expires, cadence_months } = change;
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
    let kind = kind.map_or_else(|| old.kind.clone(), |kind| kind.as_str().to_owned());
    note("kind", json!(old.kind), json!(kind));
    let sensitivity = sensitivity.map_or_else(|| old.sensitivity.clone(), |new| new.as_str().to_owned());
    note("sensitivity", json!(old.sensitivity), json!(sensitivity));
    let tags = tags.map_or_else(|| Ok(old.tags.clone()), |tags| stored_tags(&tags, "/tags"))?;
    note("tags", json!(queries::tags(&old.tags)), json!(queries::tags(&tags)));
    let owner = owner.into_change().map_or(old.owner_id, |new| new.map(|user| user.0));
    note("owner", json!(old.owner_id), json!(owner));
    let dates = new_dates(&old, effective, expires, cadence_months)?;
    let Dates { span, cadence } = dates;
    note("effective", json!(old.effective), json!(span.effective));
    note("expires", json!(old.expires), json!(span.expires));
    note("cadence_months", json!(old.cadence_months), json!(cadence));
    if let Some(owner) = owner.filter(|owner| Some(*owner) != old.owner_id) {
        check_owner(door.tx, system, owner.into(), "/owner").await?;
    }
    if changes.is_empty() {
        return queries::evidence(door.tx, system, id, today).await;
    }
    let dates_move = (span.effective, span.expires) != (old.effective, old.expires);
    if dates_move {
        demand_open(old.state())?;
        let sql = "UPDATE evidence_versions SET effective = $1, expires = $2, dated_by = $3 WHERE id = $4";
        let by = door.user()?.0;
        execute(door.tx, sql, [span.effective.into(), span.expires.into(), by.into(), old.version_id.into()]).await?;
    }
    let name = old.file_name.as_ref().or(old.reference_name.as_ref()).map_or("", String::as_str);
    let search = searched(old.number, &title, description.as_deref(), &tags, name);
    let sql = "UPDATE evidence SET title = $1, description = $2, owner_id = $3, effective = $4, expires = $5, expires_sort = $6, \
               search_text = $7, updated_at = $8, kind = $10, sensitivity = $11, tags = $12, cadence_months = $13, \
               version = version + 1 WHERE id = $9";
    let values: [Value; 13] = [
        title.into(),
        description.into(),
        owner.into(),
        span.effective.into(),
        span.expires.into(),
        span.expires.unwrap_or(NEVER).into(),
        search.into(),
        door.now.into(),
        old.id.into(),
        kind.into(),
        sensitivity.into(),
        tags.into(),
        cadence.into(),
    ];
    execute(door.tx, sql, values).await?;
    door.record(Event::new("evidence.update", "evidence", old.id).details(changes));
    queries::evidence(door.tx, system, id, today).await
}

struct Dates {
    span: Span,
    cadence: Option<i32>,
}

/// The dates after a change: a cadence says until when, and an expiry of its own takes a cadence away. What is not named stays.
fn new_dates(old: &EvidenceRow, effective: Option<NaiveDate>, expires: Patch<NaiveDate>, cadence: Patch<u8>) -> Result<Dates> {
    let (expires, cadence) = (expires.into_change(), cadence.into_change());
    if expires.flatten().is_some() && cadence.flatten().is_some() {
        return Err(AppError::invalid("/cadence_months", FieldCode::Unknown, "an expiry or a cadence, not both"));
    }
    let kept = old.cadence_months.and_then(|months| u8::try_from(months).ok());
    let cadence = match (cadence, expires) {
        (Some(new), _) => new,
        (None, Some(_)) => None,
        (None, None) => kept,
    };
    // An expiry that stands stays, unless a cadence is new or the date it counts from is.
    let counted = cadence.is_some() && (cadence != kept || effective.is_some_and(|date| date != old.effective));
    let expires = match expires {
        Some(new) => new,
        None if counted => None,
        None => old.expires,
    };
    let span = span(effective.unwrap_or(old.effective), expires, cadence, "")?;
    Ok(Dates { span, cadence: cadence.map(i32::from) })
}
