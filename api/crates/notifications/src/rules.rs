//! What a person is told, in words. Pure.

use chrono::NaiveDate;
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

/// What happened to a task or a piece of evidence, with its words; nothing for a kind that does not exist.
pub(crate) fn words(kind: &str) -> Option<(&'static str, &'static str)> {
    let words = match kind {
        "task.assigned" => ("task.assigned", "was assigned to you"),
        "task.to_confirm" => ("task.to_confirm", "waits for your confirmation"),
        "task.confirmed" => ("task.confirmed", "was confirmed"),
        "task.sent_back" => ("task.sent_back", "was sent back to you"),
        "evidence.to_review" => ("evidence.to_review", "waits for your review"),
        "evidence.approved" => ("evidence.approved", "was approved"),
        "evidence.rejected" => ("evidence.rejected", "was sent back"),
        _ => return None,
    };
    Some(words)
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
}
