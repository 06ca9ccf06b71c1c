//! The calendar: what has a day, from several sources, and the feeds by which other programs read it.

use crate::finding::text_enum;
use crate::identity::Person;
use crate::{CalendarFeedId, SystemId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A review or a task is soon when its day is at most this many days away; evidence needs longer to be had anew, and is soon for
/// [`EXPIRING_DAYS`](crate::evidence::EXPIRING_DAYS).
pub const DUE_SOON_DAYS: i64 = 7;
/// The most days that one question to the calendar covers.
pub const MAX_CALENDAR_DAYS: i64 = 400;

text_enum! {
    /// Where an entry of the calendar comes from.
    CalendarKind {
        /// The next review of a control.
        Review = "review",
        /// The due date of a task.
        Task = "task",
        /// The last day of a piece of evidence.
        Evidence = "evidence",
    }
}

text_enum! {
    /// How an entry stands today, in the system's time zone.
    CalendarStatus {
        /// Its day has passed.
        Overdue = "overdue",
        /// Today, or within 7 days; of evidence within 30.
        Soon = "soon",
        /// Later.
        Planned = "planned",
        /// Done.
        Done = "done",
    }
}

/// Something with a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarEntry {
    /// Where it comes from.
    pub kind: CalendarKind,
    /// Id of the control, the task or the evidence.
    pub id: Uuid,
    /// What people call it: `AC.L2-3.1.1`, `TASK-12`, `EV-3`.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Its day.
    pub date: NaiveDate,
    /// How it stands.
    pub status: CalendarStatus,
    /// Who is to do it: assignee of the task, owner of the control or the evidence.
    pub assignee: Option<Person>,
    /// You may give it another day: by a PATCH of the task (`due`) or of the control (`next_review`) with this version.
    pub movable: bool,
    /// Version of the object, for If-Match.
    pub version: i64,
}

/// A part of a system's calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Calendar {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Today in the system's time zone.
    pub today: NaiveDate,
    /// The entries by day.
    pub entries: Vec<CalendarEntry>,
    /// There are more than one answer holds: narrow the days or the filters.
    pub cut: bool,
}

/// A feed of one's calendar, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarFeed {
    /// Id.
    pub id: CalendarFeedId,
    /// The one system that it is bound to; all of yours if absent.
    pub system: Option<SystemId>,
    /// That system's name.
    pub system_name: Option<String>,
    /// Created.
    pub created_at: DateTime<Utc>,
    /// When its address was last changed.
    pub rotated_at: DateTime<Utc>,
    /// When it was last read, to the hour; absent if never.
    pub last_read_at: Option<DateTime<Utc>>,
}

/// Creates a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateCalendarFeed {
    /// Bind it to this system; all systems that you are a member of if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<SystemId>,
}

/// A feed with its address, which is shown this once: who knows it reads the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedCalendarFeed {
    /// The feed.
    pub feed: CalendarFeed,
    /// The address for Outlook, Google or Apple Calendar.
    pub url: String,
}
