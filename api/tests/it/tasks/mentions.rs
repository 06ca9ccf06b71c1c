//! Mentions and attachments of comments.

use super::{NOBODY, Shop};
use crate::support::pointers;
use serde_json::{Value, json};

#[tokio::test]
async fn a_mention_is_an_id_and_tells_the_person_once() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let path = shop.one(&task, "/comments");
    let (viewer, doer) = (shop.viewer.user_id(), shop.doer.user_id());
    let body = format!("@[{viewer}] and @[{doer}], **look**: @[{viewer}] <script>alert(1)</script>");
    let written = shop.other.post(&path, &json!({ "body": body })).await.expect(201);
    assert_eq!(written["body"], body, "as it was written: the client shows it safely");
    let names: Vec<_> = written["mentions"].as_array().expect("people").iter().map(|person| person["name"].as_str()).collect();
    assert_eq!(names, [Some("viewer"), Some("doer")]);
    assert_eq!(shop.viewer.get(&path).await.expect(200)["items"][0], written);
    assert_eq!((shop.told("task.mentioned", &shop.viewer).await, shop.told("task.mentioned", &shop.doer).await), (1, 1));
    assert_eq!(shop.told("task.commented", &shop.doer).await, 0, "one reason is enough");
    // The log has ids and no names.
    let sql = format!(
        "SELECT COUNT(*) FROM audit_events WHERE action = 'task.comment' AND details LIKE '%\"mentions\":[\"{viewer}\",\"{doer}\"]%'"
    );
    assert_eq!(shop.app.count(&sql).await, 1);
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM task_comments WHERE body LIKE '%viewer%' OR body LIKE '%doer%'").await, 0);

    // Who mentions himself is told nothing.
    shop.other.post(&path, &json!({ "body": format!("@[{}]", shop.other.user_id()) })).await.expect(201);
    assert_eq!(shop.told("task.mentioned", &shop.other).await, 0);

    // With a step, too.
    let step = json!({ "action": "start", "comment": format!("Going, @[{viewer}].") });
    shop.doer.post(&shop.one(&task, "/transitions"), &step).await.expect(200);
    assert_eq!(shop.told("task.mentioned", &shop.viewer).await, 2);
}

#[tokio::test]
async fn who_is_no_member_cannot_be_mentioned() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let path = shop.one(&task, "/comments");
    let stranger = shop.app.user("stranger").await.user_id().to_string();
    let many = (0..21).map(|n| format!("@[00000000-0000-7000-8000-{n:012}]")).collect::<Vec<_>>().concat();
    for body in [format!("@[{NOBODY}]"), format!("hello @[{stranger}]"), many] {
        let problem = shop.doer.post(&path, &json!({ "body": body })).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), ["/body"], "{body}");
        let step = json!({ "action": "start", "comment": body });
        let problem = shop.doer.post(&shop.one(&task, "/transitions"), &step).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), ["/comment"], "{body}");
    }
    let now = shop.read(&shop.doer, &task).await;
    assert_eq!((now["state"].as_str(), now["comment_count"].as_i64()), (Some("open"), Some(0)), "nothing of it was kept");
    // What looks like a mention and is none is text.
    for body in ["@doer", "@[x]", "@[", "mail@[example.com]"] {
        assert_eq!(shop.doer.post(&path, &json!({ "body": body })).await.expect(201)["mentions"], json!([]));
    }
}

#[tokio::test]
async fn a_comment_of_a_megabyte_is_refused_clearly() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let path = shop.one(&task, "/comments");
    let problem = shop.doer.post(&path, &json!({ "body": "x".repeat(1_000_000) })).await.problem(400, "invalid");
    assert_eq!(problem["errors"][0]["detail"], "at most 4000 characters, not 1000000");
    shop.doer.post(&path, &json!({ "body": "x".repeat(1_048_576) })).await.problem(413, "too_large");
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM task_comments").await, 0);
}

/// Evidence that is elsewhere, linked to a task or not.
async fn evidence(shop: &Shop, links: Value) -> Value {
    let body = json!({
        "reference": { "name": "Rules.txt", "uri": "https://files.example/rules.txt", "sha256": "a".repeat(64), "custodian": "IT" },
        "metadata": { "title": "Rules", "links": links },
    });
    shop.doer.post(&format!("/systems/{}/evidence/reference", shop.system), &body).await.expect(201)
}

#[tokio::test]
async fn what_is_attached_is_evidence_of_the_task() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    let path = shop.one(&task, "/comments");
    let linked = evidence(&shop, json!([{ "task": "TASK-1" }])).await;
    let free = evidence(&shop, json!([{ "control": "AC.L2-3.1.1" }])).await;
    let number = linked["number"].as_str().expect("a number");
    let written = shop.doer.post(&path, &json!({ "body": "See there.", "evidence": [number] })).await.expect(201);
    assert_eq!(written["attachments"], json!([{ "id": linked["id"], "number": number, "title": "Rules" }]));
    let by_id = json!({ "body": "By id.", "evidence": [linked["id"]] });
    assert_eq!(shop.doer.post(&path, &by_id).await.expect(201)["attachments"][0]["number"], number);
    for (evidence, pointer) in [
        (json!([free["number"]]), "/evidence/0"),
        (json!([number, "EV-99"]), "/evidence/1"),
        (json!([number, linked["id"]]), "/evidence/1"),
        (json!(["' OR 1=1"]), "/evidence/0"),
        (json!(vec![number; 21]), "/evidence"),
    ] {
        let body = json!({ "body": "x", "evidence": evidence });
        assert_eq!(pointers(&shop.doer.post(&path, &body).await.problem(400, "invalid")), [pointer], "{body}");
    }
    // Evidence that was deleted is not shown any more; the comment stays.
    let one = format!("/systems/{}/evidence/{number}", shop.system);
    shop.doer.with("if-match", "*").delete(&format!("{one}?reason=Wrong")).await.expect(204);
    let page = shop.viewer.get(&path).await.expect(200);
    assert_eq!((page["items"][0]["body"].as_str(), &page["items"][0]["attachments"]), (Some("See there."), &json!([])));
}
