//! What the stack can do at the most on this machine: tiny servers without any of the product's work.

use crate::load::{self, Figures, figures};
use crate::{CONNECTIONS, report};
use actix_web::web::{Data, Path};
use actix_web::{App, HttpServer, Responder, web};
use futures_util::StreamExt;
use platform::db::{Target, execute};
use platform::{Db, Rng};
use sea_orm::FromQueryResult;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::net::TcpListener;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Requests per second, or transactions.
pub struct Ceilings {
    pub constant: f64,
    pub row: f64,
    pub list: f64,
    pub aggregate: f64,
    pub write: f64,
}

#[derive(FromQueryResult, Serialize)]
struct Item {
    id: i64,
    name: String,
    state: String,
    count: i64,
}

#[derive(FromQueryResult, Serialize)]
struct Sum {
    state: String,
    count: i64,
}

async fn database(folder: &TempDir) -> Db {
    let db =
        Db::connect(&Target::Sqlite { path: folder.path().join("ceiling.db"), max_connections: 25 }).await.expect("a database");
    db.write(|tx| {
        Box::pin(async move {
            execute(tx, "CREATE TABLE items (id integer PRIMARY KEY, name text NOT NULL, state text NOT NULL)", []).await?;
            execute(tx, "CREATE TABLE parts (item integer NOT NULL, state text NOT NULL)", []).await?;
            execute(tx, "CREATE INDEX parts_item ON parts (item)", []).await?;
            execute(tx, "CREATE TABLE changes (id blob PRIMARY KEY, n integer)", []).await?;
            execute(tx, "CREATE TABLE log (id blob PRIMARY KEY, text text)", []).await?;
            for n in 1..=110_i64 {
                let values = [n.into(), format!("AC.L2-3.1.{n} with a title as long as they are").into()];
                execute(tx, "INSERT INTO items VALUES ($1, $2, 'met')", values).await?;
                for _ in 0..3 {
                    execute(tx, "INSERT INTO parts VALUES ($1, 'met')", [n.into()]).await?;
                }
            }
            Ok(())
        })
    })
    .await
    .expect("rows");
    db
}

async fn constant() -> impl Responder {
    web::Json(serde_json::json!({ "status": "ok", "version": "1" }))
}

async fn row(db: Data<Db>, id: Path<i64>) -> impl Responder {
    let sql = "SELECT id, name, state, 0 AS count FROM items WHERE id = $1";
    web::Json(db.row::<Item>(sql, [id.into_inner().into()]).await.expect("a row"))
}

async fn list(db: Data<Db>) -> impl Responder {
    let sql =
        "SELECT i.id, i.name, i.state, (SELECT COUNT(*) FROM parts p WHERE p.item = i.id) AS count FROM items i ORDER BY i.id";
    web::Json(db.rows::<Item>(sql, []).await.expect("rows"))
}

async fn aggregate(db: Data<Db>) -> impl Responder {
    let sql = "SELECT p.state, COUNT(*) AS count FROM items i JOIN parts p ON p.item = i.id GROUP BY p.state";
    web::Json(db.rows::<Sum>(sql, []).await.expect("rows"))
}

