//! What is shown of people, and what they can do, changes in many places at once.

use crate::door::Door;
use platform::Result;
use platform::db::execute;
use shared_types::UserId;

/// Raises the revision of each system that may show a person's name, before the name is changed or the account is deactivated or opened
/// again in the same transaction: lists and whatever is computed are known by their system's revision, and would go on showing the old
/// name, or who could confirm what, to whoever has them. Call it behind the
/// installation's door, before the person's own row is written: systems are locked before people everywhere.
///
/// A system shows who has acted in it or was a member, now or before, and its chain names both. No audit row: nothing of the system
/// changes.
pub async fn renew_where_shown(door: &Door<'_>, person: UserId) -> Result<()> {
    let sql = "UPDATE systems SET revision = revision + 1 \
               WHERE EXISTS (SELECT 1 FROM audit_events e WHERE e.chain = systems.id AND e.actor_id = $1) \
               OR EXISTS (SELECT 1 FROM audit_events e WHERE e.chain = systems.id AND e.object_id = $2)";
    execute(door.tx, sql, [person.0.into(), person.to_string().into()]).await?;
    Ok(())
}
