//! What a preview says of a rule, and which rules it and creation refuse.

use super::{NOBODY, Shop};
use crate::support::pointers;
use serde_json::json;
use std::time::Instant;

#[tokio::test]
async fn a_preview_says_what_passed_and_what_is_forbidden() {
    let shop = Shop::open().await;
    let (templates, preview) = (shop.templates(""), format!("/systems/{}/task-recurrence", shop.system));
    // What has passed is counted, as far as a new one would make up for it, and the days are those to come.
    let past = json!({ "rule": "FREQ=WEEKLY", "starts": "2026-11-02" });
    let dates = shop.viewer.post(&preview, &past).await.expect(200);
    let created = shop.template(json!({ "title": "Past", "rule": "FREQ=WEEKLY", "starts": "2026-11-02" })).await;
    assert_eq!((&dates["missed"], &dates["dates"][0]), (&created["missed"], &created["next"][0]));
    assert!(dates["missed"].as_i64().is_some_and(|missed| missed > 0), "{dates}");
    // Where nobody says how early, it is as early as the rule allows.
    for (rule, lead) in [("FREQ=DAILY", 11), ("FREQ=WEEKLY", 14)] {
        let made = shop.template(json!({ "title": rule, "rule": rule, "starts": "2027-01-01" })).await;
        assert_eq!(made["lead_days"], lead, "{rule}");
    }
    for starts in ["9999-01-01", "1999-12-31"] {
        let body = json!({ "rule": "FREQ=YEARLY", "starts": starts });
        assert_eq!(pointers(&shop.viewer.post(&preview, &body).await.problem(400, "invalid")), ["/starts"], "{starts}");
    }
    // RFC 5545: what has no meaning is refused by its part, not worked out as something else.
    for (rule, part) in [
        ("FREQ=WEEKLY;BYDAY=2MO", "BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20300101", "COUNT"),
    ] {
        for (path, body) in [(&templates, json!({ "title": "x", "rule": rule })), (&preview, json!({ "rule": rule }))] {
            let problem = shop.boss.post(path, &body).await.problem(400, "invalid");
            assert_eq!(pointers(&problem), ["/rule"], "{rule}");
            assert!(problem["errors"][0]["detail"].as_str().is_some_and(|words| words.starts_with(part)), "{problem}");
        }
    }
}

#[tokio::test]
async fn rules_that_are_not_accepted_are_refused_in_time() {
    let shop = Shop::open().await;
    let preview = format!("/systems/{}/task-recurrence", shop.system);
    let long = "X".repeat(1_000_000);
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=2",
        "FREQ=DAILY;BYHOUR=1,2",
        "FREQ=DAILY;COUNT=1000000000",
        "garbage",
        "",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY\nRDATE:20270101",
        "FREQ=DAILY;UNTIL=20200101",
        &long,
    ] {
        let begun = Instant::now();
        for (path, body) in [(&shop.templates(""), json!({ "title": "x", "rule": rule })), (&preview, json!({ "rule": rule }))] {
            assert_eq!(pointers(&shop.boss.post(path, &body).await.problem(400, "invalid")), ["/rule"], "{rule:.60}");
        }
        assert!(begun.elapsed().as_secs() < 20, "{rule:.60} took {:?}", begun.elapsed());
    }
    for (body, pointer) in [
        (json!({ "rule": "FREQ=DAILY" }), "/title"),
        (json!({ "title": "x", "rule": "FREQ=DAILY", "starts": "1999-01-01" }), "/starts"),
        (json!({ "title": "x", "rule": "FREQ=YEARLY", "lead_days": 181 }), "/lead_days"),
        (json!({ "title": "x", "rule": "FREQ=DAILY", "lead_days": 14 }), "/lead_days"),
        (json!({ "title": "x", "rule": "FREQ=DAILY", "lead_days": 0, "assignee": shop.viewer.user_id() }), "/assignee"),
        (
            json!({ "title": "x", "rule": "FREQ=DAILY", "lead_days": 0, "assignee": shop.doer.user_id(), "reviewer": shop.doer.user_id() }),
            "/reviewer",
        ),
        (json!({ "title": "x", "rule": "FREQ=DAILY", "lead_days": 0, "reviewer": NOBODY }), "/reviewer"),
        (json!({ "title": "x", "rule": "FREQ=DAILY", "lead_days": 0, "control": "AC.L2-9.9.9" }), "/control"),
        (json!({ "title": "x", "rule": "FREQ=DAILY", "lead_days": 0, "estimate_hours": 0 }), "/estimate_hours"),
        (json!({ "title": "x", "rule": "FREQ=DAILY", "lead_days": 0, "checklist": vec!["x"; 51] }), "/checklist"),
        // 32 CFR 170.14(d).
        (json!({ "title": "x", "rule": "FREQ=YEARLY;INTERVAL=2", "control": "RA.L2-3.11.1" }), "/rule"),
        (json!({ "title": "x", "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "control": "RA.L2-3.11.2" }), "/rule"),
        (json!({ "title": "x", "rule": "FREQ=YEARLY;COUNT=1", "control": "RA.L2-3.11.1" }), "/rule"),
        (json!({ "title": "x", "rule": "FREQ=MONTHLY;UNTIL=20270101", "control": "RA.L2-3.11.1" }), "/rule"),
    ] {
        assert_eq!(pointers(&shop.boss.post(&shop.templates(""), &body).await.problem(400, "invalid")), [pointer], "{body}");
    }
    for rule in ["FREQ=YEARLY;INTERVAL=2", "FREQ=YEARLY;COUNT=3"] {
        let body = json!({ "rule": rule, "control": "RA.L2-3.11.1" });
        assert_eq!(pointers(&shop.viewer.post(&preview, &body).await.problem(400, "invalid")), ["/rule"]);
    }
    let fine = json!({ "rule": "FREQ=YEARLY;INTERVAL=2", "control": "AC.L2-3.1.1", "starts": "2026-12-01" });
    let dates = shop.viewer.post(&preview, &fine).await.expect(200);
    assert_eq!((dates["dates"][0].as_str(), dates["dates"][1].as_str()), (Some("2026-12-01"), Some("2028-12-01")));
    // An existing one does not become what a new one could not be.
    let template = shop.template(json!({ "title": "x", "rule": "FREQ=YEARLY", "control": "RA.L2-3.11.1" })).await;
    let path = shop.template_path(&template, "");
    for rule in ["FREQ=YEARLY;INTERVAL=2", "FREQ=YEARLY;COUNT=9"] {
        let worse = shop.boss.if_match(&json!(1)).patch(&path, &json!({ "rule": rule })).await;
        assert_eq!(pointers(&worse.problem(400, "invalid")), ["/rule"]);
    }
    assert_eq!(shop.made().await, 1);
    let keyed = shop.boss.with("idempotency-key", "template");
    let body = json!({ "title": "Once", "rule": "FREQ=YEARLY" });
    let first = keyed.post(&shop.templates(""), &body).await.expect(201);
    assert_eq!(keyed.post(&shop.templates(""), &body).await.expect(201), first);
}
