//! One request and its answer.

use super::ApiError;
use super::read::from_json;
use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared_types::{ErrorCode, Problem};
use std::borrow::Cow;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What is to be sent. Kept apart from the sending so that it can be sent again with a renewed session.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    pub path: String,
    pub body: Option<String>,
    /// The bytes of a file in place of the body.
    pub file: Option<web_sys::Blob>,
    pub content_type: Cow<'static, str>,
    pub if_match: Option<String>,
    pub if_none_match: Option<String>,
    pub idempotency_key: Option<String>,
}

impl Request {
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body: None,
            file: None,
            content_type: Cow::Borrowed("application/json"),
            if_match: None,
            if_none_match: None,
            idempotency_key: None,
        }
    }

    pub fn json<B: Serialize>(mut self, body: &B) -> Result<Self, ApiError> {
        self.body = Some(serde_json::to_string(body).map_err(|error| ApiError::Unreadable(error.to_string()))?);
        Ok(self)
    }

    /// A CSV file, whatever media type the system of the reader has for it.
    pub fn csv(mut self, file: web_sys::Blob) -> Self {
        self.file = Some(file);
        self.content_type = Cow::Borrowed("text/csv");
        self
    }

    /// A file with its own media type.
    pub fn file(mut self, file: &web_sys::File) -> Self {
        self.content_type = Cow::Owned(file.type_());
        self.file = Some(file.clone().into());
        self
    }

    pub fn at(mut self, version: Option<i64>) -> Self {
        self.if_match = version.map(|version| format!("\"{version}\""));
        self
    }

    pub fn once(mut self) -> Self {
        self.idempotency_key = crate::dom::random_id();
        self
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub tag: Option<String>,
    pub text: String,
}

impl Answer {
    /// The answer, if it is not a refusal.
    pub fn accepted(self) -> Result<Self, ApiError> {
        if self.status < 400 {
            return Ok(self);
        }
        Err(from_json::<Problem>(&self.text)
            .map_or(ApiError::Status(self.status), |problem| ApiError::Problem(Box::new(problem))))
    }

    /// The code of a refusal that says why.
    pub fn refusal(&self) -> Option<ErrorCode> {
        if self.status < 400 { None } else { from_json::<Problem>(&self.text).ok().map(|problem| problem.code) }
    }

    /// Whether the session has run out. A wrong password or code is 401 as well, and no reason to sign in again.
    pub fn session_is_over(&self) -> bool {
        self.status == 401 && matches!(self.refusal(), None | Some(ErrorCode::Unauthenticated))
    }

    /// The body. An empty one stands for nothing.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let text = if self.text.is_empty() { "null" } else { &self.text };
        from_json(text).map_err(|error| ApiError::Unreadable(error.to_string()))
    }
}

/// Sends a request. Refusals of the server are answers here; only a missing answer is an error.
pub async fn send(request: &Request, csrf: &str) -> Result<Answer, ApiError> {
    fetch(request, csrf).await.map_err(|_| ApiError::Network)
}

async fn fetch(request: &Request, csrf: &str) -> Result<Answer, JsValue> {
    let headers = web_sys::Headers::new()?;
    headers.set("Accept", "application/json")?;
    if request.method != Method::Get {
        headers.set("X-CSRF-Token", csrf)?;
    }
    for (name, value) in [
        ("If-Match", &request.if_match),
        ("If-None-Match", &request.if_none_match),
        ("Idempotency-Key", &request.idempotency_key),
    ] {
        if let Some(value) = value {
            headers.set(name, value)?;
        }
    }
    let options = web_sys::RequestInit::new();
    options.set_method(request.method.as_str());
    options.set_credentials(web_sys::RequestCredentials::SameOrigin);
    // The cache here is our own, by ETag; the browser's would answer without asking.
    options.set_cache(web_sys::RequestCache::NoStore);
    if let Some(body) = &request.body {
        headers.set("Content-Type", &request.content_type)?;
        options.set_body(&JsValue::from_str(body));
    }
    if let Some(file) = &request.file {
        headers.set("Content-Type", &request.content_type)?;
        options.set_body(file);
    }
    options.set_headers(&headers);
    let response: web_sys::Response =
        JsFuture::from(window().fetch_with_str_and_init(&request.path, &options)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok(Answer { status: response.status(), tag: response.headers().get("etag")?, text })
}

/// Reads a file, or its first `most` bytes. A refusal is its status alone: there is no place for more than that.
pub async fn bytes(path: &str, most: Option<u64>) -> Result<Vec<u8>, ApiError> {
    let (status, content) = fetch_bytes(path, most).await.map_err(|_| ApiError::Network)?;
    if status < 400 {
        return Ok(content);
    }
    // What was refused says why, as any other answer does.
    let answer = Answer { status, tag: None, text: String::from_utf8_lossy(&content).into_owned() };
    Err(answer.accepted().err().unwrap_or(ApiError::Status(status)))
}

async fn fetch_bytes(path: &str, most: Option<u64>) -> Result<(u16, Vec<u8>), JsValue> {
    let headers = web_sys::Headers::new()?;
    if let Some(most) = most {
        headers.set("Range", &format!("bytes=0-{}", most.saturating_sub(1)))?;
    }
    let options = web_sys::RequestInit::new();
    options.set_credentials(web_sys::RequestCredentials::SameOrigin);
    options.set_headers(&headers);
    let response: web_sys::Response = JsFuture::from(window().fetch_with_str_and_init(path, &options)).await?.dyn_into()?;
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok((response.status(), js_sys::Uint8Array::new(&buffer).to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn answer(status: u16, text: &str) -> Answer {
        Answer { status, tag: None, text: text.to_owned() }
    }

    #[test]
    fn refusals_become_problems() {
        let text = r#"{"type":"about:blank","title":"x","status":409,"code":"taken","errors":[{"pointer":"/name","code":"taken","detail":"is taken"}]}"#;
        let error = answer(409, text).accepted().unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::Taken));
        assert_eq!(error.fields().len(), 1);
        assert_eq!(answer(502, "<html>").accepted().unwrap_err(), ApiError::Status(502));
    }

    #[test]
    fn a_wrong_code_does_not_end_the_session() {
        let text = |code: &str| format!(r#"{{"type":"t","title":"x","status":401,"code":"{code}"}}"#);
        assert!(answer(401, &text("unauthenticated")).session_is_over() && answer(401, "").session_is_over());
        assert!(!answer(401, &text("bad_code")).session_is_over() && !answer(403, "").session_is_over());
    }

    #[test]
    fn an_empty_body_stands_for_nothing() {
        assert_eq!(answer(204, "").json::<()>(), Ok(()));
        assert_eq!(answer(200, "3").json::<u8>(), Ok(3));
        assert!(matches!(answer(200, "x").json::<u8>(), Err(ApiError::Unreadable(_))));
    }

    #[test]
    fn versions_become_strong_tags() {
        assert_eq!(Request::new(Method::Patch, "/").at(Some(7)).if_match.as_deref(), Some("\"7\""));
    }
}
