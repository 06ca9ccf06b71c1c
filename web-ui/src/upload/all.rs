//! What the reader may do with all files at once, and how far all of them are.

use super::engine::Engine;
use super::item::{Item, State};
use super::meter::{Meter, seconds_left};
use super::words;
use crate::format;
use leptos::prelude::*;

/// Which acts some file allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each button")]
pub struct CanAll {
    /// Several files are here: acts on all are worth their buttons.
    pub several: bool,
    /// Some can be halted.
    pub pause: bool,
    /// Some are halted.
    pub resume: bool,
    /// Some failed in a way that may pass.
    pub retry: bool,
    /// Some can be taken out.
    pub cancel: bool,
    /// Several are in the system already.
    pub skip: bool,
}

impl CanAll {
    /// What these states allow together.
    pub fn of(states: &[State]) -> Self {
        let any = |wanted: fn(&State) -> bool| states.iter().any(wanted);
        Self {
            several: states.len() > 1,
            pause: any(State::can_pause),
            resume: any(|state| matches!(state, State::Paused)),
            retry: any(|state| matches!(state, State::Failed(_)) && state.can_retry()),
            cancel: any(State::can_cancel),
            skip: states.iter().filter(|state| matches!(state, State::Duplicate(_))).count() > 1,
        }
    }
}

/// How far all files together are.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Total {
    /// Files that are done.
    pub done: usize,
    /// Files that are done or on their way.
    pub files: usize,
    /// Bytes that have gone.
    pub sent: u64,
    /// Bytes of them all.
    pub size: u64,
    /// Bytes in a second.
    pub rate: Option<f64>,
}

impl Total {
    /// Of what is done or on its way; what failed or waits for a choice is not part of it. Follows each file.
    pub fn of(items: &[Item]) -> Self {
        let mut total = Self::default();
        for item in items {
            let (counts, done, sending) = item.state.with(|state| {
                let left_out = matches!(state, State::Failed(_) | State::Duplicate(_) | State::Interrupted(_));
                (!left_out, matches!(state, State::Done(_)), matches!(state, State::Sending))
            });
            if !counts {
                continue;
            }
            total.files += 1;
            total.done += usize::from(done);
            total.size += item.size;
            total.sent += if done { item.size } else { item.sent.get() };
            if let Some(rate) = item.meter.with(Meter::rate).filter(|_| sending) {
                total.rate = Some(total.rate.unwrap_or_default() + rate);
            }
        }
        total
    }

    /// How far, in percent.
    #[expect(clippy::cast_precision_loss, reason = "a percentage for people")]
    pub fn percent(&self) -> f64 {
        if self.size == 0 { 0.0 } else { self.sent as f64 * 100.0 / self.size as f64 }
    }

    /// `3 of 20 files · 41 MB of 900 MB · 12 MB/s · 70 s left`.
    pub fn words(&self) -> String {
        let bytes = format!("{} of {}", format::size(self.sent), format::size(self.size));
        let files = format!(
            "{} of {} · {bytes}",
            self.done,
            format::count(i64::try_from(self.files).unwrap_or(i64::MAX), "file", "files")
        );
        match self.rate {
            Some(rate) if self.sent < self.size => {
                let left = words::duration(seconds_left(self.size - self.sent, rate));
                format!("{files} · {} · {left} left", words::speed(rate))
            }
            _ => files,
        }
    }
}

impl Engine {
    /// Halts every file.
    pub fn pause_all(self) {
        // Those that wait first: otherwise each that is halted lets the next one go.
        for item in self.those(State::can_pause, |state| !state.going()) {
            self.pause(item);
        }
        for item in self.those(State::can_pause, State::going) {
            self.pause(item);
        }
        self.say("Paused all files.".to_owned());
    }

    /// Lets every halted file go on.
    pub fn resume_all(self) {
        self.those(|state| matches!(state, State::Paused), |_| true).into_iter().for_each(|id| self.resume(id));
    }

    /// Tries every failed file again.
    pub fn retry_all(self) {
        self.those(|state| matches!(state, State::Failed(_)), State::can_retry).into_iter().for_each(|id| self.resume(id));
    }

    /// Takes out every file that is not done, those that wait first.
    pub fn cancel_all(self) {
        self.those(State::can_cancel, |state| !state.going()).into_iter().for_each(|id| self.remove(id));
        self.those(State::can_cancel, |_| true).into_iter().for_each(|id| self.remove(id));
        self.say("Cancelled all files.".to_owned());
    }

    /// Takes every file out that the system has already.
    pub fn skip_known(self) {
        self.those(|state| matches!(state, State::Duplicate(_)), |_| true).into_iter().for_each(|id| self.remove(id));
    }

    fn those(self, wanted: fn(&State) -> bool, and: fn(&State) -> bool) -> Vec<u32> {
        let ids = |items: &Vec<Item>| {
            let chosen = items.iter().filter(|item| item.state.with_untracked(|state| wanted(state) && and(state)));
            chosen.map(|item| item.id).collect()
        };
        self.items.with_untracked(ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn buttons_follow_the_states() {
        let known = || State::Duplicate(Vec::new().into());
        let can = CanAll::of(&[State::Sending, known(), known()]);
        assert_eq!((can.several, can.pause, can.resume, can.retry, can.cancel, can.skip), (true, true, false, false, true, true));
        assert!(!CanAll::of(&[known()]).skip && CanAll::of(&[State::Paused]).resume);
        assert_eq!(CanAll::of(&[]), CanAll::default());
    }

    #[test]
    fn the_total_in_words() {
        let total = Total { done: 3, files: 20, sent: 40_000_000, size: 100_000_000, rate: Some(2_000_000.0) };
        assert_eq!(total.words(), "3 of 20 files · 40.0 MB of 100 MB · 2.0 MB/s · 30 s left");
        assert_eq!(Total { rate: None, ..total }.words(), "3 of 20 files · 40.0 MB of 100 MB");
        assert!((total.percent() - 40.0).abs() < f64::EPSILON);
    }
}
