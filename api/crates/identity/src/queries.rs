//! What is read of users and sessions.

use crate::second_factor::{accepts, deadline};
use chrono::{DateTime, Duration, Utc};
use platform::db::rows;
use platform::{Db, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::access::UserState;
use shared_types::identity::{Me, MySystem, Person, SignInMethod, User};
use shared_types::second_factor::{AccountLock, LockCause, MySecondFactor};
use shared_types::systems::Role;
use shared_types::{SessionId, SystemId, UserId};
use uuid::Uuid;

/// A live session with its user: the one statement of every request.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Account {
    /// The session, or the API token.
    pub session_id: Uuid,
    /// The user.
    pub user_id: Uuid,
    /// Address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Administers the installation.
    pub admin: bool,
    /// Time zone of the person's pages.
    pub time_zone: Option<String>,
    /// When the session ends without use.
    pub idle_expires_at: DateTime<Utc>,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
    /// When the session last proved who it is: at sign-in, or later again.
    pub stepped_up_at: Option<DateTime<Utc>>,
    /// The user has a second factor.
    pub second_factor: bool,
    /// When the session was opened by a provider that asked for several factors and is trusted for it, if so.
    pub provider_mfa_at: Option<DateTime<Utc>>,
    /// When the account was made.
    pub user_created_at: DateTime<Utc>,
    /// Since when the installation demands a second factor of everybody, if it does.
    pub second_factor_required_at: Option<DateTime<Utc>>,
    /// Days to set one up.
    pub second_factor_grace_days: i32,
    /// The time to set one up is over.
    #[sea_orm(skip)]
    pub second_factor_overdue: bool,
}

impl Account {
    /// By when the person has to set up a second factor, if one is demanded and there is none.
    pub fn second_factor_due(&self) -> Option<DateTime<Utc>> {
        let since = self.second_factor_required_at.filter(|_| !self.second_factor && self.provider_mfa_at.is_none())?;
        Some(deadline(since, self.user_created_at, self.second_factor_grace_days))
    }

    /// The account as it stands now: whether the time to set up a second factor is over.
    pub(crate) fn at(mut self, now: DateTime<Utc>) -> Self {
        self.second_factor_overdue = self.second_factor_due().is_some_and(|due| due <= now);
        self
    }

    /// Whether the session proved who it is within the last `minutes`.
    pub fn stepped_up(&self, now: DateTime<Utc>, minutes: u32) -> bool {
        self.stepped_up_at.is_some_and(|at| now - at <= Duration::minutes(i64::from(minutes)))
    }
}

/// What an [`Account`] tells of its user, whatever it signed in with; after the columns of that.
pub(crate) const ACCOUNT: &str = "u.id AS user_id, u.email, u.name, u.admin, u.time_zone, \
    (f.user_id IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id)) AS second_factor, u.created_at AS user_created_at, i.second_factor_required_at, i.second_factor_grace_days";
/// Where that stands, for a table `s` with a `user_id`.
pub(crate) const ACCOUNT_OF: &str = "JOIN users u ON u.id = s.user_id JOIN installation i ON i.id = 1 \
    LEFT JOIN second_factors f ON f.user_id = u.id AND f.confirmed_at IS NOT NULL";

/// The session, if it lives.
pub(crate) async fn live_session(db: &Db, session: SessionId, now: DateTime<Utc>) -> Result<Option<Account>> {
    let sql = format!(
        "SELECT s.id AS session_id, s.idle_expires_at, s.expires_at, s.stepped_up_at, s.provider_mfa_at, {ACCOUNT} FROM sessions s {ACCOUNT_OF} \
         WHERE s.id = $1 AND s.revoked_at IS NULL AND u.deactivated_at IS NULL"
    );
    let account = db.known(("session", session.0, Uuid::nil()), db.row::<Account>(&sql, [session.0.into()])).await?;
    // The clock goes on while nothing is written.
    let account = account.map(|account| account.at(now));
    Ok(account.filter(|account| account.expires_at > now && account.idle_expires_at > now))
}

#[derive(FromQueryResult)]
struct Demand {
    required: bool,
}

/// Whether the installation demands a second factor of everybody.
pub(crate) async fn demands_second_factor(connection: &impl ConnectionTrait) -> Result<bool> {
    let sql = "SELECT second_factor_required_at IS NOT NULL AS required FROM installation WHERE id = 1";
    Ok(rows::<Demand>(connection, sql, []).await?.first().is_some_and(|row| row.required))
}

/// What sign-in compares.
#[derive(FromQueryResult)]
pub(crate) struct Credentials {
    pub id: Uuid,
    pub password_hash: Option<String>,
}

