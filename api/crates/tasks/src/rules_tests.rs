use super::*;
use TaskAction::{Confirm, Reopen, SendBack, Start, Submit};
use TaskState::{Completed, InProgress, Open, PendingConfirmation};
use uuid::Uuid;

const DOER: UserId = UserId(Uuid::from_u128(1));
const REVIEWER: UserId = UserId(Uuid::from_u128(2));
const THIRD: UserId = UserId(Uuid::from_u128(3));
const BOSS: UserId = UserId(Uuid::from_u128(4));

fn facts(state: TaskState) -> Facts {
    Facts { state, assignee: Some(DOER), backup: None, reviewer: None, submitted_by: None, others: true }
}

fn waiting() -> Facts {
    Facts { submitted_by: Some(DOER), ..facts(PendingConfirmation) }
}

fn who(user: UserId, role: Role) -> Who {
    Who { user, role }
}

#[expect(clippy::unnecessary_wraps, reason = "compared with the answer of `step`")]
fn go(to: TaskState) -> Result<Step, Refusal> {
    Ok(Step { to, self_confirmed: false })
}

#[test]
fn every_step_from_every_state() {
    let manager = who(BOSS, Role::Manager);
    for (state, allowed) in [
        (Open, vec![(Start, InProgress), (Submit, PendingConfirmation)]),
        (InProgress, vec![(Submit, PendingConfirmation)]),
        (PendingConfirmation, vec![(Confirm, Completed), (SendBack, InProgress)]),
        (Completed, vec![(Reopen, Open)]),
    ] {
        let facts = Facts { submitted_by: Some(DOER), ..facts(state) };
        for &action in TaskAction::ALL {
            let to = allowed.iter().find(|(a, _)| *a == action).map(|(_, to)| *to);
            assert_eq!(step(action, &facts, manager), to.map_or(Err(Refusal::State(state)), go), "{action} from {state}");
        }
        assert_eq!(actions(&facts, manager), allowed.iter().map(|(action, _)| *action).collect::<Vec<_>>());
    }
}

#[test]
fn viewers_and_assessors_take_no_step_and_only_managers_reopen() {
    for &state in TaskState::ALL {
        for role in [Role::Viewer, Role::Assessor] {
            assert_eq!(actions(&facts(state), who(DOER, role)), []);
            assert_eq!(step(Start, &facts(state), who(DOER, role)), Err(Refusal::Role(Role::Contributor)));
        }
    }
    assert_eq!(step(Reopen, &facts(Completed), who(DOER, Role::Contributor)), Err(Refusal::Role(Role::Manager)));
    assert_eq!(actions(&facts(Completed), who(REVIEWER, Role::Contributor)), []);
}

#[test]
fn the_assignee_or_a_manager_submits() {
    for state in [Open, InProgress] {
        assert_eq!(step(Submit, &facts(state), who(DOER, Role::Contributor)), go(PendingConfirmation));
        assert_eq!(step(Submit, &facts(state), who(BOSS, Role::Manager)), go(PendingConfirmation));
        assert_eq!(step(Submit, &facts(state), who(THIRD, Role::Contributor)), Err(Refusal::NotAssignee));
        let free = Facts { assignee: None, ..facts(state) };
        assert_eq!(step(Submit, &free, who(THIRD, Role::Contributor)), go(PendingConfirmation));
    }
}

#[test]
fn somebody_else_confirms() {
    let refused = |facts: Facts, user, role, refusal| {
        assert_eq!(step(Confirm, &facts, who(user, role)), Err(refusal), "{facts:?} {user}");
    };
    let taken = |facts: Facts, user, role| assert_eq!(step(Confirm, &facts, who(user, role)), go(Completed), "{facts:?} {user}");
    let (c, m) = (Role::Contributor, Role::Manager);

    // Without a reviewer: anybody but the person who did it, whatever that person's role.
    taken(waiting(), THIRD, c);
    taken(waiting(), BOSS, m);
    refused(waiting(), DOER, c, Refusal::OwnWork);
    refused(waiting(), DOER, m, Refusal::OwnWork);

    // With one: the reviewer alone.
    let named = Facts { reviewer: Some(REVIEWER), ..waiting() };
    taken(named, REVIEWER, c);
    refused(named, THIRD, c, Refusal::NotReviewer);
    refused(named, BOSS, m, Refusal::NotReviewer);
    refused(named, DOER, m, Refusal::OwnWork);

    // A manager submitted for the assignee: neither of them confirms.
    let for_him = Facts { submitted_by: Some(BOSS), ..waiting() };
    refused(for_him, BOSS, m, Refusal::OwnWork);
    refused(for_him, DOER, c, Refusal::OwnWork);
    taken(for_him, THIRD, c);

    // The reviewer submitted it: then he is no reviewer of it.
    let by_reviewer = Facts { submitted_by: Some(BOSS), reviewer: Some(BOSS), ..waiting() };
    refused(by_reviewer, BOSS, m, Refusal::OwnWork);
    taken(by_reviewer, THIRD, c);
}

