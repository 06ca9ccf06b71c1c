//! The real binary as a process of its own: for tests that kill it.

use super::client::{Client, Session};
use super::database::TestDatabase;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that serves, with a database of its own. Killed when dropped.
pub struct Process {
    database: TestDatabase,
    port: u16,
    child: Child,
    link: Option<String>,
}

/// A password that the policy takes.
const PASSWORD: &str = "violet harbor nine lanterns";

impl Process {
    /// Starts it and waits until it is ready.
    pub async fn start() -> Self {
        let database = TestDatabase::create().await;
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let (child, link) = spawn(&database, port);
        let process = Self { database, port, child, link };
        process.ready().await;
        process
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Starts it again, on the same data and port.
    pub async fn restart(&mut self) {
        let (child, _link) = spawn(&self.database, self.port);
        self.child = child;
        self.ready().await;
    }

    /// Runs another command of the binary on the same data; whether it succeeded, and what it printed.
    pub fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output = command(&self.database, self.port).args(arguments).output().expect("a process");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The first administrator, by the set-up link.
    pub async fn set_up(&self) -> Client {
        let link = self.link.as_deref().expect("a set-up link");
        let token = link.split("token=").nth(1).expect("a token");
        let body = serde_json::json!({ "token": token, "email": "ana@example.com", "name": "Ana", "password": PASSWORD });
        self.session_of(&Client::new(reqwest::Client::new(), self.url(), None).post("/setup", &body).await)
    }

    /// The same administrator after a restart: access tokens outlive it, as the key does; signing in proves both.
    pub async fn sign_in(&self) -> Client {
        let body = serde_json::json!({ "email": "ana@example.com", "password": PASSWORD });
        self.session_of(&Client::new(reqwest::Client::new(), self.url(), None).post("/session", &body).await)
    }

    fn session_of(&self, answer: &super::Answer) -> Client {
        let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let start = format!("{}=", ::identity::cookies::ACCESS);
        let access = cookies.filter_map(|line| line.strip_prefix(&start)).find_map(|rest| rest.split(';').next());
        let access = access.expect("an access cookie").to_owned();
        assert!(answer.status.is_success(), "{}", answer.status);
        let body: serde_json::Value = serde_json::from_slice(&answer.bytes).expect("JSON");
        let user = serde_json::from_value(body["user"]["id"].clone()).expect("an id");
        let csrf = body["csrf_token"].as_str().expect("a token").to_owned();
        Client::new(reqwest::Client::new(), self.url(), Some(Session { user, access, csrf }))
    }

    async fn ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        let client = reqwest::Client::new();
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        while Instant::now() < deadline {
            tick.tick().await;
            let answer = client.get(format!("{}/readyz", self.url())).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
        }
        unreachable!("the process was not ready in 30 seconds");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

fn command(database: &TestDatabase, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cmmc-tracker"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CMMC_")) {
        command.env_remove(name);
    }
    command.envs(database.settings()).env("CMMC_LISTEN", format!("127.0.0.1:{port}")).env("RUST_BACKTRACE", "0");
    command
}

/// Starts it and reads what it says until it serves; the set-up link, if it printed one.
fn spawn(database: &TestDatabase, port: u16) -> (Child, Option<String>) {
    let mut command = command(database, port);
    let mut child = command.arg("serve").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a process");
    let output = child.stdout.take().expect("its output");
    let (sender, receiver) = std::sync::mpsc::channel();
    // Goes on reading until the process ends, so that it never waits for us.
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let mut link = None;
    while let Ok(line) = receiver.recv_timeout(Duration::from_secs(30)) {
        if line.contains("is at http") {
            // The link, if there is one, is the next line.
            link = receiver.recv_timeout(Duration::from_millis(300)).ok().filter(|line| line.contains("/setup#token="));
            break;
        }
    }
    (child, link)
}
