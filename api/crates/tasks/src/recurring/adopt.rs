//! The suggestions for a system, and their adoption.

use super::make::make_due;
use super::service::{Fields, insert};
use super::suggestions::{self, Every, Suggestion};
use crate::service::People;
use audit::Door;
use chrono::{Datelike, Days, NaiveDate};
use platform::db::rows;
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::tasks::{AdoptSuggestions, AdoptedSuggestions, Priority, TemplateSuggestion};
use shared_types::text::RecurrenceRule;
use shared_types::{FieldCode, TaskTemplateId};
use systems::Scope;
use uuid::Uuid;

/// Most suggestions that are adopted at once.
const MAX_KEYS: usize = 200;
/// Days until the first task, where nobody says.
const FIRST: u64 = 30;

#[derive(FromQueryResult)]
struct ControlRow {
    id: Uuid,
    reference: String,
    title: String,
    periodic: bool,
    adopted: bool,
}

/// The controls that have a suggestion, in the packs' order, with it.
async fn found(connection: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<(ControlRow, Suggestion)>> {
    let sql = "SELECT c.id, c.reference, c.title, r.periodic, EXISTS (SELECT 1 FROM task_templates p WHERE p.system_id = c.system_id \
               AND p.suggestion = c.reference) AS adopted FROM controls c JOIN requirements r ON r.id = c.requirement_id \
               WHERE c.system_id = $1 ORDER BY c.position, c.id";
    let controls = rows::<ControlRow>(connection, sql, [scope.system.0.into()]).await?;
    Ok(controls.into_iter().filter_map(|row| suggestions::of(&row.reference, row.periodic).map(|one| (row, one))).collect())
}

/// The rule with the day of the month, or of the year, of its first day: one that every month has.
fn rule(every: Every, first: NaiveDate) -> Result<RecurrenceRule> {
    let day = first.day().min(28);
    let text = match every {
        Every::Month => format!("FREQ=MONTHLY;BYMONTHDAY={day}"),
        Every::Quarter => format!("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY={day}"),
        Every::Year => format!("FREQ=YEARLY;BYMONTH={};BYMONTHDAY={day}", first.month()),
    };
    RecurrenceRule::parse(&text).map_err(AppError::internal)
}

/// A first day that every month has, so that the first task is not a month or a year late.
fn first_day(day: NaiveDate) -> NaiveDate {
    day.with_day(day.day().min(28)).unwrap_or(day)
}

fn default_first(today: NaiveDate) -> NaiveDate {
    first_day(today.checked_add_days(Days::new(FIRST)).unwrap_or(today))
}

/// What the product suggests for the system's requirements.
pub(crate) async fn suggestions(connection: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<TemplateSuggestion>> {
    let first = default_first(scope.today);
    let shown = |(row, one): (ControlRow, Suggestion)| {
        let ControlRow { id: _, reference, title, periodic, adopted } = row;
        Ok(TemplateSuggestion {
            key: reference.clone(),
            control: reference,
            control_title: title,
            title: one.title.to_owned(),
            description: one.description.to_owned(),
            rule: rule(one.every, first)?.into(),
            lead_days: one.lead_days,
            checklist: one.checklist.iter().map(|item| (*item).to_owned()).collect(),
            periodic,
            adopted,
        })
    };
    found(connection, scope).await?.into_iter().map(shown).collect()
}

/// Adopts suggestions. One that was adopted before, whatever has become of it, is left as it is.
pub(crate) async fn adopt(door: &mut Door<'_>, scope: &Scope, request: AdoptSuggestions) -> Result<AdoptedSuggestions> {
    let AdoptSuggestions { keys, assignee, starts } = request;
    if keys.is_empty() || keys.len() > MAX_KEYS {
        let code = if keys.is_empty() { FieldCode::TooShort } else { FieldCode::TooLong };
        return Err(AppError::invalid("/keys", code, format!("1 to {MAX_KEYS} suggestions")));
    }
    let starts = starts.map_or_else(|| default_first(scope.today), first_day);
    let all = found(door.tx, scope).await?;
    let mut answer = AdoptedSuggestions { created: 0, existing: 0 };
    let (mut seen, mut made): (Vec<&str>, Vec<TaskTemplateId>) = (Vec::new(), Vec::new());
    for (index, key) in keys.iter().enumerate() {
        let missing =
            || AppError::invalid(format!("/keys/{index}"), FieldCode::NotFound, "there is no such suggestion for this system");
        let (row, one) = all.iter().find(|(row, _)| row.reference == *key).ok_or_else(missing)?;
        if row.adopted || seen.contains(&key.as_str()) {
            answer.existing += 1;
            continue;
        }
        seen.push(key);
        let fields = Fields {
            title: one.title.to_owned(),
            description: Some(one.description.to_owned()),
            control: Some(row.id),
            people: People { assignee, backup: None, reviewer: None },
            priority: Priority::Normal,
            estimate_hours: None,
            checklist: one.checklist.iter().map(|item| (*item).to_owned()).collect(),
            rule: rule(one.every, starts)?,
            starts,
            lead_days: one.lead_days,
        };
        fields.check(door, scope, None).await?;
        made.push(insert(door, scope, &fields, Some(key)).await?);
        answer.created += 1;
    }
    make_due(door, scope.system, scope.today, &made).await?;
    Ok(answer)
}
