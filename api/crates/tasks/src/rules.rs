//! Who may take which step of a task, in which state.

use shared_types::systems::Role;
use shared_types::tasks::{Priority, TaskAction, TaskState};
use shared_types::{ErrorCode, FieldCode, UserId};

/// What decides about a task.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// Where it stands.
    pub state: TaskState,
    /// Who does it.
    pub assignee: Option<UserId>,
    /// Who does it while the assignee is away.
    pub backup: Option<UserId>,
    /// Who is to confirm it; absent if nobody was named or that person is no contributor or manager any more.
    pub reviewer: Option<UserId>,
    /// Who submitted it.
    pub submitted_by: Option<UserId>,
    /// The system has a contributor or manager who neither did nor submitted it. Matters while it waits for confirmation.
    pub others: bool,
}

impl Facts {
    /// Did the work, or said that it is done.
    fn did_it(&self, user: UserId) -> bool {
        self.submitted_by == Some(user) || self.assignee == Some(user)
    }

    /// The one person whose confirmation counts, if there is one. A reviewer who did the work can't be it.
    pub(crate) fn confirmer(&self) -> Option<UserId> {
        self.reviewer.filter(|reviewer| !self.did_it(*reviewer))
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who {
    pub user: UserId,
    pub role: Role,
}

/// What a step leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub to: TaskState,
    /// A confirmation by the person who did the work, because nobody else is eligible.
    pub self_confirmed: bool,
}

/// Why a step is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The step needs this role.
    Role(Role),
    /// The step does not begin in this state.
    State(TaskState),
    /// Somebody else is assigned.
    NotAssignee,
    /// Somebody else was named to confirm it.
    NotReviewer,
    /// It is the person's own work, and somebody else can confirm it.
    OwnWork,
}

/// Whether a step must say why.
pub(crate) fn demands_comment(action: TaskAction) -> bool {
    matches!(action, TaskAction::SendBack | TaskAction::Reopen)
}

/// Urgent comes first.
pub(crate) fn rank(priority: Priority) -> i32 {
    match priority {
        Priority::Urgent => 0,
        Priority::High => 1,
        Priority::Normal => 2,
        Priority::Low => 3,
    }
}

/// The steps that a person may take now.
pub(crate) fn actions(facts: &Facts, who: Who) -> Vec<TaskAction> {
    TaskAction::ALL.iter().copied().filter(|action| step(*action, facts, who).is_ok()).collect()
}

/// Takes a step, or says why not.
pub(crate) fn step(action: TaskAction, facts: &Facts, who: Who) -> Result<Step, Refusal> {
    let least = if action == TaskAction::Reopen { Role::Manager } else { Role::Contributor };
    if !who.role.allows(least) {
        return Err(Refusal::Role(least));
    }
    let to = target(action, facts.state)?;
    let self_confirmed = match action {
        TaskAction::Start | TaskAction::Reopen => false,
        TaskAction::Submit => may_submit(facts, who)?,
        TaskAction::Confirm => may_confirm(facts, who)?,
        // A manager also takes back what waits for a reviewer who does not come.
        TaskAction::SendBack if who.role == Role::Manager => false,
        TaskAction::SendBack => may_confirm(facts, who).map(|_alone| false)?,
    };
    Ok(Step { to, self_confirmed })
}

/// The state machine.
fn target(action: TaskAction, from: TaskState) -> Result<TaskState, Refusal> {
    match (action, from) {
        (TaskAction::Start, TaskState::Open) | (TaskAction::SendBack, TaskState::PendingConfirmation) => {
            Ok(TaskState::InProgress)
        }
        (TaskAction::Submit, TaskState::Open | TaskState::InProgress) => Ok(TaskState::PendingConfirmation),
        (TaskAction::Confirm, TaskState::PendingConfirmation) => Ok(TaskState::Completed),
        (TaskAction::Reopen, TaskState::Completed) => Ok(TaskState::Open),
        _ => Err(Refusal::State(from)),
    }
}

/// The assignee says that it is done, or the backup or a manager for him; anybody who may work where nobody is assigned.
fn may_submit(facts: &Facts, who: Who) -> Result<bool, Refusal> {
    let own = facts.assignee.is_none_or(|assignee| assignee == who.user) || facts.backup == Some(who.user);
    if own || who.role == Role::Manager { Ok(false) } else { Err(Refusal::NotAssignee) }
}

/// Answers whether it would be a self-confirmation.
fn may_confirm(facts: &Facts, who: Who) -> Result<bool, Refusal> {
    if facts.did_it(who.user) {
        let alone = !facts.others && facts.submitted_by == Some(who.user);
        return if alone { Ok(true) } else { Err(Refusal::OwnWork) };
    }
    match facts.confirmer() {
        Some(reviewer) if reviewer != who.user => Err(Refusal::NotReviewer),
        _ => Ok(false),
    }
}

fn in_words(state: TaskState) -> &'static str {
    match state {
        TaskState::Open => "open",
        TaskState::InProgress => "in progress",
        TaskState::PendingConfirmation => "waiting for confirmation",
        TaskState::Completed => "completed",
    }
}

impl From<Refusal> for platform::AppError {
    fn from(refusal: Refusal) -> Self {
        let forbidden = |detail: String| Self::new(ErrorCode::Forbidden).detail(detail);
        match refusal {
            Refusal::Role(role) => forbidden(format!("This needs the role {role} or higher.")),
            Refusal::State(state) => Self::conflict(format!("The task is {}: this step does not begin there.", in_words(state))),
            Refusal::NotAssignee => {
                forbidden("Only the person it is assigned to, the backup or a manager can submit this task.".to_owned())
            }
            Refusal::NotReviewer => forbidden(
                "Only the reviewer of this task can do this. Name another reviewer first if that person can't.".to_owned(),
            ),
            Refusal::OwnWork => Self::conflict("The person who did the work can't confirm it. Somebody else has to."),
        }
    }
}

/// The refusal of a step that must say why and does not.
pub(crate) fn comment_missing() -> platform::AppError {
    platform::AppError::invalid("/comment", FieldCode::Required, "say why")
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
