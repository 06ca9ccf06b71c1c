//! What a person is told, in words. Pure.

use chrono::{Days, NaiveDate};
use shared_types::evidence::Freshness;

/// A state of evidence that its owner is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aging {
    Expiring,
    Expired,
}

impl Aging {
    /// The state of evidence that expires on a day; nothing while it has long to go.
    pub(crate) fn of(expires: NaiveDate, today: NaiveDate) -> Option<Self> {
        match Freshness::of(Some(expires), today) {
            Freshness::Expired => Some(Self::Expired),
            Freshness::Expiring => Some(Self::Expiring),
            Freshness::Current => None,
        }
    }

    /// The kind of its notification.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Expiring => "evidence.expiring",
            Self::Expired => "evidence.expired",
        }
    }

    /// The word in the key under which a person is told once.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Expiring => "expiring",
            Self::Expired => "expired",
        }
    }

    /// The whole text. `impact` says what falls without it; empty if nothing does.
    pub(crate) fn words(self, number: i32, title: &str, expires: NaiveDate, today: NaiveDate, impact: &str) -> String {
        let what = match (self, (expires - today).num_days()) {
            (Self::Expired, _) => format!("expired on {expires}"),
            (Self::Expiring, 0) => format!("expires today, {expires}"),
            (Self::Expiring, 1) => format!("expires tomorrow, {expires}"),
            (Self::Expiring, days) => format!("expires in {days} days, on {expires}"),
        };
        let then = if impact.is_empty() { String::new() } else { format!(". Then {impact}.") };
        format!("EV-{number} {what}: {title}{then}")
    }
}

/// A task that somebody has to do something about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deadline {
    pub number: i32,
    pub title: String,
    pub due: NaiveDate,
}

/// Days before its date that a task counts as due soon.
const SOON: u64 = 3;
/// Tasks that a notice names; the rest is counted.
const NAMED: usize = 10;

/// The last day that counts as soon.
pub(crate) fn soon(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(SOON)).unwrap_or(today)
}

/// The text of a daily deadline notice.
pub(crate) fn deadline_words(deadlines: &[Deadline], today: NaiveDate) -> String {
    let overdue = deadlines.iter().filter(|task| task.due < today).count();
    let noun = |count: usize| if count == 1 { "task" } else { "tasks" };
    let counts = match (overdue, deadlines.len() - overdue) {
        (late, 0) => format!("{late} {} overdue", noun(late)),
        (0, soon) => format!("{soon} {} due soon", noun(soon)),
        (late, soon) => format!("{late} {} overdue, {soon} due soon", noun(late)),
    };
    let named: Vec<String> = deadlines
        .iter()
        .take(NAMED)
        .map(|task| format!("TASK-{} {} ({})", task.number, task.title, when(task.due, today)))
        .collect();
    let more = deadlines.len().saturating_sub(NAMED);
    let rest = if more == 0 { String::new() } else { format!("; and {more} more") };
    format!("{counts}: {}{rest}", named.join("; "))
}

fn when(due: NaiveDate, today: NaiveDate) -> String {
    match (due - today).num_days() {
        -1 => "1 day overdue".to_owned(),
        days @ ..-1 => format!("{} days overdue", -days),
        0 => "due today".to_owned(),
        1 => "due tomorrow".to_owned(),
        days => format!("due in {days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn states_by_the_day() {
        let today = day("2026-11-22");
        for (expires, state, words) in [
            ("2026-11-21", Some(Aging::Expired), "EV-3 expired on 2026-11-21: Policy"),
            ("2026-11-22", Some(Aging::Expiring), "EV-3 expires today, 2026-11-22: Policy"),
            ("2026-11-23", Some(Aging::Expiring), "EV-3 expires tomorrow, 2026-11-23: Policy"),
            ("2026-12-22", Some(Aging::Expiring), "EV-3 expires in 30 days, on 2026-12-22: Policy"),
            ("2026-12-23", None, ""),
        ] {
            let found = Aging::of(day(expires), today);
            assert_eq!(found, state, "{expires}");
            if let Some(state) = found {
                assert_eq!(state.words(3, "Policy", day(expires), today, ""), words);
                let told = state.words(3, "Policy", day(expires), today, "AC.L2-3.1.1[a] drops");
                assert_eq!(told, format!("{words}. Then AC.L2-3.1.1[a] drops."));
            }
        }
    }

    #[test]
    fn a_deadline_notice_lists_all_up_to_a_bound() {
        let today = day("2026-11-22");
        let task = |number: i32, due: &str| Deadline { number, title: "Turn on MFA".to_owned(), due: day(due) };
        for (tasks, words) in [
            (vec![task(1, "2026-11-21")], "1 task overdue: TASK-1 Turn on MFA (1 day overdue)"),
            (
                vec![task(2, "2026-11-22"), task(3, "2026-11-23")],
                "2 tasks due soon: TASK-2 Turn on MFA (due today); TASK-3 Turn on MFA (due tomorrow)",
            ),
            (
                vec![task(4, "2026-10-22"), task(5, "2026-11-25")],
                "1 task overdue, 1 due soon: TASK-4 Turn on MFA (31 days overdue); TASK-5 Turn on MFA (due in 3 days)",
            ),
        ] {
            assert_eq!(deadline_words(&tasks, today), words);
        }
        let many: Vec<Deadline> = (1..=12).map(|number| task(number, "2026-11-01")).collect();
        assert!(deadline_words(&many, today).ends_with("TASK-10 Turn on MFA (21 days overdue); and 2 more"));
        assert_eq!(soon(today), day("2026-11-25"));
    }
}
