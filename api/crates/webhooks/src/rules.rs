//! When a message is tried again, and when an endpoint is turned off. Pure.

use chrono::{DateTime, Duration, Utc};

/// How long after the first attempt that failed the second is made, and so on: some 29 hours in all.
const PAUSES: [Duration; 8] = [
    Duration::seconds(10),
    Duration::minutes(5),
    Duration::minutes(30),
    Duration::hours(2),
    Duration::hours(4),
    Duration::hours(6),
    Duration::hours(8),
    Duration::hours(8),
];

/// An endpoint that nothing has reached for so long is turned off.
pub(crate) const PATIENCE: Duration = Duration::days(3);

/// When a message that has failed `attempts` times is tried next; never again after the last pause. `chance` spreads those that failed
/// together over a tenth of their pause.
pub(crate) fn next_attempt(attempts: i32, now: DateTime<Utc>, chance: u8) -> Option<DateTime<Utc>> {
    let pause = *PAUSES.get(usize::try_from(attempts).ok()?.checked_sub(1)?)?;
    Some(now + pause + pause * i32::from(chance) / 2550)
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The message was taken.
    Taken,
    /// It may be taken another time.
    Later,
    /// The endpoint says that it is gone: nothing more is sent to it.
    Gone,
}

/// What a status means. A redirect is not followed: it is no yes.
pub(crate) fn meaning(status: u16) -> Meaning {
    match status {
        200..=299 => Meaning::Taken,
        410 => Meaning::Gone,
        _ => Meaning::Later,
    }
}

/// Whether an endpoint that has failed again is to be turned off: nothing has reached it since then, and the message had failed `before`
/// already. The first failure of a message says nothing: the one before it may be long past, with nothing to tell in between.
pub(crate) fn is_hopeless(failing_since: Option<DateTime<Utc>>, before: i32, now: DateTime<Utc>) -> bool {
    before > 0 && failing_since.is_some_and(|since| now - since >= PATIENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_over_hours_and_end() {
        let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
        let after = |attempts| next_attempt(attempts, now, 0).map(|next| next - now);
        assert_eq!(
            (after(1), after(2), after(8)),
            (Some(Duration::seconds(10)), Some(Duration::minutes(5)), Some(Duration::hours(8)))
        );
        assert_eq!((after(0), after(9), after(-1)), (None, None, None));
        let most = next_attempt(2, now, 255).unwrap() - now;
        assert_eq!(most, Duration::minutes(5) + Duration::seconds(30));
    }

    #[test]
    fn only_a_yes_is_a_yes() {
        for (status, means) in [
            (200, Meaning::Taken),
            (204, Meaning::Taken),
            (301, Meaning::Later),
            (400, Meaning::Later),
            (410, Meaning::Gone),
            (500, Meaning::Later),
        ] {
            assert_eq!(meaning(status), means, "{status}");
        }
        let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
        assert!(
            !is_hopeless(None, 1, now)
                && !is_hopeless(Some(now - Duration::hours(71)), 1, now)
                && is_hopeless(Some(now - Duration::days(3)), 1, now)
                && !is_hopeless(Some(now - Duration::days(30)), 0, now)
        );
    }
}
