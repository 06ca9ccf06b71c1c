//! The systems that are in use, for what looks across them.

use chrono::NaiveDate;
use platform::{Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::systems::Role;
use shared_types::{SystemId, UserId};
use uuid::Uuid;

/// A system that is not archived, as one of its people may see it.
#[derive(Debug, Clone)]
pub struct LiveSystem {
    /// The system.
    pub id: SystemId,
    /// Its name.
    pub name: String,
    /// The organisation that it belongs to.
    pub organization: String,
    /// CMMC level of its main rule pack.
    pub level: u8,
    /// Part of the demonstration data.
    pub demo: bool,
    /// The person's role; none for an administrator who is not a member.
    pub role: Option<Role>,
    /// Raised by every change to the system.
    pub revision: i64,
    /// Today in the system's zone.
    pub today: NaiveDate,
}

/// The first of a person's systems, and how many there are.
#[derive(Debug, Clone)]
pub struct LiveSystems {
    /// By name.
    pub systems: Vec<LiveSystem>,
    /// All of them, with those that were not read.
    pub total: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    organization: String,
    level: i32,
    demo: bool,
    role: Option<String>,
    revision: i64,
    time_zone: String,
    total: i64,
}

/// The systems that a person sees and that are not archived, at most `limit`. One statement.
pub async fn live_systems(platform: &Platform, reader: UserId, admin: bool, limit: u32) -> Result<LiveSystems> {
    let sql = "SELECT s.id, s.name, s.organization, p.level, s.demo, m.role, s.revision, s.time_zone, COUNT(*) OVER () AS total \
        FROM systems s JOIN adoptions a ON a.system_id = s.id \
        AND a.adopted_at = (SELECT MIN(b.adopted_at) FROM adoptions b WHERE b.system_id = s.id) \
        JOIN rule_packs p ON p.id = a.pack_id LEFT JOIN members m ON m.system_id = s.id AND m.user_id = $1 \
        WHERE s.archived_at IS NULL AND (m.user_id IS NOT NULL OR $2) ORDER BY s.name, s.id LIMIT $3";
    let rows = platform.db.rows::<Row>(sql, [reader.0.into(), admin.into(), i64::from(limit).into()]).await?;
    let total = rows.first().map_or(0, |row| row.total);
    let system = |row: Row| LiveSystem {
        id: SystemId(row.id),
        name: row.name,
        organization: row.organization,
        level: u8::try_from(row.level).unwrap_or(0),
        demo: row.demo,
        role: row.role.as_deref().and_then(Role::parse),
        revision: row.revision,
        today: platform.clock.today(&row.time_zone),
    };
    Ok(LiveSystems { systems: rows.into_iter().map(system).collect(), total })
}
