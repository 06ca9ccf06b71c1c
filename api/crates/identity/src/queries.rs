//! What is read of users and sessions.

use chrono::{DateTime, Utc};
use platform::db::rows;
use platform::{Db, Result, Tx};
use sea_orm::FromQueryResult;
use shared_types::identity::{Me, MySystem, Person, User};
use shared_types::systems::Role;
use shared_types::{SessionId, SystemId, UserId};
use uuid::Uuid;

/// A live session with its user: the one statement of every request.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Account {
    /// The session.
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
}

/// The session, if it lives.
pub(crate) async fn live_session(db: &Db, session: SessionId, now: DateTime<Utc>) -> Result<Option<Account>> {
    let sql = "SELECT s.id AS session_id, u.id AS user_id, u.email, u.name, u.admin, u.time_zone, s.idle_expires_at, s.expires_at \
               FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1 AND s.revoked_at IS NULL";
    let account = db.row::<Account>(sql, [session.0.into()]).await?;
    Ok(account.filter(|account| account.expires_at > now && account.idle_expires_at > now))
}

/// What sign-in compares.
#[derive(FromQueryResult)]
pub(crate) struct Credentials {
    pub id: Uuid,
    pub password_hash: Option<String>,
}

/// The credentials of an address.
pub(crate) async fn credentials(db: &Db, email: &str) -> Result<Option<Credentials>> {
    db.row("SELECT id, password_hash FROM users WHERE email = $1", [email.into()]).await
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
struct Count {
    count: i64,
}

/// The signed-in user with the systems of the switcher.
pub(crate) async fn me(db: &Db, account: &Account) -> Result<Me> {
    let sql = "SELECT s.id, s.name, MAX(p.level) AS level, m.role, s.archived_at FROM systems s \
               JOIN adoptions a ON a.system_id = s.id JOIN rule_packs p ON p.id = a.pack_id \
               LEFT JOIN members m ON m.system_id = s.id AND m.user_id = $1 \
               WHERE m.user_id IS NOT NULL OR $2 GROUP BY s.id, s.name, m.role, s.archived_at ORDER BY s.name, s.id LIMIT 500";
    let systems = db.rows::<MySystemRow>(sql, [account.user_id.into(), account.admin.into()]).await?;
    let unread = "SELECT COUNT(*) AS count FROM notifications WHERE user_id = $1 AND read_at IS NULL";
    let unread = db.row::<Count>(unread, [account.user_id.into()]).await?.map_or(0, |row| row.count);
    Ok(Me {
        id: UserId(account.user_id),
        email: account.email.clone(),
        name: account.name.clone(),
        admin: account.admin,
        time_zone: account.time_zone.clone(),
        systems: systems.into_iter().map(my_system).collect(),
        unread_notifications: u32::try_from(unread).unwrap_or(u32::MAX),
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
    pub active: bool,
    pub created_at: DateTime<Utc>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        let UserRow { id, email, name, admin, active, created_at, last_sign_in_at } = row;
        Self { id: UserId(id), email, name, admin, active, created_at, last_sign_in_at }
    }
}

const USER: &str = "SELECT id, email, name, admin, password_hash IS NOT NULL AS active, created_at, last_sign_in_at FROM users";

/// People of the installation after (or before) a name, `limit` of them.
pub(crate) async fn users(
    db: &Db,
    from: Option<&(String, Uuid)>,
    backwards: bool,
    q: Option<&str>,
    limit: u64,
) -> Result<Vec<UserRow>> {
    let (compare, order) = if backwards { ("<", "DESC") } else { (">", "ASC") };
    let (name, id) = from.cloned().unwrap_or_default();
    let like = q.map(|q| format!("%{}%", q.to_lowercase().replace(['%', '_'], "")));
    let sql = format!(
        "{USER} WHERE ($1 OR name {compare} $2 OR (name = $2 AND id {compare} $3)) AND ($4 OR LOWER(name) LIKE $5 OR email LIKE $5) \
         ORDER BY name {order}, id {order} LIMIT $6"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values =
        [from.is_none().into(), name.into(), id.into(), like.is_none().into(), like.unwrap_or_default().into(), limit.into()];
    db.rows(&sql, values).await
}

/// One user, inside a change.
pub(crate) async fn user(tx: &Tx, id: UserId) -> Result<Option<UserRow>> {
    Ok(rows(tx, &format!("{USER} WHERE id = $1"), [id.0.into()]).await?.into_iter().next())
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
