//! Where entries of the calendar come from. A further source is a further [`Source`]; nothing else changes.

use shared_types::calendar::CalendarKind;

/// A source. All parts are constant text of SQL.
pub(super) struct Source {
    /// What its entries are.
    pub kind: CalendarKind,
    /// The columns `system_id`, `id`, `reference`, `title`, `day`, `done` (0 or 1), `owner_id`, `owner_name`, `version`, `updated_at` and where
    /// they come from, up to a first condition.
    pub select: &'static str,
    /// The column of the day, for the condition.
    pub day: &'static str,
    /// What is shown at all.
    pub condition: &'static str,
    /// The column of the system, for the condition.
    pub system: &'static str,
}

/// All sources.
pub(super) const SOURCES: &[Source] = &[
    Source {
        kind: CalendarKind::Review,
        select: "c.system_id, c.id, c.reference, c.title, c.next_review AS day, 0 AS done, c.owner_id, u.name AS owner_name, c.version, c.updated_at \
                 FROM controls c LEFT JOIN users u ON u.id = c.owner_id WHERE 1 = 1",
        day: "c.next_review",
        condition: "c.next_review IS NOT NULL",
        system: "c.system_id",
    },
    Source {
        kind: CalendarKind::Task,
        select: "t.system_id, t.id, 'TASK-' || CAST(t.number AS text) AS reference, t.title, t.due_sort AS day, \
                 CASE WHEN t.state = 'completed' THEN 1 ELSE 0 END AS done, t.assignee_id AS owner_id, u.name AS owner_name, t.version, t.updated_at \
                 FROM tasks t LEFT JOIN users u ON u.id = t.assignee_id WHERE 1 = 1",
        day: "t.due_sort",
        condition: "t.due IS NOT NULL AND t.deleted_at IS NULL",
        system: "t.system_id",
    },
    // The day is that of the approved version, which is the one that supports findings; of the newest where none was approved.
    Source {
        kind: CalendarKind::Evidence,
        select: "e.system_id, e.id, 'EV-' || CAST(e.number AS text) AS reference, e.title, \
                 CASE WHEN e.approved_version IS NULL THEN e.expires ELSE e.approved_until END AS day, 0 AS done, \
                 e.owner_id, u.name AS owner_name, e.version, e.updated_at FROM evidence e LEFT JOIN users u ON u.id = e.owner_id WHERE 1 = 1",
        day: "(CASE WHEN e.approved_version IS NULL THEN e.expires ELSE e.approved_until END)",
        condition: "e.deleted_at IS NULL AND e.archived_at IS NULL",
        system: "e.system_id",
    },
];