#[test]
fn alone_the_submitter_confirms_and_it_is_marked() {
    let alone = Facts { others: false, ..waiting() };
    let marked = Ok(Step { to: Completed, self_confirmed: true });
    assert_eq!(step(Confirm, &alone, who(DOER, Role::Contributor)), marked);
    assert_eq!(step(SendBack, &alone, who(DOER, Role::Contributor)), go(InProgress));
    // The assignee did not submit it: the submitter answers for it.
    let for_him = Facts { submitted_by: Some(BOSS), others: false, ..waiting() };
    assert_eq!(step(Confirm, &for_him, who(BOSS, Role::Manager)), marked);
    assert_eq!(step(Confirm, &for_him, who(DOER, Role::Contributor)), Err(Refusal::OwnWork));
    // An administrator who is no member may confirm, and it is no self-confirmation.
    assert_eq!(step(Confirm, &alone, who(THIRD, Role::Manager)), go(Completed));
}

#[test]
fn who_may_confirm_or_manages_sends_back() {
    let named = Facts { reviewer: Some(REVIEWER), ..waiting() };
    assert_eq!(step(SendBack, &named, who(REVIEWER, Role::Contributor)), go(InProgress));
    assert_eq!(step(SendBack, &named, who(BOSS, Role::Manager)), go(InProgress));
    assert_eq!(step(SendBack, &named, who(THIRD, Role::Contributor)), Err(Refusal::NotReviewer));
    assert_eq!(step(SendBack, &named, who(DOER, Role::Contributor)), Err(Refusal::OwnWork));
    assert_eq!(TaskAction::ALL.iter().copied().filter(|a| demands_comment(*a)).collect::<Vec<_>>(), [SendBack, Reopen]);
}

#[test]
fn no_step_leads_to_a_completed_task_but_a_confirmation() {
    for &state in TaskState::ALL {
        for &action in TaskAction::ALL {
            for role in [Role::Manager, Role::Contributor] {
                for user in [DOER, REVIEWER, THIRD, BOSS] {
                    for reviewer in [None, Some(REVIEWER), Some(DOER)] {
                        for (submitted_by, others) in [(DOER, true), (BOSS, true), (DOER, false), (BOSS, false)] {
                            let facts = Facts { submitted_by: Some(submitted_by), reviewer, others, ..facts(state) };
                            let Ok(taken) = step(action, &facts, who(user, role)) else { continue };
                            assert_eq!(taken.to == Completed, action == Confirm);
                            let own = user == submitted_by || user == DOER;
                            assert_eq!(taken.self_confirmed, action == Confirm && own, "{facts:?} {user} {action}");
                            assert!(!taken.self_confirmed || !others);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn the_backup_submits_and_then_has_done_it() {
    let stood_in = Facts { backup: Some(THIRD), ..facts(InProgress) };
    assert_eq!(step(Submit, &stood_in, who(THIRD, Role::Contributor)), go(PendingConfirmation));
    assert_eq!(step(Submit, &facts(InProgress), who(THIRD, Role::Contributor)), Err(Refusal::NotAssignee));
    let submitted = Facts { submitted_by: Some(THIRD), ..stood_in };
    let submitted = Facts { state: PendingConfirmation, ..submitted };
    for own in [DOER, THIRD] {
        assert_eq!(step(Confirm, &submitted, who(own, Role::Contributor)), Err(Refusal::OwnWork));
    }
    assert_eq!(step(Confirm, &submitted, who(REVIEWER, Role::Contributor)), go(Completed));
}
