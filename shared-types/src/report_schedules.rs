//! Scheduled reports: what is made again and again, when, and who is told.

use crate::finding::text_enum;
use crate::identity::Person;
use crate::patch::Patch;
use crate::reports::{ReportFormat, ReportKind, ReportState};
use crate::text::{Marking, Title};
use crate::{ReportId, ReportScheduleId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most schedules of a system.
pub const MAX_SCHEDULES: usize = 50;
/// Most people who are told of the reports of one schedule.
pub const MAX_RECIPIENTS: usize = 50;

text_enum! {
    /// A day of the week.
    Weekday {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

/// The days on which a report is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "every", rename_all = "snake_case", deny_unknown_fields)]
pub enum ScheduleRecurrence {
    /// Once a week.
    Week {
        /// On which day.
        weekday: Weekday,
    },
    /// Once a month.
    Month {
        /// On which day, 1 to 31; the last of a month that has fewer.
        #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31))]
        day: u8,
    },
}

text_enum! {
    /// Whether a schedule makes reports.
    ScheduleState {
        /// It does.
        Active = "active",
        /// It makes none until somebody resumes it; what falls into the pause is not made up for.
        Paused = "paused",
    }
}

text_enum! {
    /// Why a recipient is not told.
    RecipientSkip {
        /// No member of the system any more.
        Left = "left",
        /// The account is closed.
        Closed = "closed",
        /// The role may not read reports of this kind.
        Role = "role",
    }
}

/// Somebody who is told when a report is ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduleRecipient {
    /// Who.
    pub person: Person,
    /// Why he would not be told today; nothing where he would.
    pub skipped: Option<RecipientSkip>,
}

/// What came of the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduleResult {
    /// When it was to be made.
    pub at: DateTime<Utc>,
    /// How far it is.
    pub state: ReportState,
    /// The report, as long as there is one.
    pub report: Option<ReportId>,
    /// Why it could not be made.
    pub failure: Option<String>,
    /// How many people were told.
    pub told: u16,
    /// How many were not, because they had left or may not read it.
    pub skipped: u16,
}

/// A scheduled report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportSchedule {
    /// Id.
    pub id: ReportScheduleId,
    /// Its name.
    pub name: String,
    /// What the reports are about.
    pub kind: ReportKind,
    /// The form of their files.
    pub format: ReportFormat,
    /// Their filters.
    pub filters: Option<String>,
    /// Their marking; that of the installation's settings if absent.
    pub marking: Option<String>,
    /// On which days.
    pub recurrence: ScheduleRecurrence,
    /// The hour of the system's time zone from which they are made, 0 to 23.
    pub hour: u8,
    /// Who is told, by name.
    pub recipients: Vec<ScheduleRecipient>,
    /// Whether it makes reports.
    pub state: ScheduleState,
    /// Why the product paused it; nothing where a person did.
    pub paused_because: Option<String>,
    /// In whose name reports are made: the manager who saved it last.
    pub owner: Person,
    /// When the next one is made; nothing while it is paused or the system is archived.
    pub next_run: Option<DateTime<Utc>>,
    /// What came of the last one.
    pub last: Option<ScheduleResult>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Version for If-Match. What comes of a run does not change it.
    pub version: i64,
}

/// Schedules a report. Its reports are made in the name of the one who saves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateReportSchedule {
    /// Its name.
    pub name: Title,
    /// What the reports are about.
    pub kind: ReportKind,
    /// The form of their files.
    pub format: ReportFormat,
    /// Filters as for one report, `me` being the one who saves this. At most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<String>,
    /// The marking on every page; that of the installation's settings if absent, none if empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marking: Option<Marking>,
    /// On which days.
    pub recurrence: ScheduleRecurrence,
    /// The hour of the system's time zone, 0 to 23. Where the clocks skip it, the next one that there is; where they show it twice, the first.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 23))]
    pub hour: u8,
    /// Who is told: 1 to 50 members whose role may read reports of this kind.
    pub recipients: Vec<UserId>,
}

/// Changes a scheduled report. Whoever does becomes its owner. Another day or hour counts from now on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateReportSchedule {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// What the reports are about. Filters that another kind does not know must be changed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ReportKind>,
    /// The form of their files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<ReportFormat>,
    /// Filters; `null` takes them away.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub filters: Patch<String>,
    /// The marking; `null` for that of the settings.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub marking: Patch<Marking>,
    /// On which days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<ScheduleRecurrence>,
    /// The hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 23))]
    pub hour: Option<u8>,
    /// Who is told: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients: Option<Vec<UserId>>,
    /// Pauses or resumes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ScheduleState>,
}