/// The credentials of an address. A deactivated account answers as if there were none.
pub(crate) async fn credentials(db: &Db, email: &str) -> Result<Option<Credentials>> {
    db.row("SELECT id, password_hash FROM users WHERE email = $1 AND deactivated_at IS NULL", [email.into()]).await
}

#[derive(FromQueryResult)]
struct MySystemRow {
    id: Uuid,
    name: String,
    level: i32,
    role: Option<String>,
    archived_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct OwnRow {
    verified: bool,
    password: bool,
    pending_email: Option<String>,
    unread: i64,
}

/// The signed-in user with the systems of the switcher.
pub(crate) async fn me(db: &Db, account: &Account) -> Result<Me> {
    let sql = "SELECT s.id, s.name, MAX(p.level) AS level, m.role, s.archived_at FROM systems s \
               JOIN adoptions a ON a.system_id = s.id JOIN rule_packs p ON p.id = a.pack_id \
               LEFT JOIN members m ON m.system_id = s.id AND m.user_id = $1 \
               WHERE m.user_id IS NOT NULL OR $2 GROUP BY s.id, s.name, m.role, s.archived_at ORDER BY s.name, s.id LIMIT 500";
    let systems = db.rows::<MySystemRow>(sql, [account.user_id.into(), account.admin.into()]).await?;
    let own = "SELECT email_verified_at IS NOT NULL AS verified, password_hash IS NOT NULL AS password, pending_email, \
               (SELECT COUNT(*) FROM notifications n WHERE n.user_id = u.id AND n.in_app AND n.read_at IS NULL AND (n.system_id IS NULL OR u.admin \
                   OR EXISTS (SELECT 1 FROM members m WHERE m.system_id = n.system_id AND m.user_id = u.id))) AS unread \
               FROM users u WHERE u.id = $1";
    let own = db.row::<OwnRow>(own, [account.user_id.into()]).await?.ok_or_else(platform::AppError::not_found)?;
    Ok(Me {
        id: UserId(account.user_id),
        email: account.email.clone(),
        name: account.name.clone(),
        admin: account.admin,
        time_zone: account.time_zone.clone(),
        email_verified: own.verified,
        password: own.password,
        pending_email: own.pending_email,
        systems: systems.into_iter().map(my_system).collect(),
        unread_notifications: u32::try_from(own.unread).unwrap_or(u32::MAX),
        second_factor: MySecondFactor {
            enrolled: account.second_factor,
            accepts: if account.second_factor { accepts(db.read(), UserId(account.user_id)).await? } else { Vec::new() },
            required_by: account.second_factor_due(),
            overdue: account.second_factor_overdue,
        },
    })
}

fn my_system(row: MySystemRow) -> MySystem {
    let MySystemRow { id, name, level, role, archived_at } = row;
    MySystem {
        id: SystemId(id),
        name,
        level: u8::try_from(level).unwrap_or(0),
        role: role.as_deref().and_then(Role::parse),
        archived: archived_at.is_some(),
    }
}

/// A user as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct UserRow {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub admin: bool,
    pub password: bool,
    /// The user again, if the account is connected with a person at a single sign-on provider.
    pub connected: Option<Uuid>,
    pub deactivated_at: Option<DateTime<Utc>>,
    pub sessions: i64,
    pub created_at: DateTime<Utc>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub second_factor: bool,
    pub lock_cause: Option<String>,
    pub locked_at: Option<DateTime<Utc>>,
    pub locked_until: Option<DateTime<Utc>>,
    pub failures: Option<i32>,
    pub locks: Option<i32>,
}

impl UserRow {
    /// Whether there is anything to sign in with.
    pub(crate) fn active(&self) -> bool {
        self.password || self.connected.is_some()
    }

    /// Where the account stands.
    pub(crate) fn state(&self) -> UserState {
        if self.deactivated_at.is_some() {
            UserState::Deactivated
        } else if self.active() {
            UserState::Active
        } else {
            UserState::Invited
        }
    }
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        let (state, active) = (row.state(), row.active());
        let UserRow {
            id,
            email,
            name,
            admin,
            password,
            connected,
            deactivated_at: _,
            sessions,
            created_at,
            last_sign_in_at,
            second_factor,
            lock_cause,
            locked_at,
            locked_until,
            failures,
            locks,
        } = row;
        let count = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
        let lock = locked_at.zip(locked_until).map(|(locked_at, until)| AccountLock {
            cause: lock_cause.as_deref().and_then(LockCause::parse).unwrap_or(LockCause::Password),
            locked_at,
            until,
            failures: count(failures),
            times: count(locks),
        });
        let sessions = u32::try_from(sessions).unwrap_or(u32::MAX);
        let methods = [password.then_some(SignInMethod::Password), connected.map(|_| SignInMethod::SingleSignOn)];
        Self {
            id: UserId(id),
            email,
            name,
            admin,
            active,
            sign_in_methods: methods.into_iter().flatten().collect(),
            state,
            sessions,
            created_at,
            last_sign_in_at,
            second_factor,
            lock,
        }
    }
}

