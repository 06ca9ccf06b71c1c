//! Answers that are kept for whoever asks the same again: by their entity tag, which changes with all that they tell.
//!
//! The tag of a list or a computed answer covers the person and the rights, the system's revision, the day and the whole query
//! ([`super::etag`]). So two requests with one tag have one answer, and building it again would only cost time: a list of 110
//! controls is 40 times as dear to build as to send. The permission has been checked before the tag is known.

use super::etag::tagged;
use crate::settings::CacheSettings;
use crate::{AppError, Result};
use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde::Serialize;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many answers that will be, for the room to begin with.
const USUAL: usize = 256;

/// The kept answers of this process. Cheap to clone.
#[derive(Clone)]
pub struct Answers(Option<Arc<Inner>>);

struct Inner {
    bodies: Cache<String, Kept, Weight>,
    life: Duration,
}

#[derive(Clone)]
struct Kept {
    /// The tag that goes with the answer.
    tag: String,
    body: Bytes,
    since: Instant,
}

/// Counts the bytes.
#[derive(Clone)]
struct Weight;

impl Weighter<String, Kept> for Weight {
    fn weight(&self, tag: &String, kept: &Kept) -> u64 {
        (tag.len() + kept.tag.len() + kept.body.len()) as u64
    }
}

impl Answers {
    /// Keeps as much, and for as long, as the settings say; perhaps nothing.
    pub fn new(settings: CacheSettings) -> Self {
        let (bytes, life) = (u64::from(settings.answers_mib) * 1024 * 1024, Duration::from_secs(settings.answers_seconds.into()));
        let inner = || Arc::new(Inner { bodies: Cache::with_weighter(USUAL, bytes, Weight), life });
        Self((bytes > 0 && !life.is_zero()).then(inner))
    }

    /// The answer with this tag, if it is kept.
    pub fn kept(&self, tag: &str) -> Option<HttpResponse> {
        let inner = self.0.as_ref()?;
        let kept = inner.bodies.get(tag).filter(|kept| kept.since.elapsed() < inner.life)?;
        Some(respond(&kept.tag, kept.body))
    }

    /// Answers with `body`, and keeps it for its tag.
    pub fn keep(&self, tag: &str, body: &impl Serialize) -> Result<HttpResponse> {
        self.keep_as(tag, tag, body)
    }

    /// The same for one object, which is sent with its version as the tag (`If-Match` wants that one) and kept by the tag of all that
    /// the answer tells.
    pub fn keep_object(&self, tag: &str, version: i64, body: &impl Serialize) -> Result<HttpResponse> {
        self.keep_as(tag, &version.to_string(), body)
    }

    fn keep_as(&self, known_by: &str, tag: &str, body: &impl Serialize) -> Result<HttpResponse> {
        let body = Bytes::from(serde_json::to_vec(body).map_err(AppError::internal)?);
        if let Some(inner) = &self.0 {
            let kept = Kept { tag: tag.to_owned(), body: body.clone(), since: Instant::now() };
            inner.bodies.insert(known_by.to_owned(), kept);
        }
        Ok(respond(tag, body))
    }
}

fn respond(tag: &str, body: Bytes) -> HttpResponse {
    tagged(HttpResponse::Ok(), tag).content_type(ContentType::json()).body(body)
}
