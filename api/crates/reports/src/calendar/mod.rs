//! The calendar: everything with a day, of one system for a page, and of all a person's systems for a feed.
//!
//! - `sources.rs`: where entries come from, registered in one place
//! - `feeds.rs`: the feeds of a person and their secrets; `ics.rs`: a feed as RFC 5545

pub(crate) mod feeds;
pub(crate) mod ics;
mod sources;

use chrono::{Datelike, NaiveDate, TimeDelta};
use platform::http::query::{several, several_named};
use platform::{AppError, Db, Result};
use sea_orm::{FromQueryResult, Value};
use serde::{Deserialize, Serialize};
use shared_types::calendar::{Calendar, CalendarEntry, CalendarKind, CalendarStatus, DUE_SOON_DAYS, MAX_CALENDAR_DAYS};
use shared_types::evidence::EXPIRING_DAYS;
use shared_types::identity::Person;
use shared_types::systems::Role;
use shared_types::{FieldCode, UserId};
use sources::{SOURCES, Source};
use systems::Scope;
use utoipa::IntoParams;
use uuid::Uuid;

/// Entries of one answer.
const MOST: usize = 2_000;

/// Which part of the calendar.
#[derive(Debug, Clone, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The first day.
    pub from: NaiveDate,
    /// The last day: at most 400 days in all.
    pub to: NaiveDate,
    /// `review`, `task`, `evidence`, separated by commas; all if absent.
    pub kinds: Option<String>,
    /// Whose: ids of people, `me` or `none`, separated by commas.
    pub assignee: Option<String>,
    /// `overdue`, `soon`, `planned`, `done`, separated by commas.
    pub status: Option<String>,
}

/// An entry as read.
#[derive(Debug, Clone, FromQueryResult)]
struct EntryRow {
    kind: String,
    id: Uuid,
    reference: String,
    title: String,
    day: NaiveDate,
    done: i32,
    owner_id: Option<Uuid>,
    owner_name: Option<String>,
    version: i64,
}

/// For how many days before its day an entry is soon.
fn soon_days(kind: CalendarKind) -> i64 {
    match kind {
        CalendarKind::Review | CalendarKind::Task => DUE_SOON_DAYS,
        CalendarKind::Evidence => i64::from(EXPIRING_DAYS),
    }
}

/// How an entry stands today.
fn status(kind: CalendarKind, day: NaiveDate, done: bool, today: NaiveDate) -> CalendarStatus {
    match (day - today).num_days() {
        _ if done => CalendarStatus::Done,
        ..0 => CalendarStatus::Overdue,
        days if days <= soon_days(kind) => CalendarStatus::Soon,
        _ => CalendarStatus::Planned,
    }
}

/// Who is offered another day for an entry: a contributor a task's that is not done, the owner or a manager a review's, nobody that of
/// evidence. What is sent then is an ordinary change of the task or the control, and their rules decide.
fn movable(scope: &Scope, kind: CalendarKind, done: bool, owner: Option<Uuid>) -> bool {
    let contributes = !scope.archived && scope.role.allows(Role::Contributor);
    match kind {
        CalendarKind::Task => contributes && !done,
        CalendarKind::Review => contributes && (scope.role.allows(Role::Manager) || owner == Some(scope.user.0)),
        CalendarKind::Evidence => false,
    }
}

/// The statement over these sources, each with the same condition on its system and its day.
fn statement(sources: &[&Source], systems: &str, from: &str, to: &str) -> String {
    let branch = |source: &&Source| {
        let Source { kind, select, day, condition, system } = source;
        format!("SELECT '{kind}' AS kind, {select} AND {condition} AND {system} {systems} AND {day} >= {from} AND {day} <= {to}")
    };
    sources.iter().map(branch).collect::<Vec<_>>().join(" UNION ALL ")
}

