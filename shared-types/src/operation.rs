//! Running the installation: how the database is used.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How often the database is asked what, and how long it takes: of the process that answers, since it started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryProfile {
    /// When this process started: everything counts from there.
    pub since: DateTime<Utc>,
    /// Milliseconds above which a statement is slow and logged (`database.slow_query_ms`).
    pub slow_ms: u32,
    /// By name, the most time first.
    pub items: Vec<QueryTiming>,
}

/// The statements of one operation, job or part of them. Times are in microseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryTiming {
    /// What they are for: an operation's id, a job's topic, or a narrower name such as `session`.
    pub name: String,
    /// Statements.
    pub count: u64,
    /// The quickest.
    pub min_us: u64,
    /// On average.
    pub avg_us: u64,
    /// The slowest.
    pub max_us: u64,
    /// All together.
    pub total_us: u64,
    /// How many were slow.
    pub slow: u64,
}

/// Something that administrators turn off and on while the installation runs. Everything is on until somebody turns it off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// API tokens. Off: none is made, and those that there are open nothing.
    ApiTokens,
    /// Passkeys. Off: none is added; those that there are go on working.
    Passkeys,
    /// Invitations by mail. Off: an administrator's invitation is a link to hand over, and managers can't invite people who have no
    /// account.
    MailedInvitations,
    /// Setting a new password by a mailed link. Off: no link is sent, and those that were sent open nothing.
    MailedPasswordResets,
    /// Calendar feeds, whose addresses open days and titles to whoever knows them. Off: none is made, and those that there are tell nothing.
    CalendarFeeds,
}

impl Feature {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 5] =
        [Self::ApiTokens, Self::Passkeys, Self::MailedInvitations, Self::MailedPasswordResets, Self::CalendarFeeds];

    /// The name in the database and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiTokens => "api_tokens",
            Self::Passkeys => "passkeys",
            Self::MailedInvitations => "mailed_invitations",
            Self::MailedPasswordResets => "mailed_password_resets",
            Self::CalendarFeeds => "calendar_feeds",
        }
    }

    /// Reads it back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.as_str() == text)
    }
}

/// Where a feature stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeatureState {
    /// Which.
    pub feature: Feature,
    /// It is on.
    pub enabled: bool,
    /// When it was last turned off or on; absent where nobody ever did.
    pub changed_at: Option<DateTime<Utc>>,
    /// By whom.
    pub changed_by: Option<String>,
}

/// All features.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Features {
    /// Each of them.
    pub items: Vec<FeatureState>,
}

/// Turns a feature off or on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetFeature {
    /// It is to be on.
    pub enabled: bool,
}

/// Where the value of a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SettingSource {
    /// The default of the program.
    Default,
    /// The file that was given.
    File,
    /// The environment.
    Environment,
}

/// A setting in effect. They are set where the process is started, and not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingInEffect {
    /// Its name, such as `session.step_up_minutes`.
    pub name: String,
    /// Its value; never that of a secret.
    pub value: Option<String>,
    /// A secret.
    pub secret: bool,
    /// It has a value that is not empty.
    pub set: bool,
    /// Where it comes from.
    pub source: SettingSource,
}

/// The settings of the process that answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingsInEffect {
    /// By name.
    pub items: Vec<SettingInEffect>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_have_their_names() {
        for feature in Feature::ALL {
            assert_eq!(serde_json::to_value(feature).unwrap(), feature.as_str());
            assert_eq!(Feature::parse(feature.as_str()), Some(feature));
        }
    }
}
