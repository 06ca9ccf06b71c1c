//! The one way to the server: typed requests, problems as values, a cache of what was read.
//!
//! A page reads with [`use_remote`] (cached, revalidated, kept fresh after changes) and changes with the methods of [`Api`]. A change
//! drops what it may have altered from the cache by itself; see [`cache::altered_by`].

pub mod cache;
mod error;
mod held;
mod http;
mod read;
mod remote;
mod words;

pub use cache::Cache;
pub use error::{ApiError, sentence};
pub use held::Held;
pub use http::Answer;
pub use read::from_json;
pub use remote::{Reading, Remote, use_remote};
pub use words::words as code_words;

use crate::proof::Proof;
use crate::session::Session;
use http::{Method, Request};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared_types::ErrorCode;
use shared_types::identity::{SessionInfo, SignInRequest};
use shared_types::second_factor::SecondFactorNeeded;

/// The server, from the context. Take it before an `async` block, not inside.
#[derive(Clone, Copy)]
pub struct Api {
    session: Session,
    cache: Cache,
    proof: Proof,
}

/// The server.
pub fn use_api() -> Api {
    expect_context::<Api>()
}

/// Where the password leads.
pub enum FirstStep {
    /// In.
    In(SessionInfo),
    /// A second factor is next.
    Next(SecondFactorNeeded),
}

impl Api {
    /// Provides the server to everything below.
    pub fn install(session: Session) -> Self {
        let api = Self { session, cache: Cache::new(), proof: Proof::install() };
        provide_context(api);
        api
    }

    /// The session that requests belong to.
    pub fn session(self) -> Session {
        self.session
    }

    /// What was read before.
    pub fn cache(self) -> Cache {
        self.cache
    }

    /// Reads, past the cache.
    pub async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T, ApiError> {
        self.send(Request::new(Method::Get, path)).await?.json()
    }

    /// Reads, unless it is still what the tag names: then `None`.
    pub async fn get_unless(self, path: &str, tag: Option<&str>) -> Result<Option<Answer>, ApiError> {
        let mut request = Request::new(Method::Get, path);
        request.if_none_match = tag.map(str::to_owned);
        let answer = self.send(request).await?;
        Ok((answer.status != 304).then_some(answer))
    }

    /// Creates, or asks for an act. A repetition after a lost answer does nothing twice: it carries an Idempotency-Key.
    pub async fn post<B: Serialize, T: DeserializeOwned>(self, path: &str, body: &B) -> Result<T, ApiError> {
        self.change(Request::new(Method::Post, path).json(body)?.once()).await?.json()
    }

    /// The same under a key of the caller's, for an act that outlives one attempt.
    pub async fn post_once<B: Serialize, T: DeserializeOwned>(self, path: &str, body: &B, key: &str) -> Result<T, ApiError> {
        let mut request = Request::new(Method::Post, path).json(body)?;
        request.idempotency_key = Some(key.to_owned());
        self.change(request).await?.json()
    }

    /// Sends a CSV file byte by byte, under a key of the caller's where it changes something.
    pub async fn post_csv<T: DeserializeOwned>(self, path: &str, file: web_sys::Blob, key: Option<&str>) -> Result<T, ApiError> {
        let mut request = Request::new(Method::Post, path).csv(file);
        request.idempotency_key = key.map(str::to_owned);
        if key.is_some() { self.change(request).await?.json() } else { self.send(request).await?.json() }
    }

    /// The same without a key: for what hands out a secret, whose answer is not kept to be given again.
    pub async fn post_unrepeated<B: Serialize, T: DeserializeOwned>(self, path: &str, body: &B) -> Result<T, ApiError> {
        self.send(Request::new(Method::Post, path).json(body)?).await?.json()
    }

    /// The same without a body.
    pub async fn post_empty<T: DeserializeOwned>(self, path: &str) -> Result<T, ApiError> {
        self.change(Request::new(Method::Post, path)).await?.json()
    }

    /// Asks for an act on the object at this version.
    pub async fn post_at<B: Serialize, T: DeserializeOwned>(self, path: &str, version: i64, body: &B) -> Result<T, ApiError> {
        self.change(Request::new(Method::Post, path).json(body)?.at(Some(version))).await?.json()
    }

    /// Changes some fields of the object at this version.
    pub async fn patch<B: Serialize, T: DeserializeOwned>(
        self,
        path: &str,
        version: Option<i64>,
        body: &B,
    ) -> Result<T, ApiError> {
        self.change(Request::new(Method::Patch, path).json(body)?.at(version)).await?.json()
    }

    /// The same for one of many changes in a row: nothing is read again until [`Api::altered`] ends the row.
    pub async fn patch_one_of_many<B: Serialize, T: DeserializeOwned>(
        self,
        path: &str,
        version: Option<i64>,
        body: &B,
    ) -> Result<T, ApiError> {
        self.send(Request::new(Method::Patch, path).json(body)?.at(version)).await?.json()
    }

