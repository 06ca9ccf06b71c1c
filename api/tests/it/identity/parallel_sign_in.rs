//! A hundred people sign in at once, at a process of its own: the passwords take two threads and their memory, and nobody else waits.

use crate::support::{Client, Process};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Most memory above idle, in MiB. A pool without bounds would take 19 for each of the hundred.
const MEMORY: f64 = 100.0;

/// Resident memory in MiB, where the system tells it.
fn resident(process: &Process) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.running.child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

/// The time within which so many of a hundred were.
fn part(mut times: Vec<Duration>, of_a_hundred: usize) -> Duration {
    times.sort();
    times[(times.len() - 1) * of_a_hundred / 100]
}

/// In the gate, where other work shares the machine and the build is for tests: the memory, and that the others do not stand in the
/// line of the passwords (their median is a fraction of a sign-in's). In full, on a release build: 99 of 100 requests within 100 ms.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_a_hundred_sign_ins_at_once_take_bounded_memory_and_hold_nobody_up() {
    let full = std::env::var_os("CMMC_SOAK").is_some();
    let wide = "10000000";
    let limits =
        ["SIGN_IN_PER_MINUTE", "SIGN_IN_ACCOUNT_PER_MINUTE", "OTHER_PER_MINUTE"].map(|name| format!("CMMC_LIMITS__{name}"));
    let settings: Vec<(&str, &str)> = limits.iter().map(|name| (name.as_str(), wide)).collect();
    let process = Process::start_with(&settings).await;
    let ana = process.set_up().await;
    // What is made once, at first use, is no matter of sign-ins.
    for _ in 0..50 {
        ana.get("/systems").await.expect(200);
    }
    let Some(idle) = resident(&process) else { return };
    let body = json!({ "email": "ana@example.com", "password": Process::PASSWORD });
    let rounds = if full { 20 } else { 2 };
    let people: Vec<_> = (0..100)
        .map(|_| {
            let (anonymous, body) = (Client::new(reqwest::Client::new(), process.url(), None), body.clone());
            tokio::spawn(async move {
                let mut taken = Vec::new();
                for _ in 0..rounds {
                    let sent = Instant::now();
                    match anonymous.post("/session", &body).await.status.as_u16() {
                        200 => taken.push(sent.elapsed()),
                        // The line before the passwords is full.
                        503 => {}
                        other => unreachable!("{other}"),
                    }
                }
                taken
            })
        })
        .collect();
    let done = AtomicBool::new(false);
    let signing_in = async {
        let mut taken = Vec::new();
        for person in people {
            taken.extend(person.await.expect("a person"));
        }
        done.store(true, Ordering::SeqCst);
        taken
    };
    let working = async {
        let (mut latencies, mut most) = (Vec::new(), idle);
        while !done.load(Ordering::SeqCst) {
            let sent = Instant::now();
            ana.get("/systems").await.expect(200);
            latencies.push(sent.elapsed());
            most = most.max(resident(&process).unwrap_or_default());
        }
        (latencies, most)
    };
    let (taken, (latencies, most)) = tokio::join!(signing_in, working);
    let sign_in = part(taken.clone(), 50);
    let (half, nearly_all) = (part(latencies.clone(), 50), part(latencies.clone(), 99));
    println!(
        "{} sign-ins, half within {sign_in:?}; {} other requests, half within {half:?}, 99 of 100 within {nearly_all:?}; {:.1} MiB above {idle:.1}",
        taken.len(),
        latencies.len(),
        most - idle
    );
    assert!(taken.len() >= 50, "{}", taken.len());
    assert!(most - idle <= MEMORY, "{:.1} MiB above idle", most - idle);
    assert!(half < sign_in / 4, "others wait with those who sign in: {half:?} of {sign_in:?}");
    assert!(!full || nearly_all < Duration::from_millis(100), "{nearly_all:?}");
}
