//! What administrators turn off and on while the installation runs. A row of the installation and not a setting: it takes effect at
//! once on every instance, and who did it is in the audit log.

use audit::{Door, Event};
use chrono::{DateTime, Utc};
use platform::db::{execute, rows};
use platform::{AppError, Db, Result};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;
use shared_types::ErrorCode;
use shared_types::operation::{Feature, FeatureState};

/// A condition of SQL: API tokens are not turned off.
pub(crate) const API_TOKENS: &str = "NOT EXISTS (SELECT 1 FROM features WHERE name = 'api_tokens' AND NOT enabled)";

#[derive(FromQueryResult)]
struct Row {
    name: String,
    enabled: bool,
    changed_at: DateTime<Utc>,
    changed_by: Option<String>,
}

/// Where all features stand.
pub(crate) async fn states(connection: &impl ConnectionTrait) -> Result<Vec<FeatureState>> {
    let sql =
        "SELECT f.name, f.enabled, f.changed_at, u.name AS changed_by FROM features f LEFT JOIN users u ON u.id = f.changed_by";
    let stored = rows::<Row>(connection, sql, []).await?;
    let state = |feature: Feature| match stored.iter().find(|row| row.name == feature.as_str()) {
        Some(row) => {
            FeatureState { feature, enabled: row.enabled, changed_at: Some(row.changed_at), changed_by: row.changed_by.clone() }
        }
        None => FeatureState { feature, enabled: true, changed_at: None, changed_by: None },
    };
    Ok(Feature::ALL.into_iter().map(state).collect())
}

/// The features that are on.
pub(crate) async fn enabled(db: &Db) -> Result<Vec<Feature>> {
    Ok(states(db.read()).await?.into_iter().filter(|state| state.enabled).map(|state| state.feature).collect())
}

/// Whether a feature is on.
pub async fn is_on(connection: &impl ConnectionTrait, feature: Feature) -> Result<bool> {
    Ok(states(connection).await?.iter().any(|state| state.feature == feature && state.enabled))
}

/// Refuses where a feature is turned off.
pub async fn demand(connection: &impl ConnectionTrait, feature: Feature) -> Result<()> {
    if is_on(connection, feature).await? { Ok(()) } else { Err(off(feature)) }
}

/// What is refused because a feature is turned off.
pub(crate) fn off(feature: Feature) -> AppError {
    let what = match feature {
        Feature::ApiTokens => "API tokens are turned off in this installation.",
        Feature::Passkeys => "Adding passkeys is turned off in this installation.",
        Feature::MailedInvitations => {
            "Invitations by mail are turned off in this installation. An administrator can create the account."
        }
        Feature::MailedPasswordResets => {
            "Setting a new password by mail is turned off in this installation. Ask an administrator."
        }
        Feature::CalendarFeeds => "Calendar feeds are turned off in this installation.",
    };
    AppError::new(ErrorCode::FeatureOff).detail(what)
}

/// Turns a feature off or on. What is so already stays, and is not recorded.
pub(crate) async fn set(door: &mut Door<'_>, feature: Feature, enabled: bool) -> Result<FeatureState> {
    let state = |all: Vec<FeatureState>| all.into_iter().find(|state| state.feature == feature).ok_or_else(AppError::not_found);
    let before = state(states(door.tx).await?)?;
    if before.enabled == enabled {
        return Ok(before);
    }
    let user = door.user()?;
    let sql = "INSERT INTO features (name, enabled, changed_at, changed_by) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET enabled = $2, changed_at = $3, changed_by = $4";
    execute(door.tx, sql, [feature.as_str().into(), enabled.into(), door.now.into(), user.0.into()]).await?;
    let details = json!({ "feature": feature, "enabled": { "old": before.enabled, "new": enabled } });
    door.record(Event::without_object("installation.feature", "installation").details(details));
    state(states(door.tx).await?)
}
