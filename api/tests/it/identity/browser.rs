//! A browser as the tests of sign-in need it: it keeps cookies and the CSRF token. And an authenticator app.

use super::PASSWORD;
use crate::support::{Answer, Client, TestApp};
use audit::{Actor, change_installation};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use platform::Rng;
use reqwest::Method;
use serde_json::{Value, json};
use sha1::Sha1;
use shared_types::UserId;
use shared_types::identity::Password;
use shared_types::text::{Email, Title};
use std::collections::BTreeMap;
use tokio::sync::OnceCell;

/// An account with the tests' password, which is hashed once for all of them.
pub async fn account(app: &TestApp, name: &str, admin: bool) -> UserId {
    static HASH: OnceCell<String> = OnceCell::const_new();
    let hash = HASH.get_or_init(|| async {
        let hasher = ::identity::Hasher::start().expect("threads");
        hasher.hash(&Rng::system(), &Password(PASSWORD.to_owned())).await.expect("a hash")
    });
    let new = ::identity::NewUser {
        email: Email::parse(&format!("{name}@example.com")).expect("an address"),
        name: Title::parse(name).expect("a name"),
        admin,
        password_hash: Some(hash.await.clone()),
    };
    change_installation(&app.platform, Actor::anonymous(), move |door| {
        Box::pin(async move { ::identity::create_user(door, new).await })
    })
    .await
    .expect("a user")
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    name: String,
    cookies: BTreeMap<String, String>,
    csrf: String,
}

impl Browser {
    /// A browser in front of somebody, at the sign-in page.
    pub fn of(app: &TestApp, name: &str) -> Self {
        Self {
            client: app.anonymous().without_redirects(),
            name: name.to_owned(),
            cookies: BTreeMap::new(),
            csrf: "none".to_owned(),
        }
    }

    /// Somebody with an account who has signed in.
    pub async fn signed_in(app: &TestApp, name: &str, admin: bool) -> Self {
        account(app, name, admin).await;
        let mut browser = Self::of(app, name);
        browser.password(PASSWORD).await.expect(200);
        browser
    }

    /// Types a password at the sign-in page.
    pub async fn password(&mut self, password: &str) -> Answer {
        let body = json!({ "email": format!("{}@example.com", self.name), "password": password });
        self.post("/session", &body).await
    }

    /// Types a code at the second step.
    pub async fn code(&mut self, code: &str) -> Answer {
        self.post("/session/second-factor", &json!({ "code": code })).await
    }

    /// Somebody else sits down before it.
    pub fn sit_down(&mut self, name: &str) {
        name.clone_into(&mut self.name);
    }

    /// Puts something else in a cookie's place.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// A cookie that it keeps.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let client = self.client.with("cookie", cookies.join("; ")).with("x-csrf-token", self.csrf.clone());
        let mut request = client.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = Client::send(request).await;
        for line in answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let text = serde_json::from_slice::<Value>(&answer.bytes).unwrap_or_default();
        if let Some(token) = text["csrf_token"].as_str() {
            token.clone_into(&mut self.csrf);
        }
        answer
    }
}

/// An authenticator app that holds a key. It computes by itself, with nothing of the product's.
#[derive(Debug, Clone)]
pub struct App(Vec<u8>);

impl App {
    /// Takes the key as it is typed, in base32.
    pub fn holding(key: &str) -> Self {
        let (mut bits, mut held, mut bytes) = (0_u64, 0, Vec::new());
        for letter in key.bytes() {
            let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter).expect("base32");
            bits = (bits << 5) | value as u64;
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push(u8::try_from((bits >> held) & 0xff).expect("a byte"));
            }
        }
        Self(bytes)
    }

    /// Sets it up for somebody who is signed in; the backup codes.
    pub async fn enrol(browser: &mut Browser, now: DateTime<Utc>) -> (Self, Vec<String>) {
        let begun = browser.post("/me/second-factor/enrolment", &json!({})).await.expect(201);
        let app = Self::holding(begun["secret"].as_str().expect("a key"));
        let done = browser.post("/me/second-factor/confirmation", &json!({ "code": app.code(now, 0) })).await.expect(200);
        (app, serde_json::from_value(done["codes"].clone()).expect("codes"))
    }

    /// The code of now, or some steps off.
    pub fn code(&self, now: DateTime<Utc>, steps: i64) -> String {
        let counter = u64::try_from(now.timestamp() / 30 + steps).expect("a step");
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("a key");
        mac.update(&counter.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 0xf);
        let number = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}
