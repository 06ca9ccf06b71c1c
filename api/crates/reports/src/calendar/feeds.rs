//! The feeds of a person: a secret address each, of which only the hash is kept.
//!
//! The address is the one secret of the product that stands in a URL, because calendars can send nothing else. It opens reading alone, of
//! days and titles; it is shown once, changed or revoked at once, and its part of the path is not logged.

use super::ics::Event;
use super::{Source, sources::SOURCES, statement};
use audit::{Door, Event as Recorded};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use identity::demand;
use platform::db::{execute, rows};
use platform::{AppError, Db, Platform, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use serde_json::json;
use sha2::{Digest, Sha256};
use shared_types::calendar::{CalendarFeed, CreatedCalendarFeed};
use shared_types::operation::Feature;
use shared_types::{CalendarFeedId, FieldCode, SystemId, UserId};
use uuid::Uuid;

/// Feeds of one person.
const MOST: usize = 20;
/// Entries of one feed, the earliest first.
const MOST_EVENTS: usize = 5_000;
/// How far a feed looks back and ahead, in days.
const BACK: u64 = 90;
const AHEAD: u64 = 400;
/// Last reading is written down at most this often.
const READ_STEP: Duration = Duration::hours(1);

#[derive(FromQueryResult)]
struct FeedRow {
    id: Uuid,
    system_id: Option<Uuid>,
    system_name: Option<String>,
    created_at: DateTime<Utc>,
    rotated_at: DateTime<Utc>,
    last_read_at: Option<DateTime<Utc>>,
}

impl From<FeedRow> for CalendarFeed {
    fn from(row: FeedRow) -> Self {
        let FeedRow { id, system_id, system_name, created_at, rotated_at, last_read_at } = row;
        Self { id: CalendarFeedId(id), system: system_id.map(SystemId), system_name, created_at, rotated_at, last_read_at }
    }
}

/// A condition of SQL: the person of the feed `f` may read the system `s` now. Without it a feed would tell the new name of a system that
/// is its person's no more.
const MINE: &str = "(EXISTS (SELECT 1 FROM members m WHERE m.system_id = s.id AND m.user_id = f.user_id) \
    OR EXISTS (SELECT 1 FROM users a WHERE a.id = f.user_id AND a.admin))";

/// A person's feeds, in the order in which they were made.
pub(crate) async fn of_person(connection: &impl ConnectionTrait, user: UserId) -> Result<Vec<CalendarFeed>> {
    let sql = format!(
        "SELECT f.id, f.system_id, s.name AS system_name, f.created_at, f.rotated_at, f.last_read_at FROM calendar_feeds f \
               LEFT JOIN systems s ON s.id = f.system_id AND {MINE} WHERE f.user_id = $1 ORDER BY f.created_at, f.id"
    );
    Ok(rows::<FeedRow>(connection, &sql, [user.0.into()]).await?.into_iter().map(Into::into).collect())
}

fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// A new secret, and the address that it makes.
fn secret(door: &Door<'_>, platform: &Platform) -> Result<(String, String)> {
    let secret = door.rng.token()?;
    let url = format!("{}/api/v1/calendar-feeds/{secret}.ics", platform.settings.public_url());
    Ok((hash(&secret), url))
}

async fn told(door: &Door<'_>, user: UserId, id: CalendarFeedId, url: String) -> Result<CreatedCalendarFeed> {
    let feed = of_person(door.tx, user).await?.into_iter().find(|feed| feed.id == id).ok_or_else(AppError::not_found)?;
    Ok(CreatedCalendarFeed { feed, url })
}

/// Makes a feed.
pub(crate) async fn create(door: &mut Door<'_>, platform: &Platform, system: Option<SystemId>) -> Result<CreatedCalendarFeed> {
    demand(door.tx, Feature::CalendarFeeds).await?;
    let user = door.user()?;
    if of_person(door.tx, user).await?.len() >= MOST {
        return Err(AppError::conflict(format!("You have {MOST} feeds. Revoke one first.")));
    }
    if let Some(system) = system {
        let sql = "SELECT s.id FROM systems s WHERE s.id = $1 AND \
                   (EXISTS (SELECT 1 FROM members m WHERE m.system_id = s.id AND m.user_id = $2) \
                    OR EXISTS (SELECT 1 FROM users u WHERE u.id = $2 AND u.admin))";
        if rows::<Known>(door.tx, sql, [system.0.into(), user.0.into()]).await?.is_empty() {
            return Err(AppError::invalid("/system", FieldCode::NotFound, "there is no such system, or it is not yours"));
        }
    }
    let (id, (hash, url)) = (door.id::<CalendarFeedId>()?, secret(door, platform)?);
    let sql = "INSERT INTO calendar_feeds (id, user_id, system_id, hash, created_at, rotated_at) VALUES ($1, $2, $3, $4, $5, $5)";
    let values = [id.0.into(), user.0.into(), system.map(|system| system.0).into(), hash.into(), door.now.into()];
    execute(door.tx, sql, values).await?;
    door.record(Recorded::new("calendar_feed.create", "calendar_feed", id).details(json!({ "system": system })));
    told(door, user, id, url).await
}

#[derive(FromQueryResult)]
struct Known {
    #[expect(dead_code, reason = "the row's being there is the answer")]
    id: Uuid,
}

/// Gives a feed another address; the old one is dead at once.
pub(crate) async fn rotate(door: &mut Door<'_>, platform: &Platform, id: CalendarFeedId) -> Result<CreatedCalendarFeed> {
    demand(door.tx, Feature::CalendarFeeds).await?;
    let (user, (hash, url)) = (door.user()?, secret(door, platform)?);
    let sql = "UPDATE calendar_feeds SET hash = $3, rotated_at = $4, last_read_at = NULL WHERE id = $1 AND user_id = $2";
    if execute(door.tx, sql, [id.0.into(), user.0.into(), hash.into(), door.now.into()]).await? == 0 {
        return Err(AppError::not_found());
    }
    door.record(Recorded::new("calendar_feed.rotate", "calendar_feed", id));
    told(door, user, id, url).await
}

/// Revokes a feed.
pub(crate) async fn revoke(door: &mut Door<'_>, id: CalendarFeedId) -> Result<()> {
    let user = door.user()?;
    let sql = "DELETE FROM calendar_feeds WHERE id = $1 AND user_id = $2";
    if execute(door.tx, sql, [id.0.into(), user.0.into()]).await? == 0 {
        return Err(AppError::not_found());
    }
    door.record(Recorded::new("calendar_feed.revoke", "calendar_feed", id));
    Ok(())
}

/// A feed that was found by its secret, of a person whose account is open.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Opened {
    pub id: Uuid,
    pub user_id: Uuid,
    pub system_id: Option<Uuid>,
    pub system_name: Option<String>,
    last_read_at: Option<DateTime<Utc>>,
}

