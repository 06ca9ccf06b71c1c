//! What changes in a system's own row.

use crate::looks::forget_looks;
use crate::{adopt, members, queries};
use audit::{Door, Event};
use platform::clock::is_time_zone;
use platform::db::execute;
use platform::http::IfMatch;
use platform::{AppError, Platform, Result};
use serde_json::{Map, json};
use shared_types::systems::{CreateSystem, Role, System, UpdateSystem};
use shared_types::text::{CageCode, TimeZone};
use shared_types::{FieldCode, SystemId};

/// Where legal dates run if nobody says otherwise: most contractors' zone.
const DEFAULT_ZONE: &str = "America/New_York";
const MAX_CAGE_CODES: usize = 50;

/// A system to be, with marks that a request can't set.
pub struct NewSystem {
    /// As requested.
    pub request: CreateSystem,
    /// Part of the demonstration data.
    pub demo: bool,
}

fn check_zone(zone: Option<&TimeZone>) -> Result<()> {
    match zone {
        Some(zone) if !is_time_zone(zone.as_str()) => {
            Err(AppError::invalid("/time_zone", FieldCode::NotFound, format!("there is no time zone {zone}")))
        }
        _ => Ok(()),
    }
}

fn cage_codes(codes: &[CageCode]) -> Result<String> {
    if codes.len() > MAX_CAGE_CODES {
        return Err(AppError::invalid("/cage_codes", FieldCode::TooLong, format!("at most {MAX_CAGE_CODES}")));
    }
    serde_json::to_string(codes).map_err(AppError::internal)
}

/// Creates a system from a rule pack: its controls appear, and the one who acts becomes its manager. Called behind the
/// installation's door; the system's own chain begins with it.
pub async fn create_system(door: &mut Door<'_>, platform: &Platform, new: NewSystem) -> Result<SystemId> {
    let NewSystem { request, demo } = new;
    check_zone(request.time_zone.as_ref())?;
    let id: SystemId = door.id()?;
    let zone = request.time_zone.map_or_else(|| DEFAULT_ZONE.to_owned(), String::from);
    let sql = "INSERT INTO systems (id, name, organization, description, cage_codes, uei, time_zone, demo, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    let values = [
        id.0.into(),
        request.name.as_str().into(),
        request.organization.as_str().into(),
        request.description.map(String::from).into(),
        cage_codes(&request.cage_codes)?.into(),
        request.uei.map(String::from).into(),
        zone.into(),
        demo.into(),
        door.now.into(),
    ];
    execute(door.tx, sql, values).await?;
    door.record(Event::new("system.create", "system", id));
    let mut system = door.inner(platform, id).await?;
    system.record(Event::new("system.create", "system", id));
    adopt::adopt(&mut system, id, &request.pack).await?;
    let creator = door.user()?;
    members::add_member(&mut system, id, creator, Role::Manager).await?;
    system.close().await?;
    Ok(id)
}

/// Changes what a body names and records old and new values.
pub(crate) async fn update_system(door: &mut Door<'_>, id: SystemId, change: UpdateSystem, known: &IfMatch) -> Result<System> {
    let reader = door.user()?;
    let row = queries::system(door.tx, id, reader).await?;
    known.check(row.version)?;
    check_zone(change.time_zone.as_ref())?;
    let old = System::from(row);
    let mut new = old.clone();
    let UpdateSystem { name, organization, description, cage_codes: codes, uei, ssp_version, ssp_date, time_zone } = change;
    if let Some(name) = name {
        new.name = name.into();
    }
    if let Some(organization) = organization {
        new.organization = organization.into();
    }
    if let Some(description) = description.into_change() {
        new.description = description.map(Into::into);
    }
    if let Some(codes) = &codes {
        cage_codes(codes)?;
        new.cage_codes = codes.iter().map(|code| code.as_str().to_owned()).collect();
    }
    if let Some(uei) = uei.into_change() {
        new.uei = uei.map(Into::into);
    }
    if let Some(version) = ssp_version.into_change() {
        new.ssp_version = version.map(String::from).filter(|text| !text.is_empty());
    }
    if let Some(date) = ssp_date.into_change() {
        new.ssp_date = date;
    }
    if let Some(zone) = time_zone {
        new.time_zone = zone.into();
    }
    let changes = differences(&old, &new)?;
    if changes.is_empty() {
        return Ok(old);
    }
    let sql = "UPDATE systems SET name = $1, organization = $2, description = $3, cage_codes = $4, uei = $5, ssp_version = $6, \
               ssp_date = $7, time_zone = $8, updated_at = $9, version = version + 1 WHERE id = $10";
    let values = [
        new.name.as_str().into(),
        new.organization.as_str().into(),
        new.description.clone().into(),
        serde_json::to_string(&new.cage_codes).map_err(AppError::internal)?.into(),
        new.uei.clone().into(),
        new.ssp_version.clone().into(),
        new.ssp_date.into(),
        new.time_zone.as_str().into(),
        door.now.into(),
        id.0.into(),
    ];
    execute(door.tx, sql, values).await?;
    if new.time_zone != old.time_zone {
        forget_looks(door.tx, id).await?;
    }
    door.record(Event::new("system.update", "system", id).details(changes));
    Ok(queries::system(door.tx, id, reader).await?.into())
}

/// Each field that differs, with its old and new value.
fn differences(old: &System, new: &System) -> Result<Map<String, serde_json::Value>> {
    let object = |system: &System| serde_json::to_value(system).map_err(AppError::internal);
    let (old, new) = (object(old)?, object(new)?);
    let fields = new.as_object().into_iter().flatten();
    let changed = fields.filter_map(|(field, new)| {
        let old = old.get(field).cloned().unwrap_or_default();
        (old != *new).then(|| (field.clone(), json!({ "old": old, "new": new })))
    });
    Ok(changed.collect())
}

/// Archives a system (it becomes read-only) or restores it. Doing it twice changes nothing.
pub(crate) async fn set_archived(door: &mut Door<'_>, id: SystemId, archived: bool) -> Result<System> {
    let reader = door.user()?;
    let old = System::from(queries::system(door.tx, id, reader).await?);
    if old.archived_at.is_some() == archived {
        return Ok(old);
    }
    let at = archived.then_some(door.now);
    let sql = "UPDATE systems SET archived_at = $1, updated_at = $2, version = version + 1 WHERE id = $3";
    execute(door.tx, sql, [at.into(), door.now.into(), id.0.into()]).await?;
    door.record(Event::new(if archived { "system.archive" } else { "system.restore" }, "system", id));
    Ok(queries::system(door.tx, id, reader).await?.into())
}
