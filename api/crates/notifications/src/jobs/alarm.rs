//! Tells the people who must know it that malware was found in a file of evidence, or that its bytes are not what they were.

use crate::kinds;
use crate::programs::{ProgramEvent, ProgramObject, announce};
use crate::service::{Notice, tell};
use evidence::{Alarm, AlarmKind};
use platform::db::rows;
use platform::{AppError, JobError, JobResult, Platform, Result, Tx, outbox};
use sea_orm::FromQueryResult;
use shared_types::UserId;
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Concerned {
    id: Uuid,
    number: i32,
    title: String,
    name: String,
}

#[derive(FromQueryResult)]
struct Recipient {
    user_id: Uuid,
}

impl From<Recipient> for Uuid {
    fn from(row: Recipient) -> Self {
        row.user_id
    }
}

/// Every piece of evidence that has the bytes, in whichever of its versions.
const CONCERNED: &str = "SELECT e.id, e.number, e.title, MIN(f.name) AS name FROM evidence_files f \
    JOIN evidence_versions v ON v.id = f.version_id JOIN evidence e ON e.id = v.evidence_id \
    WHERE f.blob_id = $1 AND f.system_id = $2 AND e.deleted_at IS NULL GROUP BY e.id, e.number, e.title ORDER BY e.number LIMIT 100";

const MANAGERS: &str = "SELECT user_id FROM members WHERE system_id = $1 AND role = 'manager' ORDER BY user_id";

const ADMINISTRATORS: &str =
    "SELECT id AS user_id FROM users WHERE admin AND deactivated_at IS NULL AND deleted_at IS NULL ORDER BY id";

/// Writes the notifications and, in the same transaction, that the job is done.
pub async fn evidence_alarm(platform: &Platform, outbox: Uuid, payload: &str) -> JobResult {
    let alarm: Alarm = serde_json::from_str(payload).map_err(|error| JobError::Fail(format!("not an alarm: {error}")))?;
    let inner = platform.clone();
    let told = platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                if outbox::finish(tx, outbox, inner.clock.now()).await? {
                    return tell_of(tx, &inner, outbox, &alarm).await;
                }
                Ok(BTreeSet::new())
            })
        })
        .await?;
    platform.live.wake(told.into_iter().map(UserId)).await;
    Ok(())
}

async fn tell_of(tx: &Tx, platform: &Platform, outbox: Uuid, alarm: &Alarm) -> Result<BTreeSet<Uuid>> {
    let Alarm { system, blob, kind } = *alarm;
    let (found, words) = match kind {
        AlarmKind::Infected => ("evidence.infected", "a scanner found malware in the file"),
        AlarmKind::Damaged => ("evidence.damaged", "the stored bytes are not those that were uploaded as"),
    };
    let found = kinds::find(found).ok_or_else(|| AppError::internal("the kind of an alarm is gone"))?;
    let mut told: BTreeSet<Uuid> =
        rows::<Recipient>(tx, MANAGERS, [system.0.into()]).await?.into_iter().map(Uuid::from).collect();
    if kind == AlarmKind::Damaged {
        told.extend(rows::<Recipient>(tx, ADMINISTRATORS, []).await?.into_iter().map(Uuid::from));
    }
    let concerned: Vec<Concerned> = rows(tx, CONCERNED, [blob.into(), system.0.into()]).await?;
    let at = platform.clock.now();
    let text = |one: &Concerned| format!("EV-{}: {words} {}: {}", one.number, one.name, one.title);
    let link = |one: &Concerned| format!("/s/{system}/evidence/EV-{}", one.number);
    // Once for each time that it is found.
    let key = |one: &Concerned| format!("{outbox}:{}", one.number);
    for one in &concerned {
        let object = Some(ProgramObject::evidence(one.id, one.number));
        let kind = found.name.to_owned();
        let event = ProgramEvent { kind, system, key: key(one), text: text(one), link: link(one), at, actor: None, object };
        announce(tx, &platform.clock, &platform.rng, found, event).await?;
    }
    // Person by person, in the order in which whoever tells several takes their locks.
    for user in &told {
        for one in &concerned {
            let notice = Notice {
                id: Notice::id(platform)?,
                user: UserId(*user),
                system: Some(system),
                kind: found,
                text: text(one),
                link: link(one),
                unique_key: key(one),
                at,
                actor: None,
                object: None,
            };
            tell(tx, notice).await?;
        }
    }
    Ok(told)
}
