//! What becomes of a file on its way, and what is remembered of it meanwhile.

use super::engine::Engine;
use super::item::{Failure, Item, State, Waiting};
use super::memory::{self, Remembered};
use super::words;
use leptos::prelude::*;
use shared_types::SystemId;
use shared_types::evidence::Evidence;
use std::sync::Arc;

/// Gives other tabs a sign of what goes in this one; `0` that it does not any more.
pub fn beat(uploads: Engine, now: f64) {
    let going = |item: &Item| if item.now().at_risk() || matches!(item.now(), State::Paused) { item.location() } else { None };
    let locations: Vec<String> = uploads.items.with_untracked(|items| items.iter().filter_map(going).collect());
    if let Some(user) = uploads.user().filter(|_| !locations.is_empty()) {
        memory::beat(user, &locations, now);
    }
}

impl Engine {
    /// A tus resource was made for a file: worth remembering.
    pub(super) fn begun(self, item: &Item, location: &str) {
        item.locate(Some(location.to_owned()));
        if let Some(user) = self.user() {
            let one = Remembered {
                system: item.system,
                location: location.to_owned(),
                name: item.name.to_string(),
                size: item.size,
                modified: item.modified.unwrap_or_default(),
                target: (*item.target).clone(),
                sha256: item.sha256(),
                key: item.key.to_string(),
                beat: js_sys::Date::now(),
            };
            memory::put(user, one);
        }
    }

    /// Forgets the tus resource of a file.
    pub(super) fn forget(self, item: &Item) {
        if let (Some(user), Some(location)) = (self.user(), item.location()) {
            memory::forget(user, &location);
        }
    }

    /// A file does not go any more: it needs no brake.
    pub(super) fn release(self, id: u32) {
        self.halts.update_value(|halts| {
            halts.remove(&id);
        });
    }

    /// Something in the system is new, past the client's own door.
    pub(super) fn changed(self, system: SystemId) {
        self.api().altered(&format!("/api/v1/systems/{system}/evidence"));
    }

    /// A file waits for the line or the server.
    pub(super) fn waits(self, item: &Item, waiting: Waiting) {
        if !matches!(item.now(), State::Waiting(_)) {
            self.say(words::waits(&item.name, waiting));
        }
        item.enter(State::Waiting(waiting));
    }

    /// A file can't go on.
    pub(super) fn failed(self, item: &Item, failure: Failure) {
        self.release(item.id);
        self.say(format!("{} was not uploaded. {}", item.name, words::failure(&failure)));
        item.enter(State::Failed(failure));
        self.pump();
    }

    /// A file is evidence.
    pub(super) fn finished(self, item: &Item, evidence: Arc<Evidence>) {
        self.forget(item);
        self.files.update_value(|files| {
            files.remove(&item.id);
        });
        self.release(item.id);
        item.progress(item.size);
        item.enter(State::Done(evidence));
        self.say(format!("Uploaded {}.", item.name));
        self.pump();
    }
}
