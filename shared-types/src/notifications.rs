//! What the product tells a person: the centre, and what each person wants to be told and how.

use crate::identity::Person;
use crate::text::TimeZone;
use crate::{NotificationId, SystemId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The hour of a daily digest for people who have not chosen one.
pub const DEFAULT_DIGEST_HOUR: u8 = 7;

/// Something the product tells one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notification {
    /// Id.
    pub id: NotificationId,
    /// The system that it is about.
    pub system: Option<SystemId>,
    /// Kind, such as `evidence.expiring`.
    pub kind: String,
    /// In words.
    pub text: String,
    /// Path of the page in the client.
    pub link: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
    /// Who did what it tells of; nobody where a day came, or the product found something.
    pub actor: Option<Person>,
}

/// Notifications that wait to be read are counted up to this number, which then stands for it and all above.
pub const MOST_UNREAD: u64 = 100;

/// How many notifications wait to be read, in words; nothing if none does.
pub fn unread_words(unread: u64) -> Option<String> {
    match unread {
        0 => None,
        MOST_UNREAD.. => Some(format!("more than {} unread", MOST_UNREAD - 1)),
        _ => Some(format!("{unread} unread")),
    }
}

/// How many notifications wait to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnreadNotifications {
    /// How many; 100 stands for 100 or more.
    #[cfg_attr(feature = "openapi", schema(maximum = 100))]
    pub unread: u64,
}

/// One event of the stream: something came, or was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationsChanged {
    /// How many wait to be read now; 100 stands for 100 or more.
    #[cfg_attr(feature = "openapi", schema(maximum = 100))]
    pub unread: u64,
    /// How many came since the event before.
    pub new: u64,
    /// The systems that those are about.
    pub systems: Vec<SystemId>,
}

/// When a kind of notification comes by e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EmailDelivery {
    /// Within minutes.
    Immediate,
    /// Once a day with all others.
    Digest,
    /// Never.
    Off,
}

impl EmailDelivery {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Immediate, Self::Digest, Self::Off];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Immediate => "immediate",
            Self::Digest => "digest",
            Self::Off => "off",
        }
    }

    /// Reads it back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|delivery| delivery.as_str() == text)
    }
}

/// A kind of notification, and how the person is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindPreference {
    /// Its name, such as `task.assigned`.
    pub kind: String,
    /// The group that it stands in, in words.
    pub group: String,
    /// What happened, in words.
    pub label: String,
    /// It can't be turned off.
    pub mandatory: bool,
    /// Shown in the product.
    pub in_app: bool,
    /// When it comes by e-mail.
    pub email: EmailDelivery,
}

/// What a person is told, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationPreferences {
    /// The hour of the daily digest, 0 to 23, in the person's time zone.
    #[cfg_attr(feature = "openapi", schema(maximum = 23))]
    pub digest_hour: u8,
    /// The time zone of the person's profile; where there is none, UTC counts.
    pub time_zone: Option<String>,
    /// Every kind.
    pub kinds: Vec<KindPreference>,
}

/// Changes what a person is told. What is absent stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateNotificationPreferences {
    /// The hour of the daily digest, 0 to 23.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 23))]
    pub digest_hour: Option<u8>,
    /// Becomes the time zone of the profile where that has none: a browser gives its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// The kinds that change, each once.
    #[serde(default)]
    pub kinds: Vec<SetKindPreference>,
}

/// How the person wants to be told of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetKindPreference {
    /// Its name.
    pub kind: String,
    /// Shown in the product.
    pub in_app: bool,
    /// When it comes by e-mail.
    pub email: EmailDelivery,
}

/// What the link in an e-mail ends, or has ended: e-mails about these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unsubscribed {
    /// The kinds of notification, in words.
    pub kinds: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn above_what_is_counted_the_words_name_no_number_that_is_not_known() {
        assert_eq!(unread_words(0), None);
        assert_eq!(unread_words(1).unwrap(), "1 unread");
        assert_eq!(unread_words(99).unwrap(), "99 unread");
        assert_eq!(unread_words(MOST_UNREAD).unwrap(), "more than 99 unread");
    }
}
