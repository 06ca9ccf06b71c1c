//! Which step moves a task to another column of the board. Pure; the server has said which steps there are.

use leptos::prelude::RwSignal;
use shared_types::TaskId;
use shared_types::tasks::{Task, TaskAction, TaskState};

/// What outlives a drawing of the board: the card that moved, and what screen readers are told.
#[derive(Clone, Copy)]
pub struct Place {
    /// The card that moved last and has not been given the focus yet.
    pub moved: RwSignal<Option<TaskId>>,
    /// What is said.
    pub said: RwSignal<String>,
}

impl Place {
    /// Nothing has moved.
    pub fn new() -> Self {
        Self { moved: RwSignal::new(None), said: RwSignal::new(String::new()) }
    }
}

/// The step from one state to another.
fn step(from: TaskState, to: TaskState) -> Option<TaskAction> {
    match (from, to) {
        (TaskState::Open, TaskState::InProgress) => Some(TaskAction::Start),
        (TaskState::Open | TaskState::InProgress, TaskState::PendingConfirmation) => Some(TaskAction::Submit),
        (TaskState::PendingConfirmation, TaskState::Completed) => Some(TaskAction::Confirm),
        (TaskState::PendingConfirmation, TaskState::InProgress) => Some(TaskAction::SendBack),
        (TaskState::Completed, TaskState::Open) => Some(TaskAction::Reopen),
        _ => None,
    }
}

/// The step that brings a task to a column, if the reader may take it now.
pub fn action_to(task: &Task, to: TaskState) -> Option<TaskAction> {
    step(task.state, to).filter(|action| task.actions.contains(action))
}

/// The columns that the buttons of a card lead to: the one before, the one after. What is completed goes back to the first.
pub fn neighbours(state: TaskState) -> (Option<TaskState>, Option<TaskState>) {
    match state {
        TaskState::Open => (None, Some(TaskState::InProgress)),
        TaskState::InProgress => (Some(TaskState::Open), Some(TaskState::PendingConfirmation)),
        TaskState::PendingConfirmation => (Some(TaskState::InProgress), Some(TaskState::Completed)),
        TaskState::Completed => (Some(TaskState::Open), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_step_is_a_move_and_no_other() {
        let moves = TaskState::ALL.iter().flat_map(|from| TaskState::ALL.iter().filter_map(move |to| step(*from, *to)));
        let mut found: Vec<TaskAction> = moves.collect();
        found.sort_unstable();
        found.dedup();
        let mut all = TaskAction::ALL.to_vec();
        all.sort_unstable();
        assert_eq!(found, all);
        assert_eq!(step(TaskState::InProgress, TaskState::Completed), None, "nothing is completed without a confirmation");
        assert!(TaskState::ALL.iter().all(|state| step(*state, *state).is_none()));
    }
}
