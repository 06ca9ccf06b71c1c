//! The daily deadline notice: tells each person once a day which tasks of a system are overdue or due soon, all in one.

use super::{daily, tell_all};
use crate::kinds::{self, Kind};
use crate::programs::{ProgramEvent, announce};
use crate::rules::{self, Deadline};
use crate::service::Notice;
use chrono::NaiveDate;
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::{SystemId, UserId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The name of the look in `job_runs`.
const LOOK: &str = "task_deadlines";
/// The kind of the notice.
const KIND: &str = "task.deadlines";

#[derive(FromQueryResult)]
struct Row {
    number: i32,
    title: String,
    due: NaiveDate,
    user_id: Uuid,
}

/// For whom a task is: who does it and, where it waits for that, who confirms it. Each once, and members only.
const DUE: &str = "SELECT t.number, t.title, t.due, m.user_id FROM tasks t JOIN members m ON m.system_id = t.system_id \
    AND m.user_id IN (t.assignee_id, t.backup_id, t.reviewer_id) \
    WHERE t.system_id = $1 AND t.deleted_at IS NULL AND t.state <> 'completed' AND t.due IS NOT NULL AND t.due_sort <= $2 \
    ORDER BY m.user_id, t.due_sort, t.number";

/// Looks at every system whose day has not been looked at; how many people were told something.
pub async fn task_deadlines(platform: &Platform) -> Result<u64> {
    daily::each(platform, LOOK, |platform, system, today| Box::pin(look(platform, system, today))).await
}

/// One system, one day. Interrupted and made again, or made by two at once, it tells nobody twice.
async fn look(platform: &Platform, system: SystemId, today: NaiveDate) -> Result<u64> {
    let at = platform.clock.now();
    let kind = kinds::find(KIND).ok_or_else(|| AppError::internal("the kind of the deadline notice is gone"))?;
    let mut people: BTreeMap<Uuid, Vec<Deadline>> = BTreeMap::new();
    for row in platform.db.rows::<Row>(DUE, [system.0.into(), rules::soon(today).into()]).await? {
        let Row { number, title, due, user_id } = row;
        people.entry(user_id).or_default().push(Deadline { number, title, due });
    }
    let mut notices = Vec::new();
    for (user, deadlines) in people {
        notices.push(Notice {
            id: Notice::id(platform)?,
            user: UserId(user),
            system: Some(system),
            kind,
            text: rules::deadline_words(&deadlines, today),
            link: format!("/s/{system}/tasks"),
            unique_key: format!("deadlines:{system}:{today}"),
            at,
            actor: None,
            object: None,
        });
    }
    tell_programs(platform, kind, system, today).await?;
    tell_all(platform, notices).await
}

#[derive(FromQueryResult)]
struct DueRow {
    number: i32,
    title: String,
    due: NaiveDate,
}

/// All of a system, whoever does it, or nobody yet.
const ALL_DUE: &str = "SELECT number, title, due FROM tasks WHERE system_id = $1 AND deleted_at IS NULL AND state <> 'completed' \
    AND due IS NOT NULL AND due_sort <= $2 ORDER BY due_sort, number";

/// Tells programs outside what is due in the system, once for the day.
async fn tell_programs(platform: &Platform, kind: &'static Kind, system: SystemId, today: NaiveDate) -> Result<()> {
    if !systems::tells_programs(platform.db.read(), system).await? {
        return Ok(());
    }
    let rows = platform.db.rows::<DueRow>(ALL_DUE, [system.0.into(), rules::soon(today).into()]).await?;
    let deadlines: Vec<Deadline> =
        rows.into_iter().map(|DueRow { number, title, due }| Deadline { number, title, due }).collect();
    if deadlines.is_empty() {
        return Ok(());
    }
    let (clock, rng) = (platform.clock.clone(), platform.rng.clone());
    let event = ProgramEvent {
        kind: kind.name.to_owned(),
        system,
        key: format!("deadlines:{system}:{today}"),
        text: rules::deadline_words(&deadlines, today),
        link: format!("/s/{system}/tasks"),
        at: clock.now(),
        actor: None,
        object: None,
    };
    let write = platform.db.write(move |tx| Box::pin(async move { announce(tx, &clock, &rng, kind, event).await }));
    write.await
}
