//! The release binary as a process of its own: its size, its start, its memory, sign-in, uploads and downloads.

use crate::load::{Figures, figures};
use crate::support::{Client, Process};
use crate::{ceiling, files, report};
use serde_json::json;
use std::time::{Duration, Instant};

const MIB: u64 = 1024 * 1024;

/// Resident memory of a process in MiB.
fn resident(process: &Process) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.running.child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
}

/// The most resident memory that is seen while something runs.
async fn peak<T>(process: &Process, work: impl Future<Output = T>) -> (T, f64) {
    let mut most = resident(process);
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return (done, most),
            _ = tick.tick() => most = most.max(resident(process)),
        }
    }
}

fn say(what: &str, value: f64, unit: &str) {
    println!("{what:<44} {value:>10.1} {unit}");
}

/// Measures and prints all of it.
pub async fn measure(duration: Duration) {
    let binary = std::fs::metadata(env!("CARGO_BIN_EXE_cmmc-tracker")).map_or(0, |file| file.len());
    say("the binary", binary as f64 / MIB as f64, "MiB");
    let began = Instant::now();
    // One address does the work of a hundred people.
    let wide = "10000000";
    let settings = [
        ("CMMC_LIMITS__SIGN_IN_PER_MINUTE", wide),
        ("CMMC_LIMITS__SIGN_IN_ACCOUNT_PER_MINUTE", wide),
        ("CMMC_LIMITS__OTHER_PER_MINUTE", wide),
        ("CMMC_UPLOADS__MAX_PARALLEL", "100"),
    ];
    let mut process = Process::start_with(&settings).await;
    say("first start, until ready", began.elapsed().as_secs_f64() * 1000.0, "ms");
    process.set_up().await;
    let mut starts = Vec::new();
    for _ in 0..5 {
        process.kill();
        let began = Instant::now();
        process.restart().await;
        starts.push(began.elapsed());
    }
    say("start with an existing database", figures(starts, Duration::from_secs(1)).p50, "ms");
    let idle = resident(&process);
    say("resident when idle", idle, "MiB");
    let client = sign_in(&process, duration, idle).await;
    // Anew, so that nothing of what signing in took is counted to the uploads. The session outlives it.
    process.kill();
    process.restart().await;
    uploads(&mut process, &client).await;
}

/// A hundred people sign in at once, while others go on working.
async fn sign_in(process: &Process, duration: Duration, idle: f64) -> Client {
    let ceiling = ceiling::argon2(duration).await;
    report("ceiling: argon2id on two threads", &ceiling, None);
    let client = process.sign_in().await;
    at_once_in(process, &client, &ceiling, None, duration, idle).await;
    // From browsers that were here before, as on any morning: one that was not is told of by a mail.
    let body = json!({ "email": "ana@example.com", "password": Process::PASSWORD });
    let known = Client::new(reqwest::Client::new(), process.url(), None).post("/session", &body).await;
    let device = known.headers.get_all("set-cookie").iter().find_map(|cookie| {
        let cookie = cookie.to_str().expect("text").split(';').next().expect("a pair");
        cookie.starts_with(::identity::cookies::DEVICE).then(|| cookie.to_owned())
    });
    at_once_in(process, &client, &ceiling, Some(device.expect("the browser's own cookie")), duration, idle).await;
    client
}

