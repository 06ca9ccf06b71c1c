use super::Shop;
use crate::support::pointers;
use serde_json::{Value, json};

fn bodies(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().map(|comment| comment["body"].as_str().expect("a body")).collect()
}

#[tokio::test]
async fn comments_stand_in_the_order_in_which_they_were_written() {
    let shop = Shop::open().await;
    let (task, noise) = (shop.task().await, shop.task().await);
    let path = shop.one(&task, "/comments");
    // The clock stands still: the order is not taken from it, nor from the ids.
    for (n, who) in [&shop.doer, &shop.other, &shop.boss, &shop.doer, &shop.other].into_iter().enumerate() {
        let written = who.post(&path, &json!({ "body": format!("{n}\nsecond line") })).await.expect(201);
        assert_eq!((written["author"]["id"].clone(), &written["action"]), (json!(who.user_id()), &Value::Null));
        shop.doer.post(&shop.one(&noise, "/comments"), &json!({ "body": "elsewhere" })).await.expect(201);
    }
    let step = json!({ "action": "start", "comment": "Going." });
    shop.doer.post(&shop.one(&task, "/transitions"), &step).await.expect(200);
    let all = shop.viewer.get(&path).await.expect(200);
    let expected = ["0\nsecond line", "1\nsecond line", "2\nsecond line", "3\nsecond line", "4\nsecond line", "Going."];
    assert_eq!((bodies(&all), &all["page"]["total"]), (expected.to_vec(), &json!(6)));
    assert_eq!(shop.read(&shop.viewer, &task).await["comment_count"], 6);
    assert_eq!(shop.audited("task.comment").await, 10);

    let first = shop.viewer.get(&format!("{path}?limit=4")).await.expect(200);
    assert_eq!(bodies(&first), expected[..4]);
    let next = first["page"]["next"].as_str().expect("a cursor");
    let second = shop.viewer.get(&format!("{path}?limit=4&cursor={next}")).await.expect(200);
    assert_eq!((bodies(&second), &second["page"]["next"]), (expected[4..].to_vec(), &Value::Null));
    let prev = second["page"]["prev"].as_str().expect("a cursor");
    assert_eq!(shop.viewer.get(&format!("{path}?limit=4&cursor={prev}")).await.expect(200)["items"], first["items"]);
    let foreign = format!("{}?limit=4&cursor={next}", shop.one(&noise, "/comments"));
    shop.viewer.get(&foreign).await.problem(400, "bad_cursor");
}

#[tokio::test]
async fn refusals_of_a_comment() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let path = shop.one(&task, "/comments");
    for (body, pointer) in [
        (json!({}), "/body"),
        (json!({ "body": "" }), "/body"),
        (json!({ "body": "x".repeat(4001) }), "/body"),
        (json!({ "body": "a\u{202E}b" }), "/body"),
        (json!({ "body": "x", "action": "confirm" }), "/action"),
    ] {
        assert_eq!(pointers(&shop.doer.post(&path, &body).await.problem(400, "invalid")), [pointer], "{body}");
    }
    shop.viewer.post(&path, &json!({ "body": "x" })).await.problem(403, "forbidden");
    shop.viewer.get(&format!("{path}?limit=0")).await.problem(400, "invalid");
    let keyed = shop.doer.with("idempotency-key", "k");
    let first = keyed.post(&path, &json!({ "body": "once" })).await.expect(201);
    assert_eq!(keyed.post(&path, &json!({ "body": "once" })).await.expect(201), first);
    keyed.post(&path, &json!({ "body": "twice" })).await.problem(422, "idempotency_mismatch");
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM task_comments").await, 1);
}
