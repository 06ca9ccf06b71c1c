//! How fast an upload goes, over the last few seconds, so that the figure is steady but follows the line.

use std::collections::VecDeque;

/// How far back the speed looks.
const WINDOW_MS: f64 = 6_000.0;
/// Less time than this tells nothing.
const LEAST_MS: f64 = 400.0;

/// A meter of one upload.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    samples: VecDeque<(f64, u64)>,
}

impl Meter {
    /// Notes how many bytes have been sent at a time in milliseconds.
    pub fn note(&mut self, now: f64, sent: u64) {
        // Fewer bytes than before: a part is sent again. What was measured before does not hold any more.
        if self.samples.back().is_some_and(|(_, before)| *before > sent) {
            self.samples.clear();
        }
        self.samples.push_back((now, sent));
        while self.samples.len() > 2 && self.samples.front().is_some_and(|(at, _)| now - at > WINDOW_MS) {
            self.samples.pop_front();
        }
    }

    /// Bytes in a second; none while there is too little to tell.
    pub fn rate(&self) -> Option<f64> {
        let ((start, from), (end, to)) = (self.samples.front()?, self.samples.back()?);
        let passed = end - start;
        if passed < LEAST_MS || to == from {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "two digits of it are shown")]
        let bytes = (to - from) as f64;
        Some(bytes * 1_000.0 / passed)
    }

    /// Forgets: the upload halted.
    pub fn reset(&mut self) {
        self.samples.clear();
    }
}

/// Seconds left at this speed.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shown in whole seconds; `as` saturates"
)]
pub fn seconds_left(left: u64, rate: f64) -> u64 {
    if rate > 0.0 { (left as f64 / rate).ceil() as u64 } else { u64::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn speed_is_that_of_the_last_seconds() {
        let mut meter = Meter::default();
        assert_eq!(meter.rate(), None);
        meter.note(0.0, 0);
        meter.note(100.0, 1_000_000);
        assert_eq!(meter.rate(), None, "too little time");
        meter.note(1_000.0, 2_000_000);
        assert_eq!(meter.rate(), Some(2_000_000.0));
        for second in 2..20 {
            meter.note(f64::from(second) * 1_000.0, 2_000_000 + u64::try_from(second).unwrap() * 500_000);
        }
        assert!((meter.rate().unwrap() - 500_000.0).abs() < 1.0);
    }

    #[test]
    fn a_part_sent_again_begins_anew() {
        let mut meter = Meter::default();
        meter.note(0.0, 5_000);
        meter.note(1_000.0, 4_000);
        assert_eq!(meter.rate(), None);
    }

    #[test]
    fn time_left() {
        assert_eq!((seconds_left(1_000, 500.0), seconds_left(1, 500.0), seconds_left(1, 0.0)), (2, 1, u64::MAX));
    }
}
