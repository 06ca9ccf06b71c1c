//! What a list of tasks asks for, as a condition of SQL: constant fragments and numbered places, never a person's text.

use platform::http::query::{several, several_named};
use platform::{AppError, Result};
use sea_orm::Value;
use shared_types::FieldCode;
use shared_types::systems::Role;
use shared_types::tasks::{Priority, TaskState};
use systems::Scope;
use uuid::Uuid;

/// The filters as they were sent.
#[derive(Debug, Default)]
pub(crate) struct Filters<'a> {
    pub state: Option<&'a str>,
    pub assignee: Option<&'a str>,
    pub to_confirm: Option<bool>,
    pub overdue: Option<bool>,
    pub watching: Option<bool>,
    pub control: Option<&'a str>,
    pub priority: Option<&'a str>,
    pub q: Option<&'a str>,
}

/// How many of the system's contributors and managers whose account is in use neither did nor submitted the task `t`.
pub(crate) const OTHERS: &str = "(SELECT COUNT(*) FROM members o \
    JOIN users x ON x.id = o.user_id AND x.deactivated_at IS NULL AND x.deleted_at IS NULL WHERE o.system_id = t.system_id \
    AND o.role IN ('manager', 'contributor') AND o.user_id <> t.submitted_by \
    AND o.user_id <> COALESCE(t.assignee_id, t.submitted_by))";

/// Whether the contributor or manager in the place `me` may confirm the task `t` of [`crate::TABLES`]: `rules::step(Confirm)`
/// as SQL.
pub fn confirmable(me: &str) -> String {
    let assignee = "COALESCE(t.assignee_id, t.submitted_by)";
    format!(
        "(t.state = 'pending_confirmation' AND ((t.submitted_by <> {me} AND {assignee} <> {me} \
         AND (v.user_id IS NULL OR v.user_id = {me} OR v.user_id = t.submitted_by OR v.user_id = {assignee})) \
         OR (t.submitted_by = {me} AND {OTHERS} = 0)))"
    )
}

/// A condition that grows, with its values.
#[derive(Debug)]
pub(crate) struct Condition {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Condition {
    /// The living tasks of a system: nothing is read without this.
    pub(crate) fn of(scope: &Scope) -> Self {
        Self { sql: "t.system_id = $1 AND t.deleted_at IS NULL".to_owned(), values: vec![scope.system.0.into()] }
    }

    /// The place of a value.
    pub(crate) fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn and(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }

    fn and_one_of(&mut self, column: &str, values: &[&'static str]) {
        if !values.is_empty() {
            let places: Vec<String> = values.iter().map(|value| self.place(*value)).collect();
            self.and(&format!("{column} IN ({})", places.join(", ")));
        }
    }

    fn and_any(&mut self, parts: &[String]) {
        if !parts.is_empty() {
            self.and(&format!("({})", parts.join(" OR ")));
        }
    }

    /// Adds all filters.
    pub(crate) fn filter(mut self, scope: &Scope, filters: &Filters<'_>) -> Result<Self> {
        let states = several_named("state", filters.state, TaskState::ALL, TaskState::as_str)?;
        self.and_one_of("t.state", &states.into_iter().map(TaskState::as_str).collect::<Vec<_>>());
        let priorities = several_named("priority", filters.priority, Priority::ALL, Priority::as_str)?;
        self.and_one_of("t.priority", &priorities.into_iter().map(Priority::as_str).collect::<Vec<_>>());
        self.assignees(scope, filters.assignee)?;
        self.controls(filters.control)?;
        if let Some(overdue) = filters.overdue {
            let today = self.place(scope.today);
            let not = if overdue { "" } else { "NOT " };
            self.and(&format!("{not}(t.state <> 'completed' AND t.due_sort < {today})"));
        }
        if let Some(watching) = filters.watching {
            let (me, not) = (self.place(scope.user.0), if watching { "" } else { "NOT " });
            self.and(&format!("{not}EXISTS (SELECT 1 FROM task_watchers w WHERE w.task_id = t.id AND w.user_id = {me})"));
        }
        if let Some(wanted) = filters.to_confirm {
            self.confirmable(scope, wanted);
        }
        if let Some(q) = filters.q.map(str::trim).filter(|q| !q.is_empty()) {
            let like = self.place(like(q));
            self.and(&format!(r"(t.search_text LIKE {like} ESCAPE '\' OR LOWER(c.reference) LIKE {like} ESCAPE '\')"));
        }
        Ok(self)
    }

    fn assignees(&mut self, scope: &Scope, text: Option<&str>) -> Result<()> {
        let mut parts = Vec::new();
        for part in several("assignee", text)? {
            let user = match part {
                "none" => {
                    parts.push("t.assignee_id IS NULL".to_owned());
                    continue;
                }
                "me" => scope.user.0,
                id => id
                    .parse::<Uuid>()
                    .map_err(|_bad| AppError::invalid("assignee", FieldCode::BadFormat, "the id of a person, me or none"))?,
            };
            parts.push(format!("t.assignee_id = {}", self.place(user)));
        }
        self.and_any(&parts);
        Ok(())
    }

    /// Its own tasks, and those that are linked to it. A control that is not there, or not here, has none: the joins are within the
    /// system.
    fn controls(&mut self, text: Option<&str>) -> Result<()> {
        let mut parts = Vec::new();
        for part in several("control", text)? {
            if let Ok(id) = part.parse::<Uuid>() {
                let id = self.place(id);
                parts.push(format!(
                    "t.control_id = {id} OR EXISTS (SELECT 1 FROM task_links l WHERE l.task_id = t.id AND l.control_id = {id})"
                ));
            } else {
                let references = controls::candidates(part);
                parts.extend(references.into_iter().map(|reference| {
                    let reference = self.place(reference);
                    format!(
                        "c.reference = {reference} OR EXISTS (SELECT 1 FROM task_links l JOIN controls x ON x.id = l.control_id \
                         WHERE l.task_id = t.id AND x.reference = {reference})"
                    )
                }));
                // What can't be a reference matches nothing, and is not left out.
                parts.push("1 = 0".to_owned());
            }
        }
        self.and_any(&parts);
        Ok(())
    }

    /// `rules::step(Confirm)` as SQL.
    fn confirmable(&mut self, scope: &Scope, wanted: bool) {
        if !scope.role.allows(Role::Contributor) || scope.archived {
            return self.and(if wanted { "1 = 0" } else { "1 = 1" });
        }
        let me = self.place(scope.user.0);
        let not = if wanted { "" } else { "NOT " };
        self.and(&format!("{not}{}", confirmable(&me)));
    }
}

/// A part of a text, with what LIKE would understand as a pattern taken literally.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
