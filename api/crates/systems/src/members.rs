//! Members: who may do what in a system. There is always a manager.

use audit::{Door, Event};
use identity::{Notice, notice};
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Result, Tx};
use sea_orm::FromQueryResult;
use shared_types::systems::Role;
use shared_types::text::Email;
use shared_types::{ErrorCode, FieldCode, SystemId, UserId};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct Existing {
    role: String,
    version: i64,
}

/// The role of a user in a system, inside a change.
pub async fn role_in(tx: &Tx, system: SystemId, user: UserId) -> Result<Option<Role>> {
    let sql = "SELECT role, version FROM members WHERE system_id = $1 AND user_id = $2";
    let row = rows::<Existing>(tx, sql, [system.0.into(), user.0.into()]).await?.into_iter().next();
    Ok(row.and_then(|row| Role::parse(&row.role)))
}

/// Whether a person may be given work in a system, inside a change: a contributor or manager whose account is in use. A deactivated
/// account keeps its memberships.
pub async fn may_work(tx: &Tx, system: SystemId, user: UserId) -> Result<bool> {
    let sql = "SELECT m.role, m.version FROM members m JOIN users u ON u.id = m.user_id \
               AND u.deactivated_at IS NULL AND u.deleted_at IS NULL WHERE m.system_id = $1 AND m.user_id = $2";
    let row = rows::<Existing>(tx, sql, [system.0.into(), user.0.into()]).await?.into_iter().next();
    Ok(row.and_then(|row| Role::parse(&row.role)).is_some_and(|role| role.allows(Role::Contributor)))
}

/// Adds a user who is not a member yet.
pub async fn add_member(door: &mut Door<'_>, system: SystemId, user: UserId, role: Role) -> Result<()> {
    let sql = "INSERT INTO members (system_id, user_id, role, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) \
               ON CONFLICT (system_id, user_id) DO NOTHING";
    if execute(door.tx, sql, [system.0.into(), user.0.into(), role.as_str().into(), door.now.into()]).await? == 0 {
        return Err(AppError::new(ErrorCode::Taken).field("/email", FieldCode::Taken, "this person is a member already"));
    }
    door.record(Event::new("member.add", "user", user).details(serde_json::json!({ "role": role })));
    Ok(())
}

/// The account of an address. Says no more than a field error to a manager who asks for one that does not exist.
pub(crate) async fn account_of(door: &Door<'_>, email: &Email) -> Result<UserId> {
    let unknown =
        || AppError::invalid("/email", FieldCode::NotFound, "nobody has this address; an administrator can invite people");
    let found = rows::<Found>(door.tx, "SELECT id FROM users WHERE email = $1", [email.as_str().into()]).await?;
    found.into_iter().next().map(|row| UserId(row.id)).ok_or_else(unknown)
}

async fn existing(door: &Door<'_>, system: SystemId, user: UserId, known: &IfMatch) -> Result<Role> {
    let sql = "SELECT role, version FROM members WHERE system_id = $1 AND user_id = $2";
    let row = rows::<Existing>(door.tx, sql, [system.0.into(), user.0.into()]).await?.into_iter().next();
    let row = row.ok_or_else(AppError::not_found)?;
    known.check(row.version)?;
    Role::parse(&row.role).ok_or_else(|| AppError::internal("a member has an unknown role"))
}

/// Refuses to leave a system without a manager. Safe because the door holds the system's lock.
pub(crate) async fn keep_a_manager(door: &Door<'_>, system: SystemId, leaving: UserId) -> Result<()> {
    let sql = "SELECT user_id AS id FROM members WHERE system_id = $1 AND role = 'manager' AND user_id <> $2 LIMIT 1";
    let others = rows::<Found>(door.tx, sql, [system.0.into(), leaving.0.into()]).await?;
    if others.is_empty() {
        Err(AppError::conflict("A system needs a manager. Make somebody else manager first."))
    } else {
        Ok(())
    }
}

/// Changes a role.
pub(crate) async fn set_role(door: &mut Door<'_>, system: SystemId, user: UserId, role: Role, known: &IfMatch) -> Result<()> {
    let before = existing(door, system, user, known).await?;
    if before == Role::Manager && role != Role::Manager {
        keep_a_manager(door, system, user).await?;
    }
    // By hand from now on: groups no longer decide it.
    let sql = "UPDATE members SET role = $1, from_groups = FALSE, updated_at = $2, version = version + 1 WHERE system_id = $3 AND user_id = $4";
    execute(door.tx, sql, [role.as_str().into(), door.now.into(), system.0.into(), user.0.into()]).await?;
    door.record(Event::new("member.set_role", "user", user).details(serde_json::json!({ "old": before, "new": role })));
    notice(door, user, Notice::RoleChanged { system, role: Some(role) }).await
}

/// Ends a membership.
pub(crate) async fn remove(door: &mut Door<'_>, system: SystemId, user: UserId, known: &IfMatch) -> Result<()> {
    if existing(door, system, user, known).await? == Role::Manager {
        keep_a_manager(door, system, user).await?;
    }
    execute(door.tx, "DELETE FROM members WHERE system_id = $1 AND user_id = $2", [system.0.into(), user.0.into()]).await?;
    door.record(Event::new("member.remove", "user", user));
    notice(door, user, Notice::RoleChanged { system, role: None }).await
}
