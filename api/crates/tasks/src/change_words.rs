//! What an edit changed, in words, for those who are told of it. Pure. People are not named: names are joined where they are shown.

use crate::service::Fields;
use shared_types::UserId;
use shared_types::words::priority;

/// What was changed, other than who does the task where `assigned` says that this is told by itself; empty if nothing else was.
pub(crate) fn changed(old: &Fields, new: &Fields, assigned: bool) -> String {
    let mut words: Vec<String> = Vec::new();
    if new.title != old.title {
        words.push(format!("was called “{}”", old.title));
    }
    if new.description != old.description {
        words.push("description changed".to_owned());
    }
    if !assigned {
        words.extend(person("assignee", old.people.assignee, new.people.assignee));
    }
    words.extend(person("backup", old.people.backup, new.people.backup));
    words.extend(person("reviewer", old.people.reviewer, new.people.reviewer));
    match (old.due, new.due) {
        (old, new) if old == new => {}
        (Some(_), Some(due)) => words.push(format!("due date moved to {}", due.format("%-d %b %Y"))),
        (_, Some(due)) => words.push(format!("due date set to {}", due.format("%-d %b %Y"))),
        (_, None) => words.push("due date taken away".to_owned()),
    }
    if new.priority != old.priority {
        words.push(format!("priority is now {}", priority(new.priority).to_lowercase()));
    }
    match (old.estimate_hours, new.estimate_hours) {
        (old, new) if old == new => {}
        (_, Some(hours)) => words.push(format!("estimate is now {hours} h")),
        (_, None) => words.push("estimate taken away".to_owned()),
    }
    words.join("; ")
}

fn person(part: &str, old: Option<UserId>, new: Option<UserId>) -> Option<String> {
    match new {
        _ if old == new => None,
        Some(_) if old.is_some() => Some(format!("another {part}")),
        Some(_) => Some(format!("{part} set")),
        None => Some(format!("no {part} any more")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::People;
    use chrono::NaiveDate;
    use shared_types::tasks::Priority;

    fn fields(due: Option<&str>, assignee: Option<u128>) -> Fields {
        let user = |id| UserId(uuid::Uuid::from_u128(id));
        Fields {
            title: "Turn on MFA".to_owned(),
            description: None,
            people: People { assignee: assignee.map(user), backup: None, reviewer: Some(user(9)) },
            due: due.map(|day| day.parse::<NaiveDate>().unwrap()),
            priority: Priority::Normal,
            estimate_hours: None,
        }
    }

    #[test]
    fn each_change_has_its_words() {
        let old = fields(Some("2026-12-09"), Some(1));
        let with = |change: fn(&mut Fields)| {
            let mut new = fields(Some("2026-12-09"), Some(1));
            change(&mut new);
            changed(&old, &new, false)
        };
        assert_eq!(with(|_same| {}), "");
        assert_eq!(with(|new| new.due = "2026-12-16".parse().ok()), "due date moved to 16 Dec 2026");
        assert_eq!(with(|new| new.due = None), "due date taken away");
        assert_eq!(with(|new| new.people.assignee = None), "no assignee any more");
        assert_eq!(with(|new| new.people.assignee = new.people.reviewer), "another assignee");
        assert_eq!(with(|new| new.people.backup = new.people.reviewer), "backup set");
        let all = with(|new| {
            new.title = "Turn MFA on".to_owned();
            new.description = Some("How".to_owned());
            new.people.reviewer = None;
            new.priority = Priority::High;
            new.estimate_hours = Some(4);
        });
        assert_eq!(
            all,
            "was called “Turn on MFA”; description changed; no reviewer any more; priority is now high; estimate is now 4 h"
        );
        assert_eq!(changed(&fields(None, None), &old, true), "due date set to 9 Dec 2026");
        assert_eq!(changed(&fields(None, None), &fields(None, Some(1)), true), "");
    }
}
