//! Inviting somebody to a system who may have no account yet.
//!
//! A manager may make an account: it can do nothing but work on this system, and only the person who reads the address gets into
//! it. The manager never sees the link, because whoever has the link becomes that person; that is for administrators. Whether the
//! address had an account before, the answer does not tell: either way the person is a member afterwards.

use crate::{members, queries};
use audit::Door;
use identity::{CAN_SIGN_IN, NewUser, Notice, create_user, notice};
use platform::db::rows;
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::operation::Feature;
use shared_types::systems::{InviteMember, Member};
use shared_types::{SystemId, UserId};
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Account {
    id: Uuid,
    active: bool,
}

#[derive(FromQueryResult)]
struct State {
    archived: bool,
}

/// Makes the person a member, with an account if there is none. Behind the installation's door; opens the system's inside.
pub(crate) async fn invite(door: &mut Door<'_>, platform: &Platform, system: SystemId, request: InviteMember) -> Result<Member> {
    identity::demand(door.tx, Feature::MailedInvitations).await?;
    let mut inner = door.inner(platform, system).await?;
    let state: Vec<State> =
        rows(door.tx, "SELECT archived_at IS NOT NULL AS archived FROM systems WHERE id = $1", [system.0.into()]).await?;
    if state.iter().any(|state| state.archived) {
        return Err(AppError::conflict("This system is archived and read-only. Restore it first."));
    }
    let InviteMember { email, name, role } = request;
    let sql = format!("SELECT u.id, {CAN_SIGN_IN} AS active FROM users u WHERE u.email = $1");
    let (user, active) = match rows::<Account>(door.tx, &sql, [email.as_str().into()]).await?.into_iter().next() {
        Some(Account { id, active }) => (UserId(id), active),
        None => (create_user(door, NewUser { email, name, admin: false, password_hash: None }).await?, false),
    };
    members::add_member(&mut inner, system, user, role).await?;
    if active {
        notice(&inner, user, Notice::RoleChanged { system, role: Some(role) }).await?;
    } else {
        identity::invite_to(door, user, system).await?;
    }
    inner.close().await?;
    Ok(Member::from(queries::member(door.tx, system, user).await?))
}
