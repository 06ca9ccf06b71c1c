//! How many bytes a system and a person in it may have. Counted behind the system's door, so that uploads that begin at once
//! can't go beyond together; an upload that is under way counts with its whole size.

use audit::Door;
use chrono::{DateTime, Utc};
use platform::db::rows;
use platform::settings::{Settings, UploadSettings};
use platform::{AppError, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::files::Quota;
use shared_types::{ErrorCode, SystemId, UserId};

/// Bytes in a system.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub(crate) struct Usage {
    all_bytes: i64,
    own_bytes: i64,
}

/// The same content counts once, for whoever brought it first.
const USAGE: &str = "SELECT CAST(COALESCE(SUM(size), 0) AS bigint) AS all_bytes, \
    CAST(COALESCE(SUM(CASE WHEN owner_id = $2 THEN size ELSE 0 END), 0) AS bigint) AS own_bytes FROM ( \
    SELECT created_by AS owner_id, size FROM blobs WHERE system_id = $1 UNION ALL \
    SELECT user_id AS owner_id, size FROM uploads WHERE system_id = $1 AND consumed_at IS NULL AND expires_at > $3) AS counted";

/// What a system has, and a person in it.
pub(crate) async fn usage(
    connection: &impl ConnectionTrait,
    system: SystemId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Usage> {
    let found = rows::<Usage>(connection, USAGE, [system.0.into(), user.0.into(), now.into()]).await?.into_iter().next();
    found.ok_or_else(|| AppError::internal("a sum without a row"))
}

impl Usage {
    /// Of the whole system.
    pub(crate) fn of_system(self, settings: &UploadSettings) -> Quota {
        quota(self.all_bytes, settings.system_quota_bytes)
    }

    /// Of the person in it.
    pub(crate) fn of_user(self, settings: &UploadSettings) -> Quota {
        quota(self.own_bytes, settings.user_quota_bytes)
    }
}

fn quota(used: i64, limit: u64) -> Quota {
    Quota { used: u64::try_from(used).unwrap_or_default(), limit: Some(limit).filter(|limit| *limit > 0) }
}

fn check(quota: Quota, size: u64, whose: &str) -> Result<()> {
    match quota.limit {
        Some(limit) if quota.used.saturating_add(size) > limit => {
            let free = limit.saturating_sub(quota.used);
            let words = format!("{whose} may have {limit} bytes, of which {free} are free; this needs {size}.");
            Err(AppError::new(ErrorCode::QuotaExceeded).detail(words))
        }
        _ => Ok(()),
    }
}

/// What the settings demand of bytes that are about to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    user_quota: u64,
    system_quota: u64,
    /// They are scanned for malware.
    pub scan: bool,
}

impl Terms {
    /// As the settings have it.
    pub(crate) fn of(settings: &Settings) -> Self {
        let UploadSettings { user_quota_bytes: user_quota, system_quota_bytes: system_quota, .. } = settings.uploads;
        Self { user_quota, system_quota, scan: settings.clamav.is_on() }
    }
}

/// Refuses (413) so many bytes more than there may be. Behind the system's door: whoever comes next counts them.
pub(crate) async fn reserve(door: &Door<'_>, terms: Terms, system: SystemId, size: u64) -> Result<()> {
    if terms.user_quota == 0 && terms.system_quota == 0 {
        return Ok(());
    }
    let usage = usage(door.tx, system, door.user()?, door.now).await?;
    check(quota(usage.own_bytes, terms.user_quota), size, "In this system you")?;
    check(quota(usage.all_bytes, terms.system_quota), size, "This system")
}
