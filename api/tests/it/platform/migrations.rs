//! Up, down, up, on the database under test.

use crate::support::TestDatabase;
use migration::{Migrator, MigratorTrait};
use platform::db::single_connection;
use platform::settings::load;

#[tokio::test]
async fn every_step_goes_up_down_and_up_again() {
    let database = TestDatabase::create().await;
    let settings = load(None, database.settings().into_iter()).expect("settings");
    let connection = single_connection(&settings.database()).await.expect("a connection");
    let pending = Migrator::get_pending_migrations(&connection).await.expect("a list").len();
    assert_eq!(pending, 0, "the template is migrated");
    Migrator::down(&connection, None).await.expect("down");
    Migrator::up(&connection, None).await.expect("up again");
    Migrator::up(&connection, None).await.expect("nothing to do");
    connection.close().await.expect("closed");
}

#[tokio::test]
async fn two_instances_may_start_at_once() {
    let database = TestDatabase::create().await;
    let settings = load(None, database.settings().into_iter()).expect("settings");
    let target = settings.database();
    let connection = single_connection(&target).await.expect("a connection");
    Migrator::down(&connection, None).await.expect("down");
    connection.close().await.expect("closed");
    let (a, b) = tokio::join!(cmmc_tracker::start::migrate(&target), cmmc_tracker::start::migrate(&target));
    // On SQLite the second may be told to wait for the lock; on PostgreSQL the advisory lock orders them.
    assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
}
