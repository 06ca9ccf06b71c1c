//! Background jobs, as administrators see them.

use crate::JobId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Not handed to a worker yet.
    Waiting,
    /// Handed to a worker, which may be at it.
    Running,
    /// Given up: it is not tried again unless somebody says so.
    Failed,
    /// Done, or discarded.
    Done,
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Running, Self::Failed, Self::Done];

    /// The name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Failed => "failed",
            Self::Done => "done",
        }
    }

    /// Reads it back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A job. What it is about (ids of people, addresses) is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackgroundJob {
    /// Id.
    pub id: JobId,
    /// Which queue, such as `notification_mail`.
    pub queue: String,
    /// What jobs of this queue do, in words.
    pub label: String,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun, each time for up to six tries within seconds.
    pub attempts: u32,
    /// Why the last attempt failed, or it was given up.
    pub reason: Option<String>,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// When it is tried again, of a job that failed and waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<DateTime<Utc>>,
    /// When it was done, discarded or given up.
    pub ended_at: Option<DateTime<Utc>>,
}

/// How many jobs of a queue there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobQueue {
    /// Its name.
    pub queue: String,
    /// What its jobs do, in words.
    pub label: String,
    /// Not handed to a worker yet.
    pub waiting: u64,
    /// Handed to a worker.
    pub running: u64,
    /// Given up.
    pub failed: u64,
    /// Done and not thrown away yet: within a week.
    pub done: u64,
}

/// All queues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobQueues {
    /// Each of them, also those without a job.
    pub items: Vec<JobQueue>,
}

/// A job that is due by the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobSchedule {
    /// The queue that it is put into.
    pub queue: String,
    /// What it does, in words.
    pub label: String,
    /// When, in UTC: second, minute, hour, day of the month, month, day of the week.
    pub cron: String,
    /// Also due when a process starts.
    pub at_start: bool,
    /// When it was last due.
    pub last_run: Option<DateTime<Utc>>,
    /// When it is due next.
    pub next_run: Option<DateTime<Utc>>,
}

/// All schedules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobSchedules {
    /// Each of them.
    pub items: Vec<JobSchedule>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_their_names() {
        for state in JobState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
            assert_eq!(JobState::parse(state.as_str()), Some(state));
        }
    }
}
