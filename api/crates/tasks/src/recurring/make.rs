//! The tasks that templates make: behind the door, each day once.

use super::queries::{self, Template};
use crate::key;
use crate::notify::{Detail, Kind, announce, notify};
use crate::{parts, rules, service};
use audit::{Actor, Door, Event, change_system};
use chrono::{DateTime, NaiveDate, Utc};
use platform::db::execute;
use platform::files::blocking;
use platform::{AppError, Platform, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;
use shared_types::tasks::TaskState;
use shared_types::{ErrorCode, SystemId, TaskId, TaskTemplateId, UserId};
use std::collections::{HashMap, HashSet};
use systems::may_work;
use uuid::Uuid;

/// Tasks that one change makes: on SQLite all writers wait for it. The rest follows in the next.
const BATCH: usize = 200;

/// A template with the days that have a task on a day, made already or not.
type Wanted = (Template, Vec<NaiveDate>);

/// What templates want. Pure, and for threads that may block: rules are worked out. A template that can't be read is logged
/// and makes nothing; the others do.
fn wanted(templates: Vec<Template>, today: NaiveDate) -> Vec<Wanted> {
    let mut all = Vec::new();
    for template in templates {
        match template.wanted(today) {
            Ok(days) if days.is_empty() => {}
            Ok(days) => all.push((template, days)),
            Err(error) => {
                tracing::error!(template = %template.id, error = %error.with_cause(), "a recurring task can't be read and makes nothing");
            }
        }
    }
    all
}

/// Leaves out the days that have a task.
async fn missing(connection: &impl ConnectionTrait, system: SystemId, wanted: Vec<Wanted>) -> Result<Vec<Wanted>> {
    let from: Vec<(Uuid, NaiveDate)> = wanted.iter().filter_map(|(template, days)| Some((template.id, *days.first()?))).collect();
    let there = queries::occurrences(connection, system, &from).await?;
    let there: HashSet<(Uuid, NaiveDate)> = there.into_iter().map(|row| (row.template_id, row.occurrence)).collect();
    let left = wanted.into_iter().map(|(template, mut days)| {
        days.retain(|day| !there.contains(&(template.id, *day)));
        (template, days)
    });
    Ok(left.filter(|(_, days)| !days.is_empty()).collect())
}

/// Makes what these templates, which this change has written, want today; the rest of more than a batch is left to the next look.
pub(crate) async fn make_due(door: &mut Door<'_>, system: SystemId, today: NaiveDate, only: &[TaskTemplateId]) -> Result<()> {
    let templates = queries::active_of(door.tx, system, only).await?;
    let due = first_missing(missing(door.tx, system, wanted(templates, today)).await?);
    make_each(door, system, today, &due).await
}

/// A batch of the days that have no task, each with its template.
fn first_missing(missing: Vec<Wanted>) -> Vec<(Template, NaiveDate)> {
    let each = missing.into_iter().flat_map(|(template, days)| days.into_iter().map(move |day| (template.clone(), day)));
    each.take(BATCH).collect()
}

/// Makes a batch that was worked out where nobody waits for it, as far as it is still so behind the door: a template that was changed
/// meanwhile has made its tasks itself, and a day that has a task is whoever's came first.
async fn make_known(door: &mut Door<'_>, system: SystemId, today: NaiveDate, known: Vec<(Template, NaiveDate)>) -> Result<u64> {
    let ids: Vec<Uuid> = known.iter().map(|(template, _)| template.id).collect();
    let versions = queries::versions(door.tx, system, &ids).await?;
    let same = known.into_iter().filter(|(template, _)| versions.get(&template.id) == Some(&template.version));
    let wanted: Vec<Wanted> = same.map(|(template, day)| (template, vec![day])).collect();
    let due = first_missing(missing(door.tx, system, wanted).await?);
    make_each(door, system, today, &due).await?;
    u64::try_from(due.len()).map_err(AppError::internal)
}

async fn make_each(door: &mut Door<'_>, system: SystemId, today: NaiveDate, due: &[(Template, NaiveDate)]) -> Result<()> {
    let mut may_work = HashMap::new();
    for (template, day) in due {
        make(door, system, template, *day, today, &mut may_work).await?;
    }
    Ok(())
}

/// The person, as long as he may work in the system.
async fn still(door: &Door<'_>, system: SystemId, user: Option<Uuid>, known: &mut HashMap<Uuid, bool>) -> Result<Option<UserId>> {
    let Some(user) = user else { return Ok(None) };
    let may = match known.get(&user) {
        Some(may) => *may,
        None => may_work(door.tx, system, UserId(user)).await?,
    };
    known.insert(user, may);
    Ok(may.then_some(UserId(user)))
}

async fn make(
    door: &mut Door<'_>,
    system: SystemId,
    template: &Template,
    day: NaiveDate,
    today: NaiveDate,
    may_work: &mut HashMap<Uuid, bool>,
) -> Result<()> {
    let assignee = still(door, system, template.assignee_id, may_work).await?;
    let reviewer = still(door, system, template.reviewer_id, may_work).await?;
    let checklist = parts::new_checklist(door, template.checklist_items()?)?;
    let missed = day < today;
    let id: TaskId = door.id()?;
    let number = service::take_numbers(door, system, 1).await?;
    let priority = template.priority();
    let sql = "INSERT INTO tasks (id, system_id, number, title, description, state, priority, priority_rank, control_id, assignee_id, \
               reviewer_id, due, due_sort, search_text, created_at, updated_at, estimate_hours, checklist, template_id, occurrence, missed) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $14, $15, $16, $17, $12, $18)";
    let values = [
        id.0.into(),
        system.0.into(),
        number.into(),
        template.title.as_str().into(),
        template.description.clone().into(),
        TaskState::Open.as_str().into(),
        priority.as_str().into(),
        rules::rank(priority).into(),
        template.control_id.into(),
        assignee.map(|user| user.0).into(),
        reviewer.map(|user| user.0).into(),
        day.into(),
        service::searched(&key::number(number), &template.title, template.description.as_deref()).into(),
        door.now.into(),
        template.estimate_hours.into(),
        parts::stored(&checklist)?.into(),
        template.id.into(),
        missed.into(),
    ];
    execute(door.tx, sql, values).await?;
    let details = json!({
        "number": number, "template": template.id, "occurrence": day, "missed": missed, "control": template.control_id,
        "assignee": assignee, "reviewer": reviewer, "due": day, "priority": priority,
    });
    door.record(Event::new("task.create", "task", id).details(details));
    notify(door, Kind::Assigned, system, id, assignee).await?;
    if assignee.is_some() {
        announce(door, Kind::Assigned, (system, id), Detail::default()).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct SystemRow {
    id: Uuid,
    time_zone: String,
}

const SYSTEMS: &str = "SELECT s.id, s.time_zone FROM systems s WHERE s.archived_at IS NULL \
    AND EXISTS (SELECT 1 FROM task_templates p WHERE p.system_id = s.id AND p.state = 'active') ORDER BY s.id";

/// The name of the look.
const LOOK: &str = "recurring_tasks";

/// Looks at every system whose day, in its own zone, is another than that of the last look; how many tasks were made. A template that is
/// created, changed or resumed makes its tasks at once and does not wait for this.
///
/// # Errors
/// The first system's that failed, after all have been looked at: it is looked at again by the next run, and the others were not kept
/// waiting.
pub async fn make_recurring_tasks(platform: &Platform) -> Result<u64> {
    let looks = systems::looks(platform, LOOK).await?;
    let (mut made, mut failed) = (0, None);
    for SystemRow { id, time_zone } in platform.db.rows::<SystemRow>(SYSTEMS, []).await? {
        let system = SystemId(id);
        // The moment that the day is of is what is recorded: a look that lasts past midnight has not looked at the day that begins meanwhile.
        let now = platform.clock.now();
        let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
        let today = now.with_timezone(&zone).date_naive();
        if looks.get(&system).is_some_and(|last| last.with_timezone(&zone).date_naive() == today) {
            continue;
        }
        match look(platform, system, today, now).await {
            Ok(more) => made += more,
            Err(error) => {
                tracing::error!(%system, error = %error.with_cause(), "the recurring tasks of a system can't be made");
                failed.get_or_insert(error);
            }
        }
    }
    failed.map_or(Ok(made), Err)
}

/// Makes what is due in a system, and writes down that it was looked at: a clock that was put back is looked at again.
async fn look(platform: &Platform, system: SystemId, today: NaiveDate, now: DateTime<Utc>) -> Result<u64> {
    let made = make_all(platform, system, today).await?;
    systems::looked(platform, LOOK, system, now).await?;
    Ok(made)
}

/// Makes it in as many changes as it takes. Rules are worked out here, where nobody waits; the door is opened only where something is to be
/// made.
async fn make_all(platform: &Platform, system: SystemId, today: NaiveDate) -> Result<u64> {
    let mut made = 0;
    loop {
        let templates = queries::active(platform.db.read(), system).await?;
        let wanted = blocking(move || Ok(wanted(templates, today))).await?;
        let due = first_missing(missing(platform.db.read(), system, wanted).await?);
        if due.is_empty() {
            return Ok(made);
        }
        let changed = change_system(platform, Actor::anonymous(), system, move |door| {
            Box::pin(async move { make_known(door, system, today, due).await })
        })
        .await;
        match changed {
            Ok(more) => made += more,
            // Archived meanwhile: read-only.
            Err(error) if error.code() == ErrorCode::Conflict => return Ok(made),
            Err(error) => return Err(error),
        }
    }
}
