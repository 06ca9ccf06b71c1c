//! What every integration test stands on: a running application with an empty database, and typed clients.

mod clamd;
mod client;
mod database;
mod fake_clamd;
mod false_provider;
mod lossy;
mod mail;
mod openid_provider;
mod process;
mod proxy;
mod receiver;
mod s3;
mod small_disk;
mod waiting;

pub use clamd::Clamd;
pub use client::{Answer, Client};
pub use database::TestDatabase;
pub use fake_clamd::FakeClamd;
pub use false_provider::{FalseProvider, Signed};
pub use lossy::{Dice, LossyProxy};
pub use mail::{MailServer, token_in};
pub use openid_provider::OpenIdProvider;
pub use process::{Beside, Process};
pub use proxy::Proxy;
pub use receiver::{Received, Receiver};
pub use s3::S3Server;
pub use small_disk::SmallDisk;
pub use waiting::eventually;

use actix_web::dev::ServerHandle;
use audit::{Actor, change_installation, change_system};
use cmmc_tracker::app::State;
use cmmc_tracker::start;
use platform::mailer::FakeMailer;
use platform::settings::MailBackend;
use platform::{Clock, Platform, Rng};
use serde_json::{Value, json};
use shared_types::SystemId;
use shared_types::systems::Role;
use shared_types::text::{Email, Title};
use std::net::TcpListener;
use std::sync::Arc;

/// Rates that a test would reach without meaning to: the clock stands still, so nothing refills.
const WIDE_LIMITS: [&str; 9] = [
    "SIGN_IN_PER_MINUTE",
    "SIGN_IN_ACCOUNT_PER_MINUTE",
    "MFA_PER_MINUTE",
    "SINGLE_SIGN_ON_PER_MINUTE",
    "TOKEN_PER_MINUTE",
    "RESET_PER_HOUR",
    "REFRESH_PER_MINUTE",
    "UPLOAD_CREATE_PER_MINUTE",
    "OTHER_PER_MINUTE",
];

/// A running application. Its database goes when it is dropped.
pub struct TestApp {
    /// Base address, without a slash at the end.
    pub url: String,
    /// What the application works with; the clock is a manual one, at 2026-11-22T12:00:00Z.
    pub platform: Platform,
    /// Takes the mail, unless the settings name a server.
    pub mail: Arc<FakeMailer>,
    state: State,
    http: reqwest::Client,
    server: ServerHandle,
    _database: TestDatabase,
}