/// The same, from new browsers or from one that is known by its cookie.
async fn at_once_in(
    process: &Process,
    client: &Client,
    ceiling: &Figures,
    device: Option<String>,
    duration: Duration,
    idle: f64,
) {
    let body = json!({ "email": "ana@example.com", "password": Process::PASSWORD });
    let what = if device.is_some() { "sign-in, 100 at once, known browsers" } else { "sign-in, 100 at once" };
    let deadline = Instant::now() + duration * 2;
    let began = Instant::now();
    let people = (0..100).map(|_| {
        let anonymous = Client::new(reqwest::Client::new(), process.url(), None);
        let anonymous = device.iter().fold(anonymous, |client, cookie| client.with("cookie", cookie));
        let body = body.clone();
        tokio::spawn(async move {
            let mut taken = Vec::new();
            let mut refused = 0_u32;
            while Instant::now() < deadline {
                let sent = Instant::now();
                let answer = anonymous.post("/session", &body).await;
                match answer.status.as_u16() {
                    200 => taken.push(sent.elapsed()),
                    429 | 503 => {
                        refused += 1;
                        // As a client should: one that asks again at once takes the machine away from what is measured.
                        let wait =
                            answer.header("retry-after").and_then(|seconds| seconds.parse().ok()).expect("how long to wait");
                        tokio::time::sleep(Duration::from_secs(wait)).await;
                    }
                    other => unreachable!("{other}"),
                }
            }
            (taken, refused)
        })
    });
    let people: Vec<_> = people.collect();
    let others = async {
        let mut latencies = Vec::new();
        // At a pace of their own: as fast as they can, they would be what is measured.
        let mut pace = tokio::time::interval(Duration::from_millis(10));
        while Instant::now() < deadline {
            pace.tick().await;
            for path in ["/healthz", "/systems"] {
                let sent = Instant::now();
                client.get(path).await.expect(200);
                latencies.push(sent.elapsed());
            }
        }
        latencies
    };
    let (latencies, most) = peak(process, others).await;
    let (mut taken, mut refused) = (Vec::new(), 0);
    for person in people {
        let (mine, no) = person.await.expect("a person");
        taken.extend(mine);
        refused += no;
    }
    report(what, &figures(taken, began.elapsed()), Some(ceiling.per_second));
    println!("{:<44} {refused:>10}", "  of them told to come back, the queue being full");
    report("  others meanwhile (healthz, list)", &figures(latencies, began.elapsed()), None);
    say("  resident above idle, at the most", most - idle, "MiB");
}

/// Uploads a number of files of a size side by side; how long it took.
async fn at_once(client: &Client, system: &str, files: u64, each: u64) -> Duration {
    let began = Instant::now();
    let uploads = (0..files).map(|n| {
        let (client, system) = (client.clone(), system.to_owned());
        // No two files of a run have the same bytes.
        tokio::spawn(async move { files::send(&client, &system, each, files * 1000 + n).await })
    });
    for upload in uploads.collect::<Vec<_>>() {
        upload.await.expect("an upload");
    }
    began.elapsed()
}

async fn uploads(process: &mut Process, client: &Client) {
    let idle = resident(process);
    let body = json!({ "name": "Bench", "organization": "Harlan Precision LLC", "pack": "cmmc-level-2" });
    let system = client.post("/systems", &body).await.expect(201)["id"].as_str().expect("an id").to_owned();
    let rate =
        |bytes: u64, took: Duration| Figures { per_second: bytes as f64 / MIB as f64 / took.as_secs_f64(), p50: 0.0, p99: 0.0 };
    let size = 1024 * MIB;
    let ceiling = rate(size, ceiling::upload(size).await);
    report("ceiling: 1 GiB streamed and hashed (MiB/s)", &ceiling, None);
    let ((took, location), most) = peak(process, files::send(client, &system, size, 1)).await;
    report("upload of 1 GiB by tus (MiB/s)", &rate(size, took), Some(ceiling.per_second));
    say("  resident above idle, at the most", most - idle, "MiB");
    let began = Instant::now();
    let evidence = files::finish(client, &system, &location).await;
    say("  evidence from it", began.elapsed().as_secs_f64() * 1000.0, "ms");
    let path = format!("/api/v1/systems/{system}/evidence/{evidence}/file");
    let took = files::fetch(&process.url(), &path, Some(&client.session().access)).await;
    let product = rate(size, took);
    match files::nginx(size).await {
        Some(took) => {
            let ceiling = rate(size, took);
            report("ceiling: nginx sends a file of 1 GiB (MiB/s)", &ceiling, None);
            report("download of 1 GiB (MiB/s)", &product, Some(ceiling.per_second));
        }
        None => report("download of 1 GiB (MiB/s; no nginx here)", &product, None),
    }
    for (what, files, each) in [
        ("100 uploads of 10 MiB at once (MiB/s)", 100, 10 * MIB),
        ("20 uploads of 100 MiB at once (MiB/s)", 20, 100 * MIB),
        ("upload of 5 GiB by tus (MiB/s)", 1, 5 * size),
    ] {
        // Anew: what one left behind is not the next one's.
        process.kill();
        process.restart().await;
        let idle = resident(process);
        let (took, most) = peak(process, at_once(client, &system, files, each)).await;
        report(what, &rate(files * each, took), None);
        say("  resident above idle, at the most", most - idle, "MiB");
    }
}