/// Whether a user `u` has anything to sign in with: a condition.
pub const CAN_SIGN_IN: &str =
    "(u.password_hash IS NOT NULL OR EXISTS (SELECT 1 FROM external_identities e WHERE e.user_id = u.id))";

/// Users with their sessions, locks and second factors, as of the time in the parameter `$1`. Deleted ones are no users any more.
const USER: &str = "SELECT u.id, u.email, u.name, u.admin, u.password_hash IS NOT NULL AS password, \
     e.user_id AS connected, u.deactivated_at, (SELECT COUNT(*) FROM sessions s WHERE s.user_id = u.id AND s.revoked_at IS NULL \
     AND s.expires_at > $1 AND s.idle_expires_at > $1) AS sessions, u.created_at, u.last_sign_in_at, \
     (f.user_id IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id)) AS second_factor, l.lock_cause, l.locked_at, l.locked_until, l.failures, l.locks FROM users u \
     LEFT JOIN second_factors f ON f.user_id = u.id AND f.confirmed_at IS NOT NULL \
     LEFT JOIN (SELECT DISTINCT user_id FROM external_identities) e ON e.user_id = u.id \
     LEFT JOIN lockouts l ON l.user_id = u.id AND l.locked_until > $1 WHERE u.deleted_at IS NULL";

/// Which people.
#[derive(Debug, Default)]
pub(crate) struct UserQuery {
    /// After this name, or before it.
    pub from: Option<(String, Uuid)>,
    /// Against the order.
    pub backwards: bool,
    /// Part of a name or an address.
    pub q: Option<String>,
    /// Locked now, or not.
    pub locked: Option<bool>,
    /// With a second factor, or without.
    pub second_factor: Option<bool>,
    /// Most rows.
    pub limit: u64,
}

/// People of the installation by name.
pub(crate) async fn users(db: &Db, now: DateTime<Utc>, query: UserQuery) -> Result<Vec<UserRow>> {
    let UserQuery { from, backwards, q, locked, second_factor, limit } = query;
    let (compare, order) = if backwards { ("<", "DESC") } else { (">", "ASC") };
    let first = from.is_none();
    let (name, id) = from.unwrap_or_default();
    let like = q.map(|q| format!("%{}%", q.to_lowercase().replace(['%', '_'], "")));
    let wanted = |condition: &str, wanted: Option<bool>| match wanted {
        Some(true) => format!(" AND ({condition})"),
        Some(false) => format!(" AND NOT ({condition})"),
        None => String::new(),
    };
    let locked = wanted("l.user_id IS NOT NULL", locked);
    let enrolled = "f.user_id IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id)";
    let second_factor = wanted(enrolled, second_factor);
    let sql = format!(
        "{USER} AND ($2 OR u.name {compare} $3 OR (u.name = $3 AND u.id {compare} $4)) \
         AND ($5 OR LOWER(u.name) LIKE $6 OR u.email LIKE $6){locked}{second_factor} \
         ORDER BY u.name {order}, u.id {order} LIMIT $7"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values =
        [now.into(), first.into(), name.into(), id.into(), like.is_none().into(), like.unwrap_or_default().into(), limit.into()];
    db.rows(&sql, values).await
}

/// One user.
pub(crate) async fn user(connection: &impl ConnectionTrait, id: UserId, now: DateTime<Utc>) -> Result<Option<UserRow>> {
    Ok(rows(connection, &format!("{USER} AND u.id = $2"), [now.into(), id.0.into()]).await?.into_iter().next())
}

#[derive(FromQueryResult)]
struct PersonRow {
    id: Uuid,
    name: String,
}

/// The members of a system by name, for pickers and for names beside ids.
pub async fn people_of(db: &Db, system: SystemId) -> Result<Vec<Person>> {
    let sql = "SELECT u.id, u.name FROM users u JOIN members m ON m.user_id = u.id WHERE m.system_id = $1 ORDER BY u.name, u.id";
    let people = db.rows::<PersonRow>(sql, [system.0.into()]).await?;
    Ok(people.into_iter().map(|PersonRow { id, name }| Person { id: UserId(id), name }).collect())
}
