//! When an account is locked, and for how long.

use serde::Deserialize;

/// How many failures lock an account, and for how long.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct LockoutSettings {
    pub failures: u32,
    pub first_minutes: u32,
    pub longest_hours: u32,
}

impl LockoutSettings {
    /// What is wrong with them, with the mend.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if !(1..=1_000).contains(&self.failures) {
            Some("lockout.failures: from 1 to 1000")
        } else if self.first_minutes == 0 || self.longest_hours == 0 || self.longest_hours > 720 {
            Some("lockout: first_minutes and longest_hours at least 1, longest_hours at most 720")
        } else if self.first_minutes > self.longest_hours * 60 {
            Some("lockout.first_minutes: not above longest_hours")
        } else {
            None
        }
    }

    /// How long the lock lasts after `before` earlier ones, in minutes: twice as long each time, up to the longest.
    pub fn minutes(&self, before: u32) -> i64 {
        let longest = i64::from(self.longest_hours) * 60;
        let doubled = 1_i64.checked_shl(before.min(40)).and_then(|times| times.checked_mul(i64::from(self.first_minutes)));
        doubled.map_or(longest, |minutes| minutes.min(longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_double_up_to_a_day() {
        let settings = LockoutSettings { failures: 5, first_minutes: 15, longest_hours: 24 };
        let minutes: Vec<i64> = (0..9).map(|before| settings.minutes(before)).collect();
        assert_eq!(minutes, [15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
        assert_eq!(settings.minutes(u32::MAX), 1440);
    }

    #[test]
    fn faults_are_named() {
        let fault = |failures, first_minutes, longest_hours| {
            LockoutSettings { failures, first_minutes, longest_hours }.fault().unwrap_or_default().to_owned()
        };
        assert_eq!(fault(5, 15, 24), "");
        for (bad, word) in [(fault(0, 15, 24), "failures"), (fault(5, 0, 24), "first_minutes"), (fault(5, 61, 1), "not above")] {
            assert!(bad.contains(word), "{bad}");
        }
    }
}
