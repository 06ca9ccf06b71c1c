//! What administrators do to accounts. All of it behind the installation's door, whose lock makes "the last administrator" and
//! "still an administrator" true until the commit.

use crate::anonymise::anonymise;
use crate::notices::{Notice, notice};
use crate::sessions::end_sessions;
use crate::{requests, tokens};
use audit::{Door, Event};
use platform::db::{execute, rows};
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::access::{UserAction, UserChange, UserState};
use shared_types::{ErrorCode, UserId};

/// What a decision looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Facts {
    /// Who acts is the one concerned.
    own: bool,
    /// The one concerned administers the installation.
    admin: bool,
    state: UserState,
    /// Administrators with a password, without the one concerned: whatever becomes of a single sign-on provider, one of them gets in.
    other_admins: i64,
    /// A second administrator has approved.
    approved: bool,
}

/// What follows.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Do,
    Ask,
    Refuse(&'static str),
}

/// The rules. Pure.
fn decide(action: UserAction, facts: Facts) -> Decision {
    use Decision::{Ask, Do, Refuse};
    let Facts { own, admin, state, other_admins, approved } = facts;
    match action {
        UserAction::Deactivate if own => return Refuse("You can't deactivate your own account. Another administrator can."),
        UserAction::Delete if own => return Refuse("You can't delete your own account. Another administrator can."),
        UserAction::GrantAdmin if own => return Refuse("You can't grant yourself anything."),
        UserAction::Deactivate if state == UserState::Deactivated => return Refuse("This account is deactivated already."),
        UserAction::Reactivate if state != UserState::Deactivated => return Refuse("This account is not deactivated."),
        UserAction::GrantAdmin if admin => return Refuse("This person is an administrator already."),
        UserAction::GrantAdmin if state != UserState::Active => {
            return Refuse("Only somebody who can sign in becomes an administrator.");
        }
        UserAction::WithdrawAdmin if !admin => return Refuse("This person is no administrator."),
        _ => {}
    }
    if !(admin && action.removes_admin()) {
        return Do;
    }
    if other_admins == 0 {
        return Refuse("This is the last administrator with a password. Make somebody else administrator first.");
    }
    if own || approved { Do } else { Ask }
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// Refuses whoever is no administrator any more: the permission was checked before the lock was held.
pub(crate) async fn still_admin(door: &Door<'_>, user: UserId) -> Result<()> {
    let sql = "SELECT COUNT(*) AS count FROM users WHERE id = $1 AND admin AND deactivated_at IS NULL AND deleted_at IS NULL";
    let found = rows::<Count>(door.tx, sql, [user.0.into()]).await?;
    if found.first().is_some_and(|row| row.count == 1) { Ok(()) } else { Err(AppError::new(ErrorCode::Forbidden)) }
}

/// Administrators with a password, without this one.
async fn other_admins(door: &Door<'_>, user: UserId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS count FROM users WHERE id <> $1 AND admin AND deactivated_at IS NULL AND deleted_at IS NULL \
               AND password_hash IS NOT NULL";
    Ok(rows::<Count>(door.tx, sql, [user.0.into()]).await?.first().map_or(0, |row| row.count))
}

/// Does it, or asks for a second administrator, or refuses.
pub(crate) async fn change_user(
    door: &mut Door<'_>,
    platform: &Platform,
    subject: UserId,
    action: UserAction,
    approved: bool,
) -> Result<UserChange> {
    let actor = door.user()?;
    still_admin(door, actor).await?;
    let row = crate::queries::user(door.tx, subject, door.now).await?.ok_or_else(AppError::not_found)?;
    let facts = Facts {
        own: actor == subject && !approved,
        admin: row.admin,
        state: row.state(),
        other_admins: other_admins(door, subject).await?,
        approved,
    };
    match decide(action, facts) {
        Decision::Refuse(words) => Err(AppError::conflict(words)),
        Decision::Ask => Ok(UserChange::Waiting { request: requests::open(door, subject, action).await? }),
        Decision::Do => {
            apply(door, platform, subject, action).await?;
            requests::drop_settled(door, subject).await?;
            Ok(UserChange::Done)
        }
    }
}

async fn apply(door: &mut Door<'_>, platform: &Platform, subject: UserId, action: UserAction) -> Result<()> {
    let (set, event) = match action {
        // Whoever comes back comes back without the office: one administrator alone must not be able to give it by this way.
        UserAction::Deactivate => ("deactivated_at = $1, admin = FALSE", "user.deactivate"),
        UserAction::Reactivate => ("deactivated_at = NULL", "user.reactivate"),
        UserAction::GrantAdmin => ("admin = TRUE", "user.grant_admin"),
        UserAction::WithdrawAdmin => ("admin = FALSE", "user.withdraw_admin"),
        UserAction::Delete => ("deleted_at = $1, deactivated_at = $1, admin = FALSE", "user.delete"),
    };
    if matches!(action, UserAction::Deactivate | UserAction::Reactivate) {
        // Who can confirm, review or be given work is another now; an account that is deleted is made anonymous below, which does the same.
        audit::renew_where_shown(door, subject).await?;
    }
    let sql = format!("UPDATE users SET {set}, updated_at = $1, version = version + 1 WHERE id = $2");
    execute(door.tx, &sql, [door.now.into(), subject.0.into()]).await?;
    door.record(Event::new(event, "user", subject));
    match action {
        UserAction::Reactivate => {}
        UserAction::GrantAdmin | UserAction::WithdrawAdmin => {
            end_sessions(door, subject, None, "role_changed").await?;
            notice(door, subject, Notice::AdminChanged { admin: action == UserAction::GrantAdmin }).await?;
        }
        UserAction::Deactivate => {
            end_sessions(door, subject, None, "deactivated").await?;
            tokens::revoke_all(door, subject).await?;
            // Their addresses are secrets as tokens are: whoever comes back makes new ones.
            execute(door.tx, "DELETE FROM calendar_feeds WHERE user_id = $1", [subject.0.into()]).await?;
            execute(door.tx, "DELETE FROM one_time_tokens WHERE user_id = $1", [subject.0.into()]).await?;
            notice(door, subject, Notice::Deactivated).await?;
        }
        UserAction::Delete => {
            end_sessions(door, subject, None, "deleted").await?;
            tokens::revoke_all(door, subject).await?;
            anonymise(door, platform, subject).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Decision::{Ask, Do};
    use UserAction::{Deactivate, Delete, GrantAdmin, Reactivate, WithdrawAdmin};

    const SOMEBODY: Facts = Facts { own: false, admin: false, state: UserState::Active, other_admins: 1, approved: false };

    fn refused(action: UserAction, facts: Facts) -> bool {
        matches!(decide(action, facts), Decision::Refuse(_))
    }

    #[test]
    fn nobody_acts_on_the_own_account_but_to_step_down() {
        let own = Facts { own: true, admin: true, ..SOMEBODY };
        for action in [Deactivate, Delete, GrantAdmin, Reactivate] {
            assert!(refused(action, own), "{action:?}");
        }
        assert_eq!(decide(WithdrawAdmin, own), Do);
    }

    #[test]
    fn the_last_administrator_stays() {
        let last = Facts { admin: true, other_admins: 0, ..SOMEBODY };
        for action in [Deactivate, Delete, WithdrawAdmin] {
            assert!(refused(action, last) && refused(action, Facts { own: true, ..last }), "{action:?}");
            assert!(refused(action, Facts { approved: true, ..last }), "{action:?}");
        }
    }

    #[test]
    fn another_administrator_needs_a_second_one() {
        let admin = Facts { admin: true, ..SOMEBODY };
        for action in [Deactivate, Delete, WithdrawAdmin] {
            assert_eq!(decide(action, admin), Ask, "{action:?}");
            assert_eq!(decide(action, Facts { approved: true, ..admin }), Do, "{action:?}");
        }
        for action in [Deactivate, Delete, GrantAdmin] {
            assert_eq!(decide(action, SOMEBODY), Do, "{action:?}");
        }
    }

    #[test]
    fn the_state_counts() {
        let gone = Facts { state: UserState::Deactivated, ..SOMEBODY };
        assert_eq!((decide(Reactivate, gone), decide(Delete, gone)), (Do, Do));
        assert!(refused(Deactivate, gone) && refused(GrantAdmin, gone) && refused(WithdrawAdmin, gone));
        let invited = Facts { state: UserState::Invited, ..SOMEBODY };
        assert!(refused(GrantAdmin, invited) && refused(Reactivate, invited));
        assert_eq!(decide(Deactivate, invited), Do);
    }
}