    /// What a change at this path may have altered is read again.
    pub fn altered(self, path: &str) {
        for prefix in cache::altered_by(path) {
            self.cache.drop_prefix(&prefix);
        }
    }

    /// Sets the object at this version.
    pub async fn put<B: Serialize, T: DeserializeOwned>(self, path: &str, version: Option<i64>, body: &B) -> Result<T, ApiError> {
        self.change(Request::new(Method::Put, path).json(body)?.at(version)).await?.json()
    }

    /// Sets the object at this version to a file.
    pub async fn put_file<T: DeserializeOwned>(
        self,
        path: &str,
        version: Option<i64>,
        file: &web_sys::File,
    ) -> Result<T, ApiError> {
        self.change(Request::new(Method::Put, path).file(file).at(version)).await?.json()
    }

    /// Deletes a part of an object at this version; the object as it is then.
    pub async fn delete_for<T: DeserializeOwned>(self, path: &str, version: Option<i64>) -> Result<T, ApiError> {
        self.change(Request::new(Method::Delete, path).at(version)).await?.json()
    }

    /// Deletes the object at this version.
    pub async fn delete(self, path: &str, version: Option<i64>) -> Result<(), ApiError> {
        self.change(Request::new(Method::Delete, path).at(version)).await?.json()
    }

    /// The same for what the page in sight is about: nothing is read again until [`Api::altered`] is called from another page.
    pub async fn delete_unread(self, path: &str, version: Option<i64>) -> Result<(), ApiError> {
        let answer = self.send(Request::new(Method::Delete, path).at(version)).await;
        if answer.as_ref().is_err_and(ApiError::is_stale) {
            self.altered(path);
        }
        answer?.json()
    }

    /// Reads a file, or its first `most` bytes.
    pub async fn bytes(self, path: &str, most: Option<u64>) -> Result<Vec<u8>, ApiError> {
        let once = || http::bytes(path, most);
        match once().await {
            Err(error)
                if error.code() == Some(ErrorCode::Unauthenticated) && self.session.is_live() && self.session.renew().await =>
            {
                once().await
            }
            other => other,
        }
    }

    async fn change(self, request: Request) -> Result<Answer, ApiError> {
        let path = request.path.clone();
        let answer = self.send(request).await;
        // A stale version means that what the cache holds is old.
        if answer.as_ref().map_or_else(ApiError::is_stale, |_| true) {
            self.altered(&path);
        }
        answer
    }

    /// Sends; where a dangerous act demands it, asks the reader for a fresh proof and sends again.
    async fn send(self, request: Request) -> Result<Answer, ApiError> {
        let answer = self.send_renewed(&request).await?;
        match answer.refusal() {
            Some(ErrorCode::StepUpRequired) if self.proof.ask().await => self.send_renewed(&request).await?.accepted(),
            Some(ErrorCode::SecondFactorRequired) => {
                self.session.look_again(self);
                answer.accepted()
            }
            _ => answer.accepted(),
        }
    }

    /// Sends; where the session has run out, renews it once or asks the reader to sign in, and sends again.
    async fn send_renewed(self, request: &Request) -> Result<Answer, ApiError> {
        let answer = http::send(request, &self.session.csrf()).await?;
        if answer.session_is_over() && self.session.is_live() && self.session.renew().await {
            return http::send(request, &self.session.csrf()).await;
        }
        Ok(answer)
    }

    /// Signs in.
    pub async fn sign_in(self, body: &SignInRequest) -> Result<FirstStep, ApiError> {
        let answer = self.send_plain(Request::new(Method::Post, "/api/v1/session").json(body)?).await?;
        if answer.status == 202 { answer.json().map(FirstStep::Next) } else { answer.json().map(FirstStep::In) }
    }

    /// Sends without touching the session: signing in, setting up, joining.
    pub async fn post_plain<B: Serialize, T: DeserializeOwned>(self, path: &str, body: &B) -> Result<T, ApiError> {
        self.send_plain(Request::new(Method::Post, path).json(body)?).await?.json()
    }

    /// The same without a body.
    pub async fn post_plain_empty<T: DeserializeOwned>(self, path: &str) -> Result<T, ApiError> {
        self.send_plain(Request::new(Method::Post, path)).await?.json()
    }

    async fn send_plain(self, request: Request) -> Result<Answer, ApiError> {
        http::send(&request, &self.session.csrf()).await?.accepted()
    }
}

/// Asks for a new access cookie by the refresh cookie, outside of any session.
pub async fn refresh_session() -> Result<shared_types::identity::SessionInfo, ApiError> {
    http::send(&Request::new(Method::Post, "/api/v1/session/refresh"), "none").await?.accepted()?.json()
}
