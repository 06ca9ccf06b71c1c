//! A real OpenID provider of other people's making (npm `oidc-provider`), and the browser in front of its page.

use super::TestApp;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The process. It ends when this is dropped, and with the tests in any case, because its standard input does.
pub struct OpenIdProvider {
    /// What it calls itself.
    pub issuer: String,
    http: reqwest::Client,
    child: Child,
}

impl OpenIdProvider {
    /// Starts it; claims beyond the subject come from its userinfo endpoint.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with variables of the environment (`e2e/fixtures/openid-provider.mjs` says which).
    pub async fn start_with(environment: &[(&str, &str)]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../e2e/fixtures/openid-provider.mjs");
        let mut command = Command::new("node");
        command.arg(script).envs(environment.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("node: run `just setup` for it");
        let output = child.stdout.take().expect("its output");
        let (sender, first) = tokio::sync::oneshot::channel();
        // Read to its end: a process whose output nobody takes would end of it.
        std::thread::spawn(move || {
            let mut lines = BufReader::new(output).lines().map_while(Result::ok);
            let issuer = lines.find_map(|line| line.strip_prefix("issuer ").map(str::to_owned));
            let _gone = sender.send(issuer);
            lines.for_each(drop);
        });
        let issuer = first.await.expect("a thread").expect("oidc-provider is up: run `just setup` for it");
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { issuer, http, child }
    }

    /// The settings that lead to it.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CMMC_SINGLE_SIGN_ON__ISSUER", self.issuer.clone()),
            ("CMMC_SINGLE_SIGN_ON__CLIENT_ID", "cmmc-tracker".to_owned()),
            ("CMMC_SINGLE_SIGN_ON__CLIENT_SECRET", "a secret of the tests alone".to_owned()),
            ("CMMC_SINGLE_SIGN_ON__SCOPES", "openid,profile,email,groups".to_owned()),
        ]
    }

    /// An application that signs in by it, with more settings; its clock goes as the provider's does.
    pub async fn app(&self, more: &[(&str, &str)]) -> TestApp {
        let own = self.settings();
        let mut all: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend(more);
        let app = TestApp::start_with(&all).await;
        self.set_clock(&app).await;
        app
    }

    /// Brings the application's clock to the provider's, which can't be set.
    pub async fn set_clock(&self, app: &TestApp) {
        let answer = self.http.get(format!("{}/jwks", self.issuer)).send().await.expect("an answer");
        let date = answer.headers()["date"].to_str().expect("a date");
        let there = DateTime::parse_from_rfc2822(date).expect("a date").with_timezone(&Utc);
        app.platform.clock.advance(there - app.platform.clock.now());
    }

    /// Makes somebody known to it, or known otherwise. `person` has `claims`, and `amr` and `acr` for what the page asks.
    pub async fn knows(&self, login: &str, person: Value) {
        let mut body = person;
        body["login"] = json!(login);
        let sent = self.http.post(format!("{}/test/people", self.issuer)).json(&body).send().await.expect("an answer");
        assert_eq!(sent.status(), 204);
    }

    /// A browser goes to the address, signs in at the provider's page, and is sent back: where to.
    pub async fn sign_in(&self, location: &str, login: &str) -> String {
        self.answer(location, &[("login", login), ("act", "go")]).await
    }

    /// The same for somebody who presses "Cancel".
    pub async fn cancel(&self, location: &str) -> String {
        self.answer(location, &[("login", ""), ("act", "cancel")]).await
    }

    async fn answer(&self, location: &str, form: &[(&str, &str)]) -> String {
        let mut cookies = BTreeMap::new();
        let mut next = location.to_owned();
        loop {
            let kept: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let request = if next.contains("/interaction/") {
                let body = form.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
                self.http.post(&next).body(body)
            } else {
                self.http.get(&next)
            };
            let answer = request.header("cookie", kept.join("; ")).send().await.expect("an answer");
            for line in answer.headers().get_all("set-cookie") {
                let (name, rest) = line.to_str().expect("text").split_once('=').expect("a cookie");
                cookies.insert(name.to_owned(), rest.split(';').next().unwrap_or_default().to_owned());
            }
            let Some(to) = answer.headers().get("location") else {
                let (status, page) = (answer.status(), answer.text().await.unwrap_or_default());
                unreachable!("the provider shows a page ({status}): {page}")
            };
            next = to.to_str().expect("an address").to_owned();
            if next.starts_with('/') {
                next = format!("{}{next}", self.issuer);
            }
            if !next.starts_with(&self.issuer) {
                return next;
            }
        }
    }

    /// Ends the process.
    pub fn stop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

impl Drop for OpenIdProvider {
    fn drop(&mut self) {
        self.stop();
    }
}