/// Durable transactions of two rows each through the group-commit writer.
async fn writes(db: &Db, callers: usize, duration: Duration) -> Figures {
    let started = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..callers {
        let (db, rng) = (db.clone(), Rng::system());
        tasks.push(tokio::spawn(async move {
            let mut latencies = Vec::new();
            while started.elapsed() < duration {
                let id = rng.bytes::<16>().expect("bytes").to_vec();
                let begun = Instant::now();
                db.write(move |tx| {
                    Box::pin(async move {
                        execute(tx, "INSERT INTO changes VALUES ($1, 1)", [id.clone().into()]).await?;
                        execute(tx, "INSERT INTO log VALUES ($1, 'finding.set')", [id.into()]).await
                    })
                })
                .await
                .expect("a commit");
                latencies.push(begun.elapsed());
            }
            latencies
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.expect("latencies"));
    }
    figures(all, started.elapsed())
}

/// argon2id with the product's parameters on two threads that reuse their memory.
pub async fn argon2(duration: Duration) -> Figures {
    let threads = (0..2).map(|_| {
        tokio::task::spawn_blocking(move || {
            let params = argon2::Params::new(19_456, 2, 1, Some(32)).expect("parameters");
            let mut memory = vec![argon2::Block::default(); params.block_count()];
            let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
            let (started, mut latencies, mut hash) = (Instant::now(), Vec::new(), [0; 32]);
            while started.elapsed() < duration {
                let begun = Instant::now();
                let password = b"violet harbor nine lanterns";
                argon2.hash_password_into_with_memory(password, &[7; 16], &mut hash, &mut memory).expect("a hash");
                latencies.push(begun.elapsed());
            }
            latencies
        })
    });
    let mut all = Vec::new();
    for thread in threads.collect::<Vec<_>>() {
        all.extend(thread.await.expect("a thread"));
    }
    figures(all, duration)
}

/// One chunk: written, hashed and synced, and nothing else.
async fn store(folder: Data<TempDir>, hash: Data<Mutex<Sha256>>, mut body: web::Payload) -> impl Responder {
    let path = folder.path().join("upload");
    let mut held = web::BytesMut::new();
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).expect("a file");
    loop {
        let piece = body.next().await;
        let ended = piece.is_none();
        if let Some(piece) = piece {
            held.extend_from_slice(&piece.expect("bytes"));
        }
        if ended || held.len() >= 256 * 1024 {
            let (part, hash) = (held.split().freeze(), hash.clone());
            file = web::block(move || {
                hash.lock().expect("the state").update(&part);
                std::io::Write::write_all(&mut file, &part).expect("written");
                if ended {
                    file.sync_data().expect("synced");
                }
                file
            })
            .await
            .expect("a thread");
        }
        if ended {
            return web::Json(serde_json::json!({ "status": "ok" }));
        }
    }
}

/// How long such a server takes for a file of a size.
pub async fn upload(size: u64) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/store", listener.local_addr().expect("an address"));
    let folder = Data::new(tempfile::tempdir().expect("a folder"));
    let hash = Data::new(Mutex::new(Sha256::new()));
    let server = HttpServer::new(move || {
        App::new().app_data(folder.clone()).app_data(hash.clone()).route("/store", web::patch().to(store))
    });
    tokio::spawn(server.workers(2).listen(listener).expect("a server").run());
    let (client, chunk) = (reqwest::Client::new(), crate::files::chunk(1));
    let began = Instant::now();
    let mut left = usize::try_from(size).expect("a length");
    while left > 0 {
        let part = chunk.slice(..chunk.len().min(left));
        left -= part.len();
        client.patch(&url).body(part).send().await.expect("an answer").error_for_status().expect("stored");
    }
    began.elapsed()
}

/// Measures and prints all ceilings.
pub async fn measure(duration: Duration) -> Ceilings {
    let folder = tempfile::tempdir().expect("a folder");
    let db = database(&folder).await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let data = Data::new(db.clone());
    let server = HttpServer::new(move || {
        let app =
            App::new().app_data(data.clone()).route("/constant", web::get().to(constant)).route("/row/{id}", web::get().to(row));
        app.route("/list", web::get().to(list)).route("/aggregate", web::get().to(aggregate))
    });
    tokio::spawn(server.workers(2).listen(listener).expect("a server").run());
    let get = |path: &'static str| {
        let address = address.clone();
        async move {
            let request = format!("GET {path} HTTP/1.1\r\nHost: ceiling\r\n\r\n").into_bytes();
            load::run(&address, CONNECTIONS, duration, "200", move |_, _| request.clone()).await
        }
    };
    let mut result = Ceilings { constant: 0.0, row: 0.0, list: 0.0, aggregate: 0.0, write: 0.0 };
    for (what, path, place) in [
        ("ceiling: constant JSON", "/constant", &mut result.constant),
        ("ceiling: one row by key", "/row/7", &mut result.row),
        ("ceiling: list of 110 rows with a count", "/list", &mut result.list),
        ("ceiling: aggregate over them", "/aggregate", &mut result.aggregate),
    ] {
        let figures = get(path).await;
        report(what, &figures, None);
        *place = figures.per_second;
    }
    let figures = writes(&db, CONNECTIONS, duration).await;
    report("ceiling: durable write of two rows, grouped", &figures, None);
    result.write = figures.per_second;
    result
}
