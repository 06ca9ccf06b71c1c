//! The way of one file, from its first byte to the evidence.

use super::direct;
use super::engine::Engine;
use super::files;
use super::halt::Halt;
use super::hash;
use super::item::{Failure, Item, State, Waiting};
use super::policy::{self, Way};
use super::stop::{Stop, pause};
use super::target::Target;
use super::tus::Tus;
use crate::api::ApiError;
use shared_types::UploadId;
use shared_types::evidence::{AddFile, CreateEvidence, CreateVersion, Evidence, EvidenceMetadata, KnownContent};
use shared_types::text::Sha256;
use std::sync::Arc;
use web_sys::File;

/// A server that forgets an upload again and again is not to be fed for ever.
const MOST_RESTARTS: u32 = 3;
/// So often may one part be refused as out of place or damaged.
const MOST_MISFITS: u32 = 6;

/// Drives a file until it is evidence, is halted, or can't go on.
pub async fn run(uploads: Engine, item: Item, halt: Halt) {
    let (mut failures, mut restarts) = (0, 0);
    loop {
        let before = item.sent();
        let stop = match attempt(uploads, &item, &halt).await {
            Ok(evidence) => return uploads.finished(&item, Arc::new(evidence)),
            Err(stop) => stop,
        };
        // What came through since the last failure: the line is not that bad.
        if item.sent() > before {
            failures = 0;
        }
        let (waiting, retry_after) = match stop {
            Stop::Halted => return,
            Stop::Lost => (Waiting::Line, None),
            Stop::Busy(after) => (Waiting::Server, after),
            Stop::Behind => return fail(uploads, &item, Failure::Refused(ApiError::Status(409))),
            Stop::Gone if restarts < MOST_RESTARTS => {
                restarts += 1;
                uploads.forget(&item);
                item.locate(None);
                item.progress(0);
                continue;
            }
            Stop::Gone => return fail(uploads, &item, Failure::Refused(ApiError::Status(410))),
            Stop::Unreadable => return fail(uploads, &item, Failure::Unreadable),
            Stop::Unsuitable(why) => return fail(uploads, &item, Failure::Unsuitable(why)),
            Stop::Known(places) => return uploads.known(&item, places),
            Stop::Refused(error) => return fail(uploads, &item, Failure::Refused(error)),
        };
        uploads.waits(&item, waiting);
        halt.sleep(pause(failures, retry_after, js_sys::Math::random())).await;
        if halt.pulled() {
            return;
        }
        failures += 1;
    }
}

fn fail(uploads: Engine, item: &Item, failure: Failure) {
    uploads.failed(item, failure);
}

/// One attempt from where the file stands.
async fn attempt(uploads: Engine, item: &Item, halt: &Halt) -> Result<Evidence, Stop> {
    let file = uploads.file(item.id);
    let location = item.location();
    let policy = uploads.policy(item.system).await.map_err(Stop::of_error)?;
    let Some(file) = file else {
        // Every byte has arrived already, before a reload: only the last step is missing.
        let location = location.ok_or(Stop::Unreadable)?;
        return finish(uploads, item, halt, &location).await;
    };
    let way = policy::way(&policy, &item.name, item.size).map_err(Stop::Unsuitable)?;
    if halt.pulled() {
        return Err(Stop::Halted);
    }
    if location.is_none() && !item.looked() {
        look(uploads, item, halt, &file).await?;
    }
    if way == Way::Direct && location.is_none() {
        item.enter(State::Sending);
        let evidence = direct::upload(uploads.session(), halt, item, &file).await?;
        uploads.changed(item.system);
        return Ok(evidence);
    }
    let location = send(uploads, item, halt, &file, policy.chunk_bytes.max(1)).await?;
    finish(uploads, item, halt, &location).await
}

/// Looks whether the system has the file already, where the browser can hash it.
async fn look(uploads: Engine, item: &Item, halt: &Halt, file: &File) -> Result<(), Stop> {
    item.enter(State::Hashing(0));
    let Some(hash) = hash::of(file, halt, |percent| item.enter(State::Hashing(percent))).await? else { return Ok(()) };
    let path = format!("/api/v1/systems/{}/evidence-content/{hash}", item.system);
    let known = uploads.api().get::<Vec<KnownContent>>(&path).await;
    if halt.pulled() {
        return Err(Stop::Halted);
    }
    match known {
        Ok(places) => {
            item.note_hash(hash);
            if places.is_empty() { Ok(()) } else { Err(Stop::Known(places)) }
        }
        Err(ApiError::Network) => Err(Stop::Lost),
        // Not told is no reason not to send: the server keeps one content once in any case.
        Err(_) => Ok(()),
    }
}

/// Sends what the server does not hold yet.
async fn send(uploads: Engine, item: &Item, halt: &Halt, file: &File, chunk: u64) -> Result<String, Stop> {
    let tus = Tus { session: uploads.session(), halt: halt.clone() };
    let (location, mut offset) = if let Some(location) = item.location() {
        let offset = tus.offset(&location).await?;
        (location, offset)
    } else {
        let location = tus.create(item.system, &item.name, &file.type_(), item.size).await?;
        uploads.begun(item, &location);
        (location, 0)
    };
    item.enter(State::Sending);
    item.progress(offset);
    let mut misfits = 0;
    while offset < item.size {
        let to = offset.saturating_add(chunk).min(item.size);
        let part = files::part(file, offset, to).await.ok_or(Stop::Unreadable)?;
        let progress = {
            let item = item.clone();
            move |sent| item.progress(offset + sent)
        };
        match tus.patch(&location, offset, part, progress).await {
            Ok(reached) => {
                misfits = 0;
                offset = reached;
            }
            Err(Stop::Behind) if misfits < MOST_MISFITS => {
                misfits += 1;
                halt.sleep(500 * misfits).await;
                offset = tus.offset(&location).await?;
            }
            Err(stop) => return Err(stop),
        }
        item.progress(offset);
    }
    Ok(location)
}

/// Makes evidence of an upload that is complete.
async fn finish(uploads: Engine, item: &Item, halt: &Halt, location: &str) -> Result<Evidence, Stop> {
    let id = location.trim_end_matches('/').rsplit('/').next().and_then(|id| id.parse::<UploadId>().ok());
    let upload = id.ok_or_else(|| Stop::Refused(ApiError::Unreadable(location.to_owned())))?;
    item.enter(State::Finishing);
    // The server compares: what it makes evidence of is what was read here.
    let sha256 = item.sha256().and_then(|hash| Sha256::parse(&hash).ok());
    let (api, path, key) = (uploads.api(), item.target.of_upload(item.system), &*item.key);
    let made = match &*item.target {
        Target::New(links) => {
            let metadata = EvidenceMetadata { links: links.clone(), ..EvidenceMetadata::default() };
            api.post_once(&path, &CreateEvidence { upload, sha256, metadata }, key).await
        }
        Target::Version(_, metadata) => {
            let body = CreateVersion { upload: Some(upload), sha256, reference: None, metadata: metadata.clone() };
            api.post_once(&path, &body, key).await
        }
        Target::File(_) => api.post_once(&path, &AddFile { upload, sha256 }, key).await,
    };
    if halt.pulled() {
        return Err(Stop::Halted);
    }
    made.map_err(Stop::of_error)
}