/// The calendar of a system, by day. One statement.
pub(crate) async fn read(db: &Db, scope: &Scope, wanted: &Wanted) -> Result<Calendar> {
    for (name, day) in [("from", wanted.from), ("to", wanted.to)] {
        // Dates far away are slips of the pen, and databases disagree about them.
        if !(1990..2200).contains(&day.year()) {
            return Err(AppError::invalid(name, FieldCode::OutOfRange, "a date from 1990 to 2199"));
        }
    }
    let days = (wanted.to - wanted.from).num_days();
    if !(0..MAX_CALENDAR_DAYS).contains(&days) {
        let words = format!("not before `from`, and at most {MAX_CALENDAR_DAYS} days in all");
        return Err(AppError::invalid("to", FieldCode::OutOfRange, words));
    }
    let kinds = several_named("kinds", wanted.kinds.as_deref(), CalendarKind::ALL, CalendarKind::as_str)?;
    let statuses = several_named("status", wanted.status.as_deref(), CalendarStatus::ALL, CalendarStatus::as_str)?;
    let sources: Vec<&Source> = SOURCES.iter().filter(|source| kinds.is_empty() || kinds.contains(&source.kind)).collect();
    let mut values: Vec<Value> = vec![scope.system.0.into(), wanted.from.into(), wanted.to.into()];
    let mut conditions = vec!["1 = 1".to_owned()];
    let people = people(wanted.assignee.as_deref(), scope.user, &mut values)?;
    conditions.extend(people);
    if !statuses.is_empty() {
        let first = values.len() + 1;
        let last_day = |kind| scope.today.checked_add_signed(TimeDelta::days(soon_days(kind))).unwrap_or(NaiveDate::MAX);
        values.push(scope.today.into());
        values.extend([CalendarKind::Task, CalendarKind::Evidence].map(|kind| Value::from(last_day(kind))));
        let (today, due, expires) = (format!("${first}"), format!("${}", first + 1), format!("${}", first + 2));
        let later = format!("(day > {expires} OR (kind <> 'evidence' AND day > {due}))");
        let one = |status: &CalendarStatus| match status {
            CalendarStatus::Done => "done = 1".to_owned(),
            CalendarStatus::Overdue => format!("(done = 0 AND day < {today})"),
            CalendarStatus::Soon => format!("(done = 0 AND day >= {today} AND NOT {later})"),
            CalendarStatus::Planned => format!("(done = 0 AND {later})"),
        };
        conditions.push(format!("({})", statuses.iter().map(one).collect::<Vec<_>>().join(" OR ")));
        // All places are used whatever is asked for: PostgreSQL must know the type of each.
        conditions.push(format!("{today} <= {due} AND {due} <= {expires}"));
    }
    let sql = format!(
        "SELECT e.* FROM ({}) e WHERE {} ORDER BY day, kind, reference, id LIMIT {}",
        statement(&sources, "= $1", "$2", "$3"),
        conditions.join(" AND "),
        MOST + 1
    );
    let mut rows = db.rows::<EntryRow>(&sql, values).await?;
    let cut = rows.len() > MOST;
    rows.truncate(MOST);
    let entries = rows.into_iter().filter_map(|row| entry(scope, row)).collect();
    Ok(Calendar { from: wanted.from, to: wanted.to, today: scope.today, entries, cut })
}

fn people(text: Option<&str>, me: UserId, values: &mut Vec<Value>) -> Result<Option<String>> {
    let mut any = Vec::new();
    for part in several("assignee", text)? {
        let id = match part {
            "none" => {
                any.push("owner_id IS NULL".to_owned());
                continue;
            }
            "me" => me.0,
            id => id
                .parse::<Uuid>()
                .map_err(|_bad| AppError::invalid("assignee", FieldCode::BadFormat, "the id of a person, me or none"))?,
        };
        values.push(id.into());
        any.push(format!("owner_id = ${}", values.len()));
    }
    Ok((!any.is_empty()).then(|| format!("({})", any.join(" OR "))))
}

fn entry(scope: &Scope, row: EntryRow) -> Option<CalendarEntry> {
    let EntryRow { kind, id, reference, title, day, done, owner_id, owner_name, version } = row;
    let (kind, done) = (CalendarKind::parse(&kind)?, done != 0);
    Some(CalendarEntry {
        kind,
        id,
        reference,
        title,
        date: day,
        status: status(kind, day, done, scope.today),
        assignee: owner_id.zip(owner_name).map(|(id, name)| Person { id: UserId(id), name }),
        movable: movable(scope, kind, done, owner_id),
        version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_follows_the_day_unless_it_is_done() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-27");
        for (kind, date, expected) in [
            (CalendarKind::Task, "2026-11-26", CalendarStatus::Overdue),
            (CalendarKind::Task, "2026-11-27", CalendarStatus::Soon),
            (CalendarKind::Task, "2026-12-04", CalendarStatus::Soon),
            (CalendarKind::Task, "2026-12-05", CalendarStatus::Planned),
            (CalendarKind::Review, "2026-12-04", CalendarStatus::Soon),
            (CalendarKind::Review, "2026-12-05", CalendarStatus::Planned),
            (CalendarKind::Evidence, "2026-12-27", CalendarStatus::Soon),
            (CalendarKind::Evidence, "2026-12-28", CalendarStatus::Planned),
        ] {
            assert_eq!(status(kind, day(date), false, today), expected, "{kind:?} {date}");
            assert_eq!(status(kind, day(date), true, today), CalendarStatus::Done);
        }
    }
}
