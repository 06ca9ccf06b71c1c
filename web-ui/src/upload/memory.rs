//! What this browser remembers of unfinished uploads, so that a reload or a closed tab costs only choosing the file again.

use super::target::Target;
use crate::dom;
use serde::{Deserialize, Serialize};
use shared_types::{SystemId, UserId};

/// An unfinished upload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remembered {
    /// The system.
    pub system: SystemId,
    /// The tus resource.
    pub location: String,
    /// Name of the file.
    pub name: String,
    /// Its size.
    pub size: u64,
    /// Its last change, in milliseconds.
    pub modified: i64,
    /// What it becomes.
    pub target: Target,
    /// Its SHA-256, if it was computed.
    pub sha256: Option<String>,
    /// Makes the last step one.
    pub key: String,
    /// When the tab that sends it last gave a sign, in milliseconds: another tab must not take it for interrupted.
    #[serde(default)]
    pub beat: f64,
}

fn name(user: UserId) -> String {
    format!("uploads-{user}")
}

/// What is remembered of a person's uploads. What can't be read (an older client wrote it) is as good as nothing.
pub fn all(user: UserId) -> Vec<Remembered> {
    dom::remembered(&name(user)).and_then(|text| crate::api::from_json(&text).ok()).unwrap_or_default()
}

/// Whether anything is remembered.
pub fn any(user: UserId) -> bool {
    dom::remembered(&name(user)).is_some()
}

fn keep(user: UserId, all: &[Remembered]) {
    let text = (!all.is_empty()).then(|| serde_json::to_string(all).ok()).flatten();
    dom::remember(&name(user), text.as_deref());
}

/// Remembers an upload.
pub fn put(user: UserId, one: Remembered) {
    let mut all = all(user);
    all.retain(|other| other.location != one.location);
    all.push(one);
    keep(user, &all);
}

/// Gives a sign of the uploads that go in this tab; `0` says that they do not any more.
pub fn beat(user: UserId, locations: &[String], now: f64) {
    let mut all = all(user);
    for one in all.iter_mut().filter(|one| locations.contains(&one.location)) {
        one.beat = now;
    }
    keep(user, &all);
}

/// Forgets an upload: it is evidence now, or given up.
pub fn forget(user: UserId, location: &str) {
    let mut all = all(user);
    let before = all.len();
    all.retain(|other| other.location != location);
    if all.len() != before {
        keep(user, &all);
    }
}
