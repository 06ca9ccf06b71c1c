//! From settings to something that runs.

use crate::app::{State, build};
use actix_web::HttpServer;
use actix_web::dev::Server;
use actix_web::web::Data;
use identity::Identity;
use migration::{Migrator, MigratorTrait};
use object_storage::S3Blobs;
use outbound::GuardedClient;
use platform::blobs::{BlobStore, LocalBlobs};
use platform::db::{Target, execute, single_connection};
use platform::http::Answers;
use platform::lines::LineSink;
use platform::settings::BlobKind;
use platform::{AppError, Clock, Db, Limiter, Live, Platform, Result, Rng, Settings, mailer};
use seals::SealKey;
use single_sign_on::SingleSignOn;
use std::fs::{File, TryLockError};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The key of the lock that lets one process at a time migrate a PostgreSQL database.
const MIGRATION_LOCK: i64 = 0x0063_6d6d_6374_726b;

/// Threads of each worker for work on files.
const BLOCKING_THREADS: usize = 16;

/// Brings the schema up to date, one process at a time: two instances may start at once. On PostgreSQL an advisory lock orders
/// them, on SQLite a lock on a file beside the database.
pub async fn migrate(target: &Target) -> Result<()> {
    let _lock = match target {
        Target::Sqlite { path, .. } => Some(lock_file(path.with_extension("migrating")).await?),
        Target::Postgres { .. } => None,
    };
    let connection = single_connection(target).await?;
    if matches!(target, Target::Postgres { .. }) {
        execute(&connection, "SELECT pg_advisory_lock($1)", [MIGRATION_LOCK.into()]).await?;
    }
    Migrator::up(&connection, None).await?;
    // The advisory lock goes with its connection, the file's lock with its handle.
    connection.close().await?;
    Ok(())
}

/// Waits for the exclusive lock on a file, which is created if absent.
async fn lock_file(path: PathBuf) -> Result<File> {
    let fault = |error: std::io::Error, path: &Path| AppError::internal(format!("{}: {error}", path.display()));
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::create(&path).map_err(|error| fault(error, &path))?;
        file.lock().map_err(|error| fault(error, &path))?;
        Ok(file)
    });
    locked.await.map_err(AppError::internal)?
}

/// Database, migrations, rule packs.
pub async fn platform(settings: Settings, clock: Clock, rng: Rng) -> Result<Platform> {
    let data = &settings.data_dir;
    std::fs::create_dir_all(data).map_err(|error| AppError::internal(format!("data_dir {}: {error}", data.display())))?;
    let target = settings.database();
    migrate(&target).await?;
    let db = Db::connect(&target).await?;
    db.profile().set_slow(Duration::from_millis(u64::from(settings.database.slow_query_ms)));
    let blobs = blobs(&settings)?;
    let limiter = Limiter::start(&settings, &clock)?;
    let audit_lines = audit_lines(&settings.audit.sink)?;
    let live = Live::start(&settings)?;
    let mailer = mailer::from_settings(&settings, &clock)?;
    let outbound = Arc::new(GuardedClient::new(&settings.webhooks)?);
    let answers = Answers::new(settings.cache);
    let started_at = clock.now();
    let settings = Arc::new(settings);
    let documents = Arc::new(Semaphore::new(reports::PREVIEWS));
    let platform = Platform {
        db,
        clock,
        rng,
        started_at,
        settings,
        blobs,
        limiter,
        audit_lines,
        answers,
        live,
        mailer,
        outbound,
        documents,
    };
    systems::load_packs(&platform).await?;
    Ok(platform)
}

/// Where the bytes of evidence are.
fn blobs(settings: &Settings) -> Result<Arc<dyn BlobStore>> {
    Ok(match settings.blobs.kind {
        BlobKind::Local => Arc::new(LocalBlobs::new(settings.data_dir.join("blobs"))),
        BlobKind::S3 => Arc::new(S3Blobs::new(&settings.blobs, settings.data_dir.join("blob-locks"))?),
    })
}

/// The only service of its database, as SQLite demands it: a second one on the same file is refused. On PostgreSQL there may be many.
pub fn alone(platform: Platform) -> Result<Platform> {
    let Target::Sqlite { path, .. } = platform.settings.database() else { return Ok(platform) };
    let path = path.with_extension("serving");
    let fault = |error: std::io::Error| AppError::internal(format!("{}: {error}", path.display()));
    let lock = File::create(&path).map_err(fault)?;
    match lock.try_lock() {
        Ok(()) => Ok(Platform { db: platform.db.clone().serve_alone(lock), ..platform }),
        Err(TryLockError::WouldBlock) => Err(AppError::internal(format!(
            "another process serves this database ({} is locked): stop it first, or use PostgreSQL for several",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(fault(error)),
    }
}

/// Where a copy of each audit event goes.
fn audit_lines(sink: &str) -> Result<Option<LineSink>> {
    let fault = |error: std::io::Error| AppError::internal(format!("audit.sink {sink}: {error}"));
    if sink.is_empty() { Ok(None) } else { LineSink::open(sink).map(Some).map_err(fault) }
}

/// What the workers of a server share.
pub fn state(platform: Platform) -> Result<State> {
    let (identity, single_sign_on) = (Identity::start(&platform)?, SingleSignOn::start(&platform)?);
    let seal_key = Data::new(SealKey::load(&platform)?);
    Ok(State {
        platform: Data::new(platform),
        identity: Data::new(identity),
        single_sign_on: Data::new(single_sign_on),
        seal_key,
    })
}

/// A server on a listener, not yet running: await it.
pub fn server(state: State, listener: TcpListener, workers: usize) -> Result<Server> {
    let server = HttpServer::new(move || build(state.clone()))
        .workers(workers)
        // Each may have a file's buffer in hand: with hundreds, the memory of many uploads at once would be theirs.
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .client_request_timeout(std::time::Duration::from_secs(15))
        // Longer than a proxy keeps a connection to us, so that none is closed under a request.
        .keep_alive(std::time::Duration::from_secs(75))
        .shutdown_timeout(20)
        .listen(listener)
        .map_err(AppError::internal)?;
    Ok(server.run())
}