/// The feed of a secret; 404 for any other text.
pub(crate) async fn open(db: &Db, secret: &str) -> Result<Opened> {
    let sql = format!(
        "SELECT f.id, f.user_id, f.system_id, s.name AS system_name, f.last_read_at FROM calendar_feeds f \
         JOIN users u ON u.id = f.user_id LEFT JOIN systems s ON s.id = f.system_id AND {MINE} \
         WHERE f.hash = $1 AND u.deactivated_at IS NULL AND u.deleted_at IS NULL"
    );
    let found = db.row::<Opened>(&sql, [hash(secret).into()]).await?.ok_or_else(AppError::not_found)?;
    demand(db.read(), Feature::CalendarFeeds).await?;
    Ok(found)
}

/// Past the door of `audit`: when a feed was last read is no change of the installation.
pub(crate) async fn note(platform: &Platform, feed: &Opened) {
    let now = platform.clock.now();
    // As far ahead, and a clock that was wrong wrote it.
    if feed.last_read_at.is_some_and(|at| (now - at).abs() < READ_STEP) {
        return;
    }
    let id = feed.id;
    let sql = "UPDATE calendar_feeds SET last_read_at = $2 WHERE id = $1";
    let written = platform.db.write(move |tx| Box::pin(execute(tx, sql, [id.into(), now.into()]))).await;
    if let Err(error) = written {
        tracing::warn!(feed = %id, cause = %error.with_cause(), "the reading of a calendar feed was not written down");
    }
}

#[derive(FromQueryResult)]
struct EventRow {
    kind: String,
    system_id: Uuid,
    system_name: String,
    id: Uuid,
    reference: String,
    title: String,
    day: NaiveDate,
    done: i32,
    owner_name: Option<String>,
    version: i64,
    updated_at: DateTime<Utc>,
}

/// Everything that a feed holds today: of the systems that its person is a member of now, or of the one that it is bound to. One
/// statement, whatever their number.
pub(crate) async fn events(db: &Db, feed: &Opened, today: NaiveDate) -> Result<Vec<Event>> {
    let from = today.checked_sub_days(Days::new(BACK)).unwrap_or(today);
    let to = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
    // An administrator reads a bound system without being its member; a feed of all systems holds one's own.
    let mine = "IN (SELECT m.system_id FROM members m JOIN systems a ON a.id = m.system_id WHERE m.user_id = $1 AND a.archived_at IS NULL)";
    let mut values: Vec<Value> = vec![feed.user_id.into(), from.into(), to.into()];
    let systems = match feed.system_id {
        None => mine.to_owned(),
        Some(system) => {
            values.push(system.into());
            "IN (SELECT s.id FROM systems s WHERE s.id = $4 AND s.archived_at IS NULL AND (EXISTS (SELECT 1 FROM members m \
             WHERE m.system_id = s.id AND m.user_id = $1) OR EXISTS (SELECT 1 FROM users u WHERE u.id = $1 AND u.admin)))"
                .to_owned()
        }
    };
    let sources: Vec<&Source> = SOURCES.iter().collect();
    let sql = format!(
        "SELECT e.*, n.name AS system_name FROM ({}) e JOIN systems n ON n.id = e.system_id ORDER BY e.day, e.kind, e.reference, e.id \
         LIMIT {MOST_EVENTS}",
        statement(&sources, &systems, "$2", "$3")
    );
    let found = db.rows::<EventRow>(&sql, values).await?;
    Ok(found
        .into_iter()
        .map(|row| Event {
            kind: row.kind,
            system: row.system_id,
            system_name: row.system_name,
            id: row.id,
            reference: row.reference,
            title: row.title,
            day: row.day,
            done: row.done != 0,
            owner: row.owner_name,
            version: row.version,
            updated_at: row.updated_at,
        })
        .collect())
}
