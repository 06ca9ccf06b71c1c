//! A full disk: the writer says so, harms nothing that was acknowledged, and goes on when there is space again.

use crate::support::SmallDisk;
use platform::Db;
use platform::db::{Target, execute};
use shared_types::ErrorCode;

async fn put(db: &Db, n: i64, size: usize) -> platform::Result<()> {
    db.write(move |tx| {
        Box::pin(async move {
            execute(tx, "INSERT INTO notes (id, text) VALUES ($1, $2)", [n.into(), "x".repeat(size).into()]).await?;
            Ok(())
        })
    })
    .await
}

async fn ids(db: &Db) -> Vec<i64> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        id: i64,
    }
    db.rows::<Row>("SELECT id FROM notes ORDER BY id", []).await.expect("rows").into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn a_full_disk_is_told_and_survived() {
    let Some(disk) = SmallDisk::mount(4) else { return };
    let target = Target::Sqlite { path: disk.path().join("test.db"), max_connections: 2 };
    let db = Db::connect(&target).await.expect("a database");
    db.write(|tx| Box::pin(async move { execute(tx, "CREATE TABLE notes (id integer PRIMARY KEY, text text)", []).await }))
        .await
        .expect("a table");
    let mut acknowledged = Vec::new();
    let mut refused = None;
    for n in 0..200 {
        match put(&db, n, 100_000).await {
            Ok(()) => acknowledged.push(n),
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    let refused = refused.expect("4 MiB are full before 20 MB are written");
    assert_eq!(refused.code(), ErrorCode::NoSpace, "{}", refused.with_cause());
    // Closures that share a batch with the one that fills the disk fail with it: none may be committed by itself.
    let batch = futures_util::future::join_all((1000..1040).map(|n| put(&db, n, 200_000))).await;
    acknowledged.extend((1000..1040).zip(&batch).filter(|(_, result)| result.is_ok()).map(|(n, _)| n));
    assert!(batch.iter().any(Result::is_err));
    assert_eq!(ids(&db).await, acknowledged, "what was acknowledged is there, and nothing else");
    disk.grow(32);
    put(&db, 5000, 100_000).await.expect("there is space again");
    acknowledged.push(5000);
    assert_eq!(ids(&db).await, acknowledged);
    db.close().await.expect("closed");
}
