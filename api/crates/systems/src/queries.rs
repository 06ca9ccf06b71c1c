//! What is read of systems and members.

use chrono::{DateTime, NaiveDate, Utc};
use platform::db::rows;
use platform::{AppError, Db, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::systems::{Member, Role, System};
use shared_types::{SystemId, UserId};
use uuid::Uuid;

/// A system as stored, with its main pack and the reader's role.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct SystemRow {
    pub id: Uuid,
    pub name: String,
    organization: String,
    description: Option<String>,
    pack: String,
    pack_version: String,
    level: i32,
    cage_codes: String,
    uei: Option<String>,
    ssp_version: Option<String>,
    ssp_date: Option<NaiveDate>,
    time_zone: String,
    demo: bool,
    archived_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    role: Option<String>,
    pub version: i64,
}

impl From<SystemRow> for System {
    fn from(row: SystemRow) -> Self {
        let SystemRow {
            id,
            name,
            organization,
            description,
            pack,
            pack_version,
            level,
            cage_codes,
            uei,
            ssp_version,
            ssp_date,
            time_zone,
            demo,
            archived_at,
            created_at,
            updated_at,
            role,
            version,
        } = row;
        Self {
            id: SystemId(id),
            name,
            organization,
            description,
            pack,
            pack_version,
            level: u8::try_from(level).unwrap_or(0),
            cage_codes: serde_json::from_str(&cage_codes).unwrap_or_default(),
            uei,
            ssp_version,
            ssp_date,
            time_zone,
            demo,
            archived_at,
            created_at,
            updated_at,
            role: role.as_deref().and_then(Role::parse),
            version,
        }
    }
}

// The main pack is the one that was adopted first: ids of one installation never decide an order, adoption times do.
const SYSTEM: &str = "SELECT s.id, s.name, s.organization, s.description, p.pack, p.version AS pack_version, p.level, s.cage_codes, s.uei, \
    s.ssp_version, s.ssp_date, s.time_zone, s.demo, s.archived_at, s.created_at, s.updated_at, m.role, s.version FROM systems s \
    JOIN adoptions a ON a.system_id = s.id AND a.adopted_at = (SELECT MIN(b.adopted_at) FROM adoptions b WHERE b.system_id = s.id) \
    JOIN rule_packs p ON p.id = a.pack_id LEFT JOIN members m ON m.system_id = s.id AND m.user_id = $1";

/// One system.
pub(crate) async fn system(connection: &impl ConnectionTrait, id: SystemId, reader: UserId) -> Result<SystemRow> {
    let sql = format!("{SYSTEM} WHERE s.id = $2");
    rows(connection, &sql, [reader.0.into(), id.0.into()]).await?.into_iter().next().ok_or_else(AppError::not_found)
}

/// What a system says of itself, to one of its people.
pub async fn described(connection: &impl ConnectionTrait, scope: &crate::Scope) -> Result<System> {
    Ok(system(connection, scope.system, scope.user).await?.into())
}

#[derive(FromQueryResult)]
struct Revision {
    revision: i64,
}

/// The revision of a system as it is now: two readings of the same one saw the same system in between.
pub async fn revision(connection: &impl ConnectionTrait, system: SystemId) -> Result<i64> {
    let found = rows::<Revision>(connection, "SELECT revision FROM systems WHERE id = $1", [system.0.into()]).await?;
    found.into_iter().next().map(|row| row.revision).ok_or_else(AppError::not_found)
}

/// What a list of systems asks for.
pub(crate) struct SystemsQuery<'a> {
    pub reader: UserId,
    /// Sees all systems.
    pub admin: bool,
    pub archived: Option<bool>,
    pub q: Option<&'a str>,
    pub from: Option<(String, Uuid)>,
    pub backwards: bool,
    pub limit: u64,
}

/// The systems that a person sees, by name.
pub(crate) async fn systems(db: &Db, query: SystemsQuery<'_>) -> Result<Vec<SystemRow>> {
    let (compare, order) = if query.backwards { ("<", "DESC") } else { (">", "ASC") };
    let sql = format!(
        "{SYSTEM} WHERE (m.user_id IS NOT NULL OR $2) AND ($3 OR (s.archived_at IS NOT NULL) = $4) \
         AND ($5 OR LOWER(s.name) LIKE $6 OR LOWER(s.organization) LIKE $6) \
         AND ($7 OR s.name {compare} $8 OR (s.name = $8 AND s.id {compare} $9)) ORDER BY s.name {order}, s.id {order} LIMIT $10"
    );
    let like = query.q.map(|q| format!("%{}%", q.to_lowercase().replace(['%', '_'], "")));
    let first = query.from.is_none();
    let (name, id) = query.from.unwrap_or_default();
    let values = [
        query.reader.0.into(),
        query.admin.into(),
        query.archived.is_none().into(),
        query.archived.unwrap_or_default().into(),
        like.is_none().into(),
        like.unwrap_or_default().into(),
        first.into(),
        name.into(),
        id.into(),
        i64::try_from(query.limit).unwrap_or(i64::MAX).into(),
    ];
    db.rows(&sql, values).await
}

/// A member as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct MemberRow {
    user_id: Uuid,
    name: String,
    email: String,
    role: String,
    created_at: DateTime<Utc>,
    active: bool,
    closed: bool,
    pub version: i64,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        let MemberRow { user_id, name, email, role, created_at, active, closed, version } = row;
        let role = Role::parse(&role).unwrap_or(Role::Viewer);
        Self { user: UserId(user_id), name, email, role, since: created_at, active, closed, version }
    }
}

// The condition is that of `identity::CAN_SIGN_IN`.
const MEMBER: &str = "SELECT m.user_id, u.name, u.email, m.role, m.created_at, (u.password_hash IS NOT NULL \
    OR EXISTS (SELECT 1 FROM external_identities e WHERE e.user_id = u.id)) AS active, \
    u.deactivated_at IS NOT NULL AS closed, m.version \
    FROM members m JOIN users u ON u.id = m.user_id WHERE m.system_id = $1";

/// The members of a system by name: as many as a system has, which is few.
pub(crate) async fn members(db: &Db, system: SystemId) -> Result<Vec<MemberRow>> {
    db.rows(&format!("{MEMBER} ORDER BY u.name, u.id LIMIT 1000"), [system.0.into()]).await
}

/// One member.
pub(crate) async fn member(connection: &impl ConnectionTrait, system: SystemId, user: UserId) -> Result<MemberRow> {
    let sql = format!("{MEMBER} AND m.user_id = $2");
    rows(connection, &sql, [system.0.into(), user.0.into()]).await?.into_iter().next().ok_or_else(AppError::not_found)
}
