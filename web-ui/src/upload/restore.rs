//! After a reload: what was begun and not finished is offered again.

use super::engine::Engine;
use super::item::State;
use super::memory::{self, Remembered};
use super::target::Target;
use shared_types::evidence::Upload;
use shared_types::{Page, SystemId};
use std::collections::BTreeSet;

/// A tab that gave a sign within this time still sends.
const ALIVE_MS: f64 = 12_000.0;
/// When to look again whether it does.
const AGAIN_MS: u32 = 13_000;

/// Offers what this browser remembers of unfinished uploads, in all systems.
pub async fn remembered(uploads: Engine) {
    let Some(user) = uploads.user() else { return };
    let systems: BTreeSet<SystemId> = memory::all(user).into_iter().map(|one| one.system).collect();
    for system in systems {
        in_system(uploads, system).await;
    }
}

/// Offers the unfinished uploads of one system: those that the server holds. What it does not hold any more is forgotten.
pub async fn in_system(uploads: Engine, system: SystemId) {
    let Some(user) = uploads.user() else { return };
    // A reader may not upload, and without an answer there is nothing to offer: the next visit asks again.
    let Ok(held) = uploads.api().get::<Page<Upload>>(&format!("/api/v1/systems/{system}/uploads?limit=200")).await else {
        return;
    };
    let memory: Vec<Remembered> = memory::all(user).into_iter().filter(|one| one.system == system).collect();
    for one in &memory {
        let gone = held.page.next.is_none() && !held.items.iter().any(|upload| upload.location == one.location);
        if gone && !uploads.knows(&one.location) {
            memory::forget(user, &one.location);
        }
    }
    let now = js_sys::Date::now();
    let mut elsewhere = false;
    for upload in held.items {
        if uploads.knows(&upload.location) {
            continue;
        }
        let own = memory.iter().find(|one| one.location == upload.location);
        if own.is_some_and(|one| now - one.beat < ALIVE_MS) {
            elsewhere = true;
            continue;
        }
        let state = match (upload.complete, own) {
            (true, Some(_)) => State::Queued,
            // Complete and begun elsewhere: that browser is about to make evidence of it.
            (true, None) => continue,
            (false, _) => State::Interrupted(None),
        };
        let target = own.map_or_else(|| Target::New(Vec::new()), |one| one.target.clone());
        let (modified, key) = (own.map(|one| one.modified), own.map(|one| one.key.clone()));
        let item = uploads.add(system, &upload.file_name, upload.size, modified, target.into(), key, state);
        if let Some(hash) = own.and_then(|one| one.sha256.clone()) {
            item.note_hash(hash);
        }
        item.locate(Some(upload.location));
        item.progress(upload.offset);
    }
    uploads.pump();
    if elsewhere {
        // That tab may be closed before it is done.
        crate::dom::later(AGAIN_MS, move || leptos::task::spawn_local(in_system(uploads, system)));
    }
}
