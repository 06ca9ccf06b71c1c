//! The people of the demonstration, working through the product's own API inside this process: what they do is checked,
//! recorded and hashed like anybody's work, and nothing here knows a table.

use crate::app::{State, build};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_TYPE, COOKIE};
use actix_web::test::{TestRequest, init_service, try_read_body};
use actix_web::{Error, http};
use audit::{Actor, change_installation};
use chrono::Duration;
use platform::{AppError, Platform, Result};
use serde_json::Value;
use shared_types::UserId;
use std::collections::HashMap;

/// Somebody with a session.
struct Person {
    cookie: String,
    csrf: String,
}

/// The application with the people's sessions.
pub(super) struct Api<S> {
    service: S,
    platform: Platform,
    people: HashMap<String, Person>,
}

/// What a request sends.
pub(super) enum Body {
    Nothing,
    Json(Value),
    File { name: String, content: Vec<u8>, metadata: Value },
}

/// Not part of any file: the boundary of an upload's parts.
const BOUNDARY: &str = "cmmc-tracker-demo-6f1d2b7c9a";

impl Body {
    fn encode(self) -> (Option<String>, Vec<u8>) {
        match self {
            Self::Nothing => (None, Vec::new()),
            Self::Json(value) => (Some("application/json".to_owned()), value.to_string().into_bytes()),
            Self::File { name, content, metadata } => {
                let head = format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"metadata\"\r\nContent-Type: application/json\r\n\r\n\
                     {metadata}\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                     Content-Type: application/octet-stream\r\n\r\n"
                );
                let body = [head.as_bytes(), &content, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
                (Some(format!("multipart/form-data; boundary={BOUNDARY}")), body)
            }
        }
    }
}

/// Starts the application, without a socket, and signs the people in.
pub(super) async fn start(
    platform: &Platform,
    people: &[(String, UserId)],
) -> Result<Api<impl Service<actix_http::Request, Response = ServiceResponse<impl MessageBody>, Error = Error>>> {
    let state: State = crate::start::state(platform.clone())?;
    let mut sessions = HashMap::new();
    for (key, user) in people {
        let (user, settings) = (*user, platform.settings.session.clone());
        let opened = change_installation(platform, Actor::anonymous(), move |door| {
            Box::pin(async move { identity::open_session(door, &settings, user, identity::Origin::default()).await })
        })
        .await?;
        let now = platform.clock.now();
        let keys = &state.identity.keys;
        let token = keys.access_token(opened.id, user, opened.id.0, now, now + Duration::days(400))?;
        let cookie = format!("{}={token}", identity::cookies::ACCESS);
        sessions.insert(key.clone(), Person { cookie, csrf: keys.csrf_token(opened.id)? });
    }
    Ok(Api { service: init_service(build(state)).await, platform: platform.clone(), people: sessions })
}

impl<S, B> Api<S>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    /// One request of a person, below `/api/v1`. Anything but success is a fault of the demonstration data.
    pub(super) async fn send(&self, who: &str, method: Method, path: &str, body: Body) -> Result<Value> {
        // People are not machines: each step takes them a while.
        self.platform.clock.advance(Duration::seconds(20));
        let person = self.people.get(who).ok_or_else(|| AppError::internal(format!("demo: there is no {who}")))?;
        let (content_type, payload) = body.encode();
        let mut request = TestRequest::with_uri(&format!("/api/v1{path}"))
            .method(method.clone())
            .insert_header((COOKIE, person.cookie.as_str()))
            .insert_header((http::header::IF_MATCH, "*"))
            .insert_header(("x-csrf-token", person.csrf.as_str()));
        if let Some(content_type) = content_type {
            request = request.insert_header((CONTENT_TYPE, content_type)).set_payload(payload);
        }
        let fault = |words: String| AppError::internal(format!("demo: {who}: {method} {path}: {words}"));
        let response = self.service.call(request.to_request()).await.map_err(|error| fault(error.to_string()))?;
        let status = response.status();
        let body = try_read_body(response).await.map_err(|_unread| fault("the answer can't be read".to_owned()))?;
        if !status.is_success() {
            return Err(fault(format!("{status} {}", String::from_utf8_lossy(&body))));
        }
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(|error| fault(error.to_string()))
    }

    /// Ends all sessions.
    pub(super) async fn sign_out(&self) -> Result<()> {
        for who in self.people.keys() {
            self.send(who, Method::DELETE, "/session", Body::Nothing).await?;
        }
        Ok(())
    }
}
