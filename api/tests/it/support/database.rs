//! A fresh database for each test, copied from a template that is migrated once.

use cmmc_tracker::start;
use platform::settings::load;
use platform::{Clock, Rng};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The database and data folder of one test.
pub struct TestDatabase {
    folder: TempDir,
    url: Option<String>,
}

enum Template {
    Sqlite { file: PathBuf, _folder: TempDir },
    Postgres { name: String },
}

static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

fn postgres() -> Option<String> {
    std::env::var("CMMC_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

/// The address of a database on the same server.
fn beside(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("postgres://user@host:port/database");
    format!("{server}/{name}")
}

async fn on_server(sql: &str) {
    use sea_orm::ConnectionTrait;
    let url = postgres().expect("a server");
    let target = platform::db::Target::Postgres { url, min_connections: 1, max_connections: 1 };
    let connection = platform::db::single_connection(&target).await.expect("a connection");
    connection.execute_unprepared(sql).await.expect("a statement");
    connection.close().await.expect("closed");
}

/// Migrates and loads the rule packs.
async fn prepare(folder: &std::path::Path, url: Option<&str>) {
    let mut environment = vec![("CMMC_DATA_DIR".to_owned(), folder.display().to_string())];
    environment.extend(url.map(|url| ("CMMC_DATABASE__URL".to_owned(), url.to_owned())));
    environment.push(("CMMC_DATABASE__MIN_CONNECTIONS".to_owned(), "1".to_owned()));
    let settings = load(None, environment.into_iter()).expect("settings");
    let platform = start::platform(settings, Clock::system(), Rng::system()).await.expect("a platform");
    platform.db.close().await.expect("closed");
}

async fn template() -> &'static Template {
    TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().expect("a folder");
            match postgres() {
                None => {
                    prepare(folder.path(), None).await;
                    Template::Sqlite { file: folder.path().join("cmmc-tracker.db"), _folder: folder }
                }
                Some(url) => {
                    let name = format!("cmmc_template_{}", std::process::id());
                    on_server(&format!("CREATE DATABASE {name}")).await;
                    prepare(folder.path(), Some(&beside(&url, &name))).await;
                    Template::Postgres { name }
                }
            }
        })
        .await
}

impl TestDatabase {
    /// Statements for what every request asks, the session and the role in the system: on SQLite the answers are known while nothing is
    /// written, on PostgreSQL another instance may have written.
    pub fn asked_each_time() -> u64 {
        if postgres().is_some() { 2 } else { 0 }
    }

    /// A new one, empty but for the schema and the rule packs.
    pub async fn create() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        match template().await {
            Template::Sqlite { file, .. } => {
                std::fs::copy(file, folder.path().join("cmmc-tracker.db")).expect("a copy");
                Self { folder, url: None }
            }
            Template::Postgres { name: template } => {
                let name = format!("cmmc_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
                on_server(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                let url = postgres().expect("a server");
                Self { folder, url: Some(beside(&url, &name)) }
            }
        }
    }

    /// The folder of its files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Its address; none where it is SQLite.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The settings that lead to it.
    pub fn settings(&self) -> Vec<(String, String)> {
        let mut settings = vec![
            ("CMMC_DATA_DIR".to_owned(), self.folder.path().display().to_string()),
            ("CMMC_DATABASE__MIN_CONNECTIONS".to_owned(), "1".to_owned()),
            ("CMMC_DATABASE__MAX_CONNECTIONS".to_owned(), "4".to_owned()),
        ];
        settings.extend(self.url.clone().map(|url| ("CMMC_DATABASE__URL".to_owned(), url)));
        settings
    }
}
