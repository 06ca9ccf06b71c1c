//! Every kind of notification, in one place. To add one, add a line to [`KINDS`]; whatever writes a `notify` job of that name, or calls
//! [`tell`](crate::tell) with it, then reaches people as they want it. Their preferences, the filters and the e-mails read this table.

use shared_types::notifications::EmailDelivery;

/// A kind of notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its name, such as `task.assigned`. It is stored and never changes.
    pub name: &'static str,
    /// The group that it stands in.
    pub group: &'static str,
    /// What happened, for the preferences and the filters.
    pub label: &'static str,
    /// What is said after the number of a task or a piece of evidence (`TASK-12 was assigned to you`) or the name of a scheduled report;
    /// empty for kinds that have words of their own.
    pub says: &'static str,
    /// By e-mail, for people who have not chosen.
    pub email: EmailDelivery,
    /// It can't be turned off.
    pub mandatory: bool,
    /// What programs outside are told after the number (`TASK-12 was assigned`); empty for kinds that have words of their own, nothing for
    /// kinds that are no business of theirs.
    pub to_programs: Option<&'static str>,
    /// The crate `identity` mails it already, at once and by itself.
    pub mailed_by_identity: bool,
}

impl Kind {
    /// Its label where no person is told, but a program: "A task was assigned".
    pub fn label_for_programs(&self) -> String {
        let subject = if self.group == TASKS { "A task" } else { "Evidence" };
        match self.to_programs {
            Some(says) if !says.is_empty() => format!("{subject} {says}"),
            _ => self.label.to_owned(),
        }
    }
}

const TASKS: &str = "Tasks";
const EVIDENCE: &str = "Evidence";
const PROGRAMS: &str = "Webhooks";
const REPORTS: &str = "Reports";
const SECURITY: &str = "Security of your account";

/// The kind of what is about a task that is there no more.
pub(crate) const DELETED_TASK: &str = "task.deleted";

/// A kind that each person may turn off.
const fn optional(
    group: &'static str,
    name: &'static str,
    label: &'static str,
    says: &'static str,
    email: EmailDelivery,
) -> Kind {
    Kind { name, group, label, says, email, mandatory: false, to_programs: None, mailed_by_identity: false }
}

/// The same for a kind that programs are told of as well.
const fn told(kind: Kind, to_programs: &'static str) -> Kind {
    Kind { to_programs: Some(to_programs), ..kind }
}

/// A kind that nobody may turn off.
const fn mandatory(group: &'static str, name: &'static str, label: &'static str) -> Kind {
    Kind {
        name,
        group,
        label,
        says: "",
        email: EmailDelivery::Immediate,
        mandatory: true,
        to_programs: None,
        mailed_by_identity: false,
    }
}

/// Something about an account: whoever took it over would turn it off first.
const fn security(name: &'static str, label: &'static str) -> Kind {
    Kind { mailed_by_identity: true, ..mandatory(SECURITY, name, label) }
}

use EmailDelivery::{Digest, Immediate, Off};

/// The table.
pub const KINDS: &[Kind] = &[
    told(optional(TASKS, "task.assigned", "A task is assigned to you", "was assigned to you", Immediate), "was assigned"),
    told(
        optional(
            TASKS,
            "task.imported",
            "Tasks of an import are assigned to you",
            "came with an import and is yours, perhaps with others",
            Immediate,
        ),
        "was imported",
    ),
    optional(TASKS, "task.backup", "You are the backup for a task", "has you as its backup", Digest),
    told(
        optional(TASKS, "task.to_confirm", "A task waits for your confirmation", "waits for your confirmation", Immediate),
        "waits for confirmation",
    ),
    told(optional(TASKS, "task.confirmed", "Your work was confirmed", "was confirmed", Off), "was confirmed"),
    told(optional(TASKS, "task.sent_back", "Your work was sent back", "was sent back to you", Immediate), "was sent back"),
    optional(TASKS, "task.mentioned", "You are mentioned in a comment", "has a comment that mentions you", Immediate),
    optional(TASKS, "task.watching", "Somebody made you watch a task", "is watched by you now", Digest),
    told(
        optional(TASKS, "task.commented", "A comment on a task that you watch", "has a new comment", Digest),
        "has a new comment",
    ),
    told(optional(TASKS, "task.changed", "A task that you watch or have a part in changed", "was changed", Off), "was changed"),
    told(
        optional(TASKS, DELETED_TASK, "A task that you watch or have a part in was deleted", "was deleted", Digest),
        "was deleted",
    ),
    told(optional(TASKS, "task.deadlines", "Tasks are due soon or overdue, once a day", "", Immediate), ""),
    told(
        optional(EVIDENCE, "evidence.to_review", "Evidence waits for your review", "waits for your review", Immediate),
        "waits for review",
    ),
    told(optional(EVIDENCE, "evidence.approved", "Your evidence was approved", "was approved", Off), "was approved"),
    told(optional(EVIDENCE, "evidence.rejected", "Your evidence was sent back", "was sent back", Immediate), "was sent back"),
    told(optional(EVIDENCE, "evidence.expiring", "Evidence is about to expire", "", Digest), ""),
    told(optional(EVIDENCE, "evidence.expired", "Evidence has expired", "", Immediate), ""),
    told(mandatory(EVIDENCE, "evidence.infected", "Malware was found in evidence"), ""),
    told(mandatory(EVIDENCE, "evidence.damaged", "Stored evidence is damaged"), ""),
    optional(PROGRAMS, "webhook.turned_off", "A webhook was turned off because nothing reached it", "", Immediate),
    optional(REPORTS, "report.ready", "A scheduled report is ready for you", "is ready", Immediate),
    optional(REPORTS, "report.failed", "A scheduled report of yours could not be made", "could not be made", Immediate),
    optional(REPORTS, "report.paused", "A scheduled report was paused for want of an owner", "is paused", Immediate),
    security("security.sign_in", "A sign-in from a new device"),
    security("security.lock", "Your account is locked or unlocked"),
    security("security.password", "Your password was changed"),
    security("security.email", "Your address was changed"),
    security("security.second_factor", "A second factor was added, changed or taken away"),
    security("security.single_sign_on", "Single sign-on was connected or disconnected"),
    security("security.token", "An API token was made or revoked"),
    security("security.role", "Your role or your rights changed"),
    security("security.account", "Your account was closed"),
];

/// The kinds that programs outside may be told of.
pub fn for_programs() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(|kind| kind.to_programs.is_some())
}

/// The kind of a name.
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_groups_stand_together() {
        let mut names = std::collections::HashSet::new();
        let mut groups: Vec<&str> = Vec::new();
        for kind in KINDS {
            assert!(names.insert(kind.name), "{} stands twice", kind.name);
            assert!(!kind.label.is_empty() && !kind.label.ends_with('.'), "{}", kind.name);
            if groups.last() != Some(&kind.group) {
                assert!(!groups.contains(&kind.group), "{} stands in two places", kind.group);
                groups.push(kind.group);
            }
        }
    }

    #[test]
    fn a_program_is_told_of_things_and_not_of_itself() {
        let label = |name| find(name).unwrap().label_for_programs();
        assert_eq!(
            (label("task.assigned").as_str(), label("evidence.expired").as_str()),
            ("A task was assigned", "Evidence has expired")
        );
        for kind in for_programs() {
            assert!(!kind.label_for_programs().to_lowercase().contains("you"), "{}", kind.name);
        }
    }

    #[test]
    fn what_is_about_an_account_cannot_be_turned_off() {
        assert!(KINDS.iter().filter(|kind| kind.name.starts_with("security.")).all(|kind| kind.mandatory));
    }
}