impl TestApp {
    /// Starts the production path on a free port, with an empty database and a moved clock.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with settings of the environment (`CMMC_UPLOADS__DIRECT_MAX_BYTES`).
    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_on(1, settings).await
    }

    /// The same with a number of worker threads.
    pub async fn start_on(workers: usize, settings: &[(&str, &str)]) -> Self {
        Self::start_at(TestDatabase::create().await, workers, settings).await
    }

    /// The same with a database that is there already: the settings may name another way to it.
    pub async fn start_at(database: TestDatabase, workers: usize, settings: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let mut environment = database.settings();
        environment.push(("CMMC_LISTEN".to_owned(), address.to_string()));
        environment.extend(WIDE_LIMITS.map(|name| (format!("CMMC_LIMITS__{name}"), "10000000".to_owned())));
        environment.extend(settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        let settings = platform::settings::load(None, environment.into_iter()).expect("valid settings");
        let clock = Clock::manual("2026-11-22T12:00:00Z".parse().expect("a time"));
        let platform = start::platform(settings, clock, Rng::system()).await.expect("a platform");
        let mut platform = start::alone(platform).expect("the only one");
        let mail = Arc::new(FakeMailer::default());
        if platform.settings.mail.backend == MailBackend::File {
            platform.mailer = mail.clone();
        }
        let state = start::state(platform.clone()).expect("a state");
        let server = start::server(state.clone(), listener, workers).expect("a server");
        let handle = server.handle();
        tokio::spawn(server);
        let http = reqwest::Client::builder().pool_max_idle_per_host(4).build().expect("a client");
        Self { url: format!("http://{address}"), platform, mail, state, http, server: handle, _database: database }
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Client {
        Client::new(self.http.clone(), self.url.clone(), None)
    }

    /// An administrator of the installation, signed in. The session is minted: no password is hashed.
    pub async fn admin(&self) -> Client {
        self.person("admin", true).await
    }

    /// A user without any right, signed in.
    pub async fn user(&self, name: &str) -> Client {
        self.person(name, false).await
    }

    /// A user who is a member of a system, signed in.
    pub async fn member(&self, system: SystemId, name: &str, role: Role) -> Client {
        let client = self.person(name, false).await;
        let user = client.user_id();
        change_system(&self.platform, Actor::anonymous(), system, move |door| {
            Box::pin(async move { ::systems::add_member(door, system, user, role).await })
        })
        .await
        .expect("a member");
        client
    }

    /// A system with the 110 requirements of Level 2 whose manager is the given administrator.
    pub async fn system(&self, admin: &Client, name: &str) -> SystemId {
        let body = json!({ "name": name, "organization": "Harlan Precision LLC", "pack": "cmmc-level-2" });
        let created = admin.post("/systems", &body).await.expect(201);
        serde_json::from_value(created["id"].clone()).expect("an id")
    }

    /// A user, signed in; an administrator of the installation or not.
    pub async fn person(&self, name: &str, admin: bool) -> Client {
        let settings = self.platform.settings.session.clone();
        let new = ::identity::NewUser {
            email: Email::parse(&format!("{name}@example.com")).expect("an address"),
            name: Title::parse(name).expect("a name"),
            admin,
            // Somebody who can sign in, whose password nobody knows: no password is hashed for it.
            password_hash: Some(format!("$argon2id$v=19$m=19456,t=2,p=1${}${}", "A".repeat(22), "A".repeat(43))),
        };
        let (user, opened) = change_installation(&self.platform, Actor::anonymous(), move |door| {
            Box::pin(async move {
                let user = ::identity::create_user(door, new).await?;
                let opened = ::identity::open_session(door, &settings, user, ::identity::Origin::default()).await?;
                // Tests move the clock by days and years; what ends a session, or asks it to prove itself again, is tested with
                // sessions that were signed in.
                let far: chrono::DateTime<chrono::Utc> = "2100-01-01T00:00:00Z".parse().expect("a time");
                let sql = "UPDATE sessions SET idle_expires_at = $1, expires_at = $1, stepped_up_at = $1 WHERE id = $2";
                platform::db::execute(door.tx, sql, [far.into(), opened.id.0.into()]).await?;
                Ok((user, opened))
            })
        })
        .await
        .expect("a user");
        let keys = &self.state.identity.keys;
        let now = self.platform.clock.now();
        let access = keys.access_token(opened.id, user, opened.id.0, now, now + chrono::Duration::days(20_000)).expect("a token");
        let session = client::Session { user, access, csrf: keys.csrf_token(opened.id).expect("a token") };
        Client::new(self.http.clone(), self.url.clone(), Some(session))
    }

    /// Reads rows straight from the database, as JSON of the named text columns: for what no operation shows.
    pub async fn count(&self, sql: &str) -> i64 {
        use sea_orm::ConnectionTrait;
        let connection = self.platform.db.read();
        let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql.to_owned());
        let row = connection.query_one_raw(statement).await.expect("a query").expect("a row");
        row.try_get_by_index::<i64>(0).expect("a number")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let handle = self.server.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { handle.stop(false).await });
        }
    }
}

/// The pointers of a problem's field errors.
pub fn pointers(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().map(|errors| errors.iter().filter_map(|e| e["pointer"].as_str()).collect()).unwrap_or_default()
}

/// A user id that nobody has.
pub fn nobody() -> shared_types::UserId {
    shared_types::UserId("00000000-0000-7000-8000-000000000000".parse().expect("an id"))
}
