//! The real binary as a process of its own: for tests that kill it.

use super::client::{Client, Session};
use super::database::TestDatabase;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// A process that serves, with a database of its own. Killed when dropped.
pub struct Process {
    database: TestDatabase,
    settings: Vec<(String, String)>,
    port: u16,
    /// Its latest run.
    pub running: Running,
}

/// One run of it.
pub struct Running {
    /// The process itself.
    pub child: Child,
    /// The lines of its output that nobody has read yet.
    output: Receiver<String>,
}

/// What the process complains about, in the folder of its data.
const ERRORS: &str = "errors.log";
impl Process {
    /// The password of the administrator; one that the policy takes.
    pub const PASSWORD: &str = "violet harbor nine lanterns";

    /// Starts it and waits until it is ready.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with settings of the environment.
    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        let database = TestDatabase::create().await;
        let settings: Vec<(String, String)> = settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let port = free_port();
        let running = Running::start(&database, &settings, port);
        let mut process = Self { database, settings, port, running };
        process.ready().await;
        process
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Client {
        Client::new(http(), self.url(), None)
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.running.child.kill().expect("killed");
        self.running.child.wait().expect("gone");
    }

    /// Starts it again, on the same data and port.
    pub async fn restart(&mut self) {
        self.running = Running::start(&self.database, &self.settings, self.port);
        self.ready().await;
    }

    /// Runs another command of the binary on the same data; whether it succeeded, and what it printed.
    pub fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output = command(&self.database, &self.settings, self.port).args(arguments).output().expect("a process");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// What another command of the binary complains about, on the same data: it must fail.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = command(&self.database, &self.settings, self.port).args(arguments).output().expect("a process");
        assert!(!output.status.success(), "{arguments:?} went through");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// The same with other settings of the environment.
    pub fn refused_with(&self, settings: &[(&str, String)], arguments: &[&str]) -> String {
        let settings: Vec<(String, String)> = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let output = command(&self.database, &settings, self.port).args(arguments).output().expect("a process");
        assert!(!output.status.success(), "{arguments:?} went through");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// The first administrator, by the set-up link.
    pub async fn set_up(&self) -> Client {
        let mut lines = std::iter::from_fn(|| self.running.output.recv_timeout(Duration::from_secs(30)).ok());
        let link = lines.find(|line| line.contains("/setup#token=")).expect("a set-up link");
        let token = link.split("token=").nth(1).expect("a token");
        let body = serde_json::json!({ "token": token, "email": "ana@example.com", "name": "Ana", "password": Self::PASSWORD });
        self.session_of(&self.anonymous().post("/setup", &body).await)
    }

    /// The same administrator after a restart: access tokens outlive it, as the key does; signing in proves both.
    pub async fn sign_in(&self) -> Client {
        let body = serde_json::json!({ "email": "ana@example.com", "password": Self::PASSWORD });
        self.session_of(&self.anonymous().post("/session", &body).await)
    }

    /// The session that an answer opened.
    pub fn session_of(&self, answer: &super::Answer) -> Client {
        let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let start = format!("{}=", ::identity::cookies::ACCESS);
        let access = cookies.filter_map(|line| line.strip_prefix(&start)).find_map(|rest| rest.split(';').next());
        let access = access.expect("an access cookie").to_owned();
        assert!(answer.status.is_success(), "{}", answer.status);
        let body: serde_json::Value = serde_json::from_slice(&answer.bytes).expect("JSON");
        let user = serde_json::from_value(body["user"]["id"].clone()).expect("an id");
        let csrf = body["csrf_token"].as_str().expect("a token").to_owned();
        Client::new(http(), self.url(), Some(Session { user, access, csrf }))
    }

    /// Waits until it answers. One that has ended instead is shown with what it said.
    async fn ready(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        let client = http();
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        while Instant::now() < deadline {
            tick.tick().await;
            let ended = self.running.child.try_wait().expect("a status");
            let said = || std::fs::read_to_string(self.database.folder().join(ERRORS)).unwrap_or_default();
            assert!(ended.is_none(), "the process ended before it was ready: {ended:?}\n{}", said());
            let answer = client.get(format!("{}/readyz", self.url())).timeout(Duration::from_secs(5)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
        }
        unreachable!("the process was not ready in 30 seconds");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.running.child.kill();
        let _gone = self.running.child.wait();
    }
}

impl Running {
    fn start(database: &TestDatabase, settings: &[(String, String)], port: u16) -> Self {
        let errors = std::fs::File::options().create(true).append(true).open(database.folder().join(ERRORS)).expect("a file");
        let mut command = command(database, settings, port);
        let mut child = command.arg("serve").stdout(Stdio::piped()).stderr(errors).spawn().expect("a process");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let (sender, output) = std::sync::mpsc::channel();
        // Reads until the process ends, whether or not anybody listens: a closed pipe would end a process that writes to it.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _nobody_listens = sender.send(line);
            }
        });
        Self { child, output }
    }
}

/// A second process over the database of a first one: two instances behind one proxy. Killed when dropped.
pub struct Beside {
    port: u16,
    running: Running,
}

impl Beside {
    /// Starts it, with the settings of the first, and waits until it serves.
    pub fn start(first: &Process) -> Self {
        let port = free_port();
        let running = Running::start(&first.database, &first.settings, port);
        let mut lines = std::iter::from_fn(|| running.output.recv_timeout(Duration::from_secs(30)).ok());
        lines.find(|line| line.contains("is at http")).expect("an instance that serves");
        Self { port, running }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _gone = self.running.child.kill();
        let _gone = self.running.child.wait();
    }
}

/// A client whose requests end, whatever becomes of the process.
fn http() -> reqwest::Client {
    reqwest::Client::builder().timeout(Duration::from_mins(2)).build().expect("a client")
}

/// A port that stays free while a process is down, or until it is up: below those that the system hands out. One of those could be taken
/// in the meantime, by another test's listener or by the near end of any connection, and the process would not start.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const FIRST: u16 = 20_000;
    const PORTS: u16 = 12_000;
    let start = u16::try_from(std::process::id() % u32::from(PORTS)).unwrap_or(0);
    let tries = std::iter::from_fn(|| Some(FIRST + (start + NEXT.fetch_add(1, Ordering::SeqCst) % PORTS) % PORTS));
    let free = tries.take(1000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.expect("a free port")
}

fn command(database: &TestDatabase, settings: &[(String, String)], port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cmmc-tracker"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CMMC_")) {
        command.env_remove(name);
    }
    command.envs(database.settings()).envs(settings.iter().cloned());
    // Only what the test needs to see when a process ends too early.
    command.env("CMMC_LOG__FILTER", "error");
    command.env("CMMC_LISTEN", format!("127.0.0.1:{port}")).env("RUST_BACKTRACE", "0");
    command
}
