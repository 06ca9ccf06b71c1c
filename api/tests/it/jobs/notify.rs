//! The handler `notify`, called directly.

use super::{Workplace, job, new_id, texts, write};
use platform::JobError;
use serde_json::json;

#[tokio::test]
async fn a_person_is_told_once_in_plain_words() {
    let place = Workplace::start().await;
    let outbox = place.enqueue().await;
    let payload = json!({ "kind": "task.assigned", "system": place.system, "task": place.task, "user": place.member.user_id() });
    for _again in 0..3 {
        jobs::run(&place.app.platform, &job(outbox, "notify", &payload)).await.expect("done");
    }
    assert_eq!(texts(&place.app).await, ["TASK-12 was assigned to you: Turn on MFA"]);
    let link = format!("SELECT COUNT(*) FROM notifications WHERE link = '/s/{}/tasks/TASK-12'", place.system);
    assert_eq!(place.app.count(&link).await, 1);
    assert!(place.all_done().await);
}

#[tokio::test]
async fn two_deliveries_at_once_tell_once() {
    let place = Workplace::start().await;
    let outbox = place.enqueue().await;
    let payload = json!({ "kind": "task.assigned", "system": place.system, "task": place.task, "user": place.member.user_id() });
    let job = job(outbox, "notify", &payload);
    let one = || jobs::run(&place.app.platform, &job);
    let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
    assert!([a, b, c, d].iter().all(Result::is_ok));
    assert_eq!(place.told().await, 1);
}

#[tokio::test]
async fn who_has_left_is_told_nothing() {
    let place = Workplace::start().await;
    let outbox = place.enqueue().await;
    write(&place.app.platform.db, "DELETE FROM members WHERE role = 'contributor'", vec![]).await;
    let payload = json!({ "kind": "task.assigned", "system": place.system, "task": place.task, "user": place.member.user_id() });
    jobs::run(&place.app.platform, &job(outbox, "notify", &payload)).await.expect("done");
    assert_eq!(place.told().await, 0);
    assert!(place.all_done().await);
}

#[tokio::test]
async fn nonsense_fails_for_good() {
    let place = Workplace::start().await;
    let outbox = new_id(&place.app);
    let known = json!({ "kind": "task.exploded", "system": place.system, "task": place.task, "user": place.member.user_id() });
    for (topic, payload) in [("notify", json!({})), ("notify", json!("x")), ("notify", known), ("no_such_job", json!({}))] {
        let result = jobs::run(&place.app.platform, &job(outbox, topic, &payload)).await;
        assert!(matches!(result, Err(JobError::Fail(_))), "{topic} {payload}: {result:?}");
    }
}
