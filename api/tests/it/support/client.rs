//! A client of the API as a test writes it: `client.post("/systems", &body).await.expect(201)`.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde_json::Value;
use shared_types::UserId;

/// A minted session.
#[derive(Debug, Clone)]
pub struct Session {
    pub user: UserId,
    pub access: String,
    pub csrf: String,
}

/// Somebody who calls the API.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    session: Option<Session>,
    headers: Vec<(String, String)>,
}

/// What came back, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
    asked: String,
}

impl Client {
    pub fn new(http: reqwest::Client, url: String, session: Option<Session>) -> Self {
        Self { http, url, session, headers: Vec::new() }
    }

    /// The signed-in user.
    pub fn user_id(&self) -> UserId {
        self.session().user
    }

    /// The minted session.
    pub fn session(&self) -> &Session {
        self.session.as_ref().expect("somebody who is signed in")
    }

    /// The same client with a header on its next requests.
    pub fn with(&self, name: &str, value: impl Into<String>) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.into()));
        client
    }

    /// The same client, that shows a redirect instead of following it.
    pub fn without_redirects(&self) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { http, ..self.clone() }
    }

    /// The same client with If-Match.
    pub fn if_match(&self, version: &Value) -> Self {
        self.with("if-match", format!("\"{version}\""))
    }

    /// A program with an API token: without a cookie, without a CSRF token.
    pub fn bearer(&self, token: &str) -> Self {
        Self { session: None, ..self.with("authorization", format!("Bearer {token}")) }
    }

    /// The same person at another instance.
    pub fn at(&self, url: String) -> Self {
        Self { url, ..self.clone() }
    }

    /// A request with session, CSRF token and headers; `path` is below `/api/v1`, or whole where it begins with `/api` or `/health`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let whole = ["/api", "/healthz", "/readyz"].iter().any(|start| path.starts_with(start));
        let url = if whole { format!("{}{path}", self.url) } else { format!("{}/api/v1{path}", self.url) };
        let mut request = self.http.request(method, url);
        let csrf = self.session.as_ref().map_or("none", |session| session.csrf.as_str());
        // A program with an API token sends no such header.
        if !self.headers.iter().any(|(name, _)| name == "x-csrf-token" || name == "authorization") {
            request = request.header("x-csrf-token", csrf);
        }
        if let Some(session) = &self.session {
            request = request.header("cookie", format!("{}={}", ::identity::cookies::ACCESS, session.access));
        }
        self.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
    }

    /// Sends a request that was built by hand.
    pub async fn send(request: RequestBuilder) -> Answer {
        let (client, request) = request.build_split();
        let request = request.expect("a request");
        let asked = format!("{} {}", request.method(), request.url().path());
        let response = client.execute(request).await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body").to_vec();
        Answer { status, headers, bytes, asked }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Self::send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        Self::send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        Self::send(self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        Self::send(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Self::send(self.request(Method::DELETE, path)).await
    }
}

impl Answer {
    /// Demands a status and gives the JSON (null where there is no body).
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.asked, String::from_utf8_lossy(&self.bytes));
        if self.bytes.is_empty() { Value::Null } else { serde_json::from_slice(&self.bytes).expect("JSON") }
    }

    /// Demands a problem document with this status and code, and gives it.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let content_type = self.header("content-type").unwrap_or_default().to_owned();
        let asked = self.asked.clone();
        let body = self.expect(status);
        assert_eq!((body["code"].as_str(), content_type.as_str()), (Some(code), "application/problem+json"), "{asked}: {body}");
        assert_eq!(body["status"], status);
        body
    }

    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
