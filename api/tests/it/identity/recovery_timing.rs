//! Nobody learns from the time of an answer whether an address has an account.

use crate::support::TestApp;
use serde_json::json;
use std::time::{Duration, Instant};

/// Of each kind, one after the other, so that whatever else the machine does meets both.
const TRIES: usize = 200;
/// Before the measurement: connections, caches.
const WARM_UP: usize = 20;

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

/// How far two measurements of the same are apart: odd and even tries of one kind.
fn noise(times: &[Duration]) -> Duration {
    let every_other = |from: usize| times.iter().skip(from).step_by(2).copied().collect::<Vec<_>>();
    median(&every_other(0)).abs_diff(median(&every_other(1)))
}

#[tokio::test]
async fn asking_for_a_reset_takes_the_same_time_with_and_without_an_account() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    // An account with a password, as the job sees it; asking does not look at the password.
    let set = "UPDATE users SET password_hash = '$argon2id$'";
    app.platform.db.write(move |tx| Box::pin(platform::db::execute(tx, set, []))).await.expect("a write");
    let anyone = app.anonymous();
    // Other tests run beside this one and may disturb a round; a difference that is really there shows in every round.
    let mut same = false;
    for _ in 0..3 {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for n in 0..WARM_UP + TRIES {
            for (email, times) in [("admin@example.com".to_owned(), &mut known), (format!("nobody{n}@example.com"), &mut unknown)]
            {
                let started = Instant::now();
                anyone.post("/password-reset", &json!({ "email": email })).await.expect(202);
                if n >= WARM_UP {
                    times.push(started.elapsed());
                }
            }
        }
        let apart = median(&known).abs_diff(median(&unknown));
        let noise = noise(&known).max(noise(&unknown));
        eprintln!("known {:?}, unknown {:?}, apart {apart:?}, noise {noise:?}", median(&known), median(&unknown));
        // A mail sent by the request, or a hash that only one of the two kinds computes, takes many times as long.
        same = apart <= (noise * 3).max(median(&known) / 20);
        if same {
            break;
        }
    }
    assert!(same, "the two kinds are apart in every round");
    assert_eq!(admin.get("/me").await.expect(200)["email"], "admin@example.com");
}
