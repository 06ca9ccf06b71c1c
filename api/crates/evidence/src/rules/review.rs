//! Who may take which step of a review, in which state.

use platform::AppError;
use shared_types::evidence::{ReviewAction, ReviewState};
use shared_types::systems::Role;
use shared_types::{ErrorCode, UserId};

/// What decides about a step.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// Where the newest version stands.
    pub state: ReviewState,
    /// Everybody who made it: who created it, gave it its dates, uploaded a file of it.
    pub authors: Vec<UserId>,
    /// The system has a contributor or manager who is none of them.
    pub others: bool,
}

/// What a step leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub to: ReviewState,
    /// An approval by an author, because nobody else is eligible: marked, and audited under a name of its own.
    pub self_approved: bool,
}

/// Why a step is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The step does not begin in this state.
    State(ReviewState),
    /// It is the person's own work, and somebody else can look at it.
    OwnWork,
    /// Only who handed it in, or a manager, takes it back.
    NotAuthor,
}

/// Takes a step, or says why not. Who asks is a contributor or a manager.
pub(crate) fn step(action: ReviewAction, facts: &Facts, user: UserId, role: Role) -> Result<Step, Refusal> {
    let author = facts.authors.contains(&user);
    let to = match (action, facts.state) {
        (ReviewAction::Submit, ReviewState::Draft | ReviewState::Rejected) => ReviewState::PendingReview,
        (ReviewAction::Withdraw, ReviewState::PendingReview) => ReviewState::Draft,
        (ReviewAction::Approve, ReviewState::PendingReview) => ReviewState::Approved,
        (ReviewAction::Reject, ReviewState::PendingReview) => ReviewState::Rejected,
        (_, state) => return Err(Refusal::State(state)),
    };
    match action {
        ReviewAction::Withdraw if !author && role != Role::Manager => Err(Refusal::NotAuthor),
        ReviewAction::Approve | ReviewAction::Reject if author && facts.others => Err(Refusal::OwnWork),
        ReviewAction::Approve => Ok(Step { to, self_approved: author }),
        _ => Ok(Step { to, self_approved: false }),
    }
}

fn in_words(state: ReviewState) -> &'static str {
    match state {
        ReviewState::Draft => "a draft",
        ReviewState::PendingReview => "waiting for review",
        ReviewState::Approved => "approved",
        ReviewState::Rejected => "sent back",
    }
}

/// Refuses a change of what a reviewer looks at or has looked at.
pub(crate) fn demand_open(state: ReviewState) -> platform::Result<()> {
    if state.is_open() {
        return Ok(());
    }
    let mend = match state {
        ReviewState::PendingReview => "Withdraw it first.",
        _ => "Add a new version instead.",
    };
    Err(AppError::conflict(format!("The version is {}: its files and dates stand. {mend}", in_words(state))))
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        let forbidden = |detail: &str| Self::new(ErrorCode::Forbidden).detail(detail.to_owned());
        match refusal {
            Refusal::State(state) => {
                Self::conflict(format!("The version is {}: this step does not begin there.", in_words(state)))
            }
            Refusal::OwnWork => forbidden("Evidence is reviewed by another person than its author."),
            Refusal::NotAuthor => forbidden("Only an author of this version, or a manager, can take it back."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(number))
    }

    fn facts(state: ReviewState, others: bool) -> Facts {
        Facts { state, authors: vec![user(1), user(2)], others }
    }

    #[test]
    fn every_step_from_every_state() {
        use ReviewAction as A;
        use ReviewState as S;
        let stranger = user(9);
        for state in S::ALL.iter().copied() {
            for action in A::ALL.iter().copied() {
                let expected = match (action, state) {
                    (A::Submit, S::Draft | S::Rejected) => Ok(S::PendingReview),
                    (A::Approve, S::PendingReview) => Ok(S::Approved),
                    (A::Reject, S::PendingReview) => Ok(S::Rejected),
                    (A::Withdraw, S::PendingReview) => Err(Refusal::NotAuthor),
                    _ => Err(Refusal::State(state)),
                };
                let found = step(action, &facts(state, true), stranger, Role::Contributor);
                assert_eq!(found.map(|step| step.to), expected, "{action} {state}");
            }
        }
    }

    #[test]
    fn nobody_reviews_their_own_work_while_somebody_else_can() {
        for author in [user(1), user(2)] {
            for action in [ReviewAction::Approve, ReviewAction::Reject] {
                let pending = facts(ReviewState::PendingReview, true);
                assert_eq!(step(action, &pending, author, Role::Manager), Err(Refusal::OwnWork));
            }
            let alone = facts(ReviewState::PendingReview, false);
            let approved = step(ReviewAction::Approve, &alone, author, Role::Contributor);
            assert_eq!(approved, Ok(Step { to: ReviewState::Approved, self_approved: true }));
        }
        let pending = facts(ReviewState::PendingReview, true);
        assert_eq!(
            step(ReviewAction::Withdraw, &pending, user(1), Role::Contributor).map(|step| step.to),
            Ok(ReviewState::Draft)
        );
        assert!(step(ReviewAction::Withdraw, &pending, user(9), Role::Manager).is_ok());
    }
}
