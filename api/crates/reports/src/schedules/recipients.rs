//! Who may be told of a schedule's reports, and who is. What a recipient may read is decided anew each time: who has left the system, or
//! reads no such report any more, is passed over.

use platform::db::{execute, rows};
use platform::{AppError, Result, Tx};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use shared_types::identity::Person;
use shared_types::report_schedules::{MAX_RECIPIENTS, RecipientSkip, ScheduleRecipient};
use shared_types::reports::ReportKind;
use shared_types::systems::Role;
use shared_types::{FieldCode, ReportScheduleId, SystemId, UserId};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A person of whom is asked whether to tell.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct RecipientRow {
    schedule_id: Uuid,
    user_id: Uuid,
    name: String,
    closed: bool,
    admin: bool,
    role: Option<String>,
}

impl RecipientRow {
    /// The person.
    pub(crate) fn user(&self) -> UserId {
        UserId(self.user_id)
    }

    /// Why this person is not told of reports of a kind.
    pub(crate) fn skipped(&self, kind: ReportKind) -> Option<RecipientSkip> {
        let role = self.role.as_deref().and_then(Role::parse);
        match role {
            _ if self.closed => Some(RecipientSkip::Closed),
            None => Some(RecipientSkip::Left),
            Some(role) if self.admin || role.allows(kind.least_role()) => None,
            Some(_) => Some(RecipientSkip::Role),
        }
    }

    pub(crate) fn shown(self, kind: ReportKind) -> ScheduleRecipient {
        let skipped = self.skipped(kind);
        ScheduleRecipient { person: Person { id: self.user(), name: self.name }, skipped }
    }
}

const RECIPIENT: &str = "SELECT t.schedule_id, t.user_id, u.name, u.admin, m.role, \
    CASE WHEN u.deactivated_at IS NULL AND u.deleted_at IS NULL THEN FALSE ELSE TRUE END AS closed \
    FROM report_schedule_recipients t JOIN report_schedules s ON s.id = t.schedule_id JOIN users u ON u.id = t.user_id \
    LEFT JOIN members m ON m.system_id = s.system_id AND m.user_id = t.user_id";

/// The recipients of one schedule, by name.
pub(crate) async fn of(connection: &impl ConnectionTrait, schedule: ReportScheduleId) -> Result<Vec<RecipientRow>> {
    let sql = format!("{RECIPIENT} WHERE t.schedule_id = $1 ORDER BY u.name, u.id");
    rows(connection, &sql, [schedule.0.into()]).await
}

/// Those of all schedules of a system, by name.
pub(crate) async fn of_system(connection: &impl ConnectionTrait, system: SystemId) -> Result<HashMap<Uuid, Vec<RecipientRow>>> {
    let sql = format!("{RECIPIENT} WHERE s.system_id = $1 ORDER BY u.name, u.id");
    let mut all: HashMap<Uuid, Vec<RecipientRow>> = HashMap::new();
    for row in rows::<RecipientRow>(connection, &sql, [system.0.into()]).await? {
        all.entry(row.schedule_id).or_default().push(row);
    }
    Ok(all)
}

/// Refuses a number of recipients that none may have.
pub(crate) fn check_count(recipients: &[UserId]) -> Result<()> {
    let (code, words) = match recipients.len() {
        0 => (FieldCode::Required, "choose at least one member".to_owned()),
        count if count > MAX_RECIPIENTS => (FieldCode::TooLong, format!("at most {MAX_RECIPIENTS} members")),
        _ => return Ok(()),
    };
    Err(AppError::invalid("/recipients", code, words))
}

/// Makes these the recipients, each once. Somebody who would not be told is refused.
pub(crate) async fn set(tx: &Tx, schedule: ReportScheduleId, kind: ReportKind, wanted: &[UserId]) -> Result<()> {
    check_count(wanted)?;
    execute(tx, "DELETE FROM report_schedule_recipients WHERE schedule_id = $1", [schedule.0.into()]).await?;
    let people: BTreeSet<UserId> = wanted.iter().copied().collect();
    let places: Vec<String> = (2..people.len() + 2).map(|place| format!("${place}")).collect();
    // Only who is a member: of others it is not said whether they exist.
    let sql = format!(
        "INSERT INTO report_schedule_recipients (schedule_id, user_id) SELECT s.id, m.user_id FROM report_schedules s \
         JOIN members m ON m.system_id = s.system_id WHERE s.id = $1 AND m.user_id IN ({})",
        places.join(", ")
    );
    let mut values: Vec<Value> = vec![schedule.0.into()];
    values.extend(people.into_iter().map(|user| Value::from(user.0)));
    execute(tx, &sql, values).await?;
    check(tx, schedule, kind, wanted).await
}

/// Refuses recipients who would not be told of reports of a kind.
pub(crate) async fn check(tx: &Tx, schedule: ReportScheduleId, kind: ReportKind, wanted: &[UserId]) -> Result<()> {
    let there: HashMap<UserId, Option<RecipientSkip>> =
        of(tx, schedule).await?.into_iter().map(|row| (row.user(), row.skipped(kind))).collect();
    for (index, user) in wanted.iter().enumerate() {
        let words = match there.get(user) {
            Some(None) => continue,
            Some(Some(RecipientSkip::Role)) => "this member's role may not read reports of this kind",
            Some(Some(RecipientSkip::Left | RecipientSkip::Closed)) | None => "no member of this system",
        };
        return Err(AppError::invalid(format!("/recipients/{index}"), FieldCode::NotFound, words));
    }
    Ok(())
}
