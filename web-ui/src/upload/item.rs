//! One file on its way.

use super::meter::Meter;
use super::target::Target;
use crate::api::ApiError;
use leptos::prelude::*;
use shared_types::SystemId;
use shared_types::evidence::{Evidence, KnownContent};
use std::sync::{Arc, Mutex, OnceLock};

/// Where a file stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Others go first.
    Queued,
    /// The browser hashes it, so many percent by now, and asks whether the system has it.
    Hashing(u64),
    /// The system has it: the reader chooses.
    Duplicate(Arc<[KnownContent]>),
    /// Bytes are going.
    Sending,
    /// Halted by the reader.
    Paused,
    /// Halted by the line or the server; goes on by itself.
    Waiting(Waiting),
    /// All bytes are there; the server makes evidence of them.
    Finishing,
    /// It can't go on.
    Failed(Failure),
    /// Begun before a reload, or elsewhere: the file must be chosen again.
    Interrupted(Option<String>),
    /// It is evidence.
    Done(Arc<Evidence>),
}

/// Why a file waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// No connection.
    Line,
    /// The server is busy.
    Server,
}

/// Why a file can't go on.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// It was not even sent.
    Unsuitable(String),
    /// The browser can't read it any more.
    Unreadable,
    /// The server refused.
    Refused(ApiError),
}

impl State {
    /// Takes one of the places of those that go at the same time.
    pub fn going(&self) -> bool {
        matches!(self, Self::Hashing(_) | Self::Sending | Self::Waiting(_) | Self::Finishing)
    }

    /// Neither done nor given up.
    pub fn unfinished(&self) -> bool {
        !matches!(self, Self::Done(_) | Self::Failed(_))
    }

    /// Closing the page now would interrupt it.
    pub fn at_risk(&self) -> bool {
        self.going() || matches!(self, Self::Queued)
    }

    /// Can be halted.
    pub fn can_pause(&self) -> bool {
        matches!(self, Self::Queued | Self::Hashing(_) | Self::Sending | Self::Waiting(_))
    }

    /// Can be taken out, and what the server holds of it with it.
    pub fn can_cancel(&self) -> bool {
        self.unfinished() && !matches!(self, Self::Finishing | Self::Duplicate(_))
    }

    /// Trying again may help.
    pub fn can_retry(&self) -> bool {
        match self {
            Self::Failed(failure) => !matches!(failure, Failure::Unsuitable(_)),
            Self::Waiting(_) => true,
            _ => false,
        }
    }
}

/// One file on its way.
#[derive(Clone)]
pub struct Item {
    /// Unique in this page.
    pub id: u32,
    /// The system that it becomes evidence of.
    pub system: SystemId,
    /// Name.
    pub name: Arc<str>,
    /// Bytes.
    pub size: u64,
    /// When it was last changed on the reader's disk, in milliseconds; unknown for uploads begun elsewhere.
    pub modified: Option<i64>,
    /// What it becomes.
    pub target: Arc<Target>,
    /// Its SHA-256, once it was computed and the system asked for it.
    pub hash: Arc<OnceLock<String>>,
    /// Makes the last step one, however often it is sent.
    pub key: Arc<str>,
    /// Where it stands.
    pub state: ArcRwSignal<State>,
    /// Bytes that have arrived or are on the line.
    pub sent: ArcRwSignal<u64>,
    /// Its speed.
    pub meter: ArcRwSignal<Meter>,
    /// The tus resource, once there is one.
    pub location: Arc<Mutex<Option<String>>>,
}

impl Item {
    /// Moves it to a state.
    pub fn enter(&self, state: State) {
        if !matches!(state, State::Sending) {
            self.meter.update(Meter::reset);
        }
        if self.state.with_untracked(|now| *now != state) {
            self.state.set(state);
        }
    }

    /// Where it stands, without following it.
    pub fn now(&self) -> State {
        self.state.get_untracked()
    }

    /// Notes that so many bytes have gone.
    pub fn progress(&self, sent: u64) {
        let sent = sent.min(self.size);
        self.meter.update(|meter| meter.note(js_sys::Date::now(), sent));
        if self.sent.get_untracked() != sent {
            self.sent.set(sent);
        }
    }

    /// How many bytes have gone, without following it.
    pub fn sent(&self) -> u64 {
        self.sent.get_untracked()
    }

    /// Its tus resource, without following it.
    pub fn location(&self) -> Option<String> {
        self.location.lock().ok().and_then(|location| location.clone())
    }

    /// Notes its tus resource.
    pub fn locate(&self, location: Option<String>) {
        if let Ok(mut own) = self.location.lock() {
            *own = location;
        }
    }

    /// Whether the system was asked for its content already.
    pub fn looked(&self) -> bool {
        self.hash.get().is_some()
    }

    /// Its SHA-256, if it was computed.
    pub fn sha256(&self) -> Option<String> {
        self.hash.get().cloned()
    }

    /// Notes its SHA-256. The first one stays: the file is read again only to be sent.
    pub fn note_hash(&self, hash: String) {
        let _same = self.hash.set(hash);
    }

    /// How far, in percent.
    #[expect(clippy::cast_precision_loss, reason = "a percentage for people")]
    pub fn percent(&self) -> f64 {
        if self.size == 0 { 0.0 } else { self.sent.get() as f64 * 100.0 / self.size as f64 }
    }

    /// Whether a file that was chosen is this one: name, size, and where it is known the time of its last change.
    pub fn is_the_file(&self, name: &str, size: u64, modified: i64) -> bool {
        *self.name == *name && self.size == size && self.modified.is_none_or(|own| own == modified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_each_state_allows() {
        let failed = State::Failed(Failure::Refused(ApiError::Status(500)));
        let refused = State::Failed(Failure::Unsuitable("x".into()));
        let lost = State::Waiting(Waiting::Line);
        let interrupted = State::Interrupted(None);
        // state, going, can_pause, can_cancel, can_retry, at_risk
        let table = [
            (State::Queued, [false, true, true, false, true]),
            (State::Hashing(3), [true, true, true, false, true]),
            (State::Duplicate(Vec::new().into()), [false, false, false, false, false]),
            (State::Sending, [true, true, true, false, true]),
            (State::Paused, [false, false, true, false, false]),
            (lost, [true, true, true, true, true]),
            (State::Finishing, [true, false, false, false, true]),
            (failed, [false, false, false, true, false]),
            (refused, [false, false, false, false, false]),
            (interrupted, [false, false, true, false, false]),
        ];
        for (state, wanted) in table {
            let found = [state.going(), state.can_pause(), state.can_cancel(), state.can_retry(), state.at_risk()];
            assert_eq!(found, wanted, "{state:?}");
        }
    }
}
