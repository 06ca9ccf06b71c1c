//! What a preview says of a rule, and which rules it and creation refuse.

use super::Shop;
use crate::support::pointers;
use serde_json::{Value, json};

fn templates(shop: &Shop) -> String {
    format!("/systems/{}/task-templates", shop.system)
}

async fn template(shop: &Shop, body: Value) -> Value {
    shop.boss.post(&templates(shop), &body).await.expect(201)
}

#[tokio::test]
async fn a_preview_says_what_passed_and_what_is_forbidden() {
    let shop = Shop::open().await;
    let (templates, preview) = (templates(&shop), format!("/systems/{}/task-recurrence", shop.system));
    // What has passed is counted, as far as a new one would make up for it, and the days are those to come.
    let past = json!({ "rule": "FREQ=WEEKLY", "starts": "2026-11-02" });
    let dates = shop.viewer.post(&preview, &past).await.expect(200);
    let created = template(&shop, json!({ "title": "Past", "rule": "FREQ=WEEKLY", "starts": "2026-11-02" })).await;
    assert_eq!((&dates["missed"], &dates["dates"][0]), (&created["missed"], &created["next"][0]));
    assert!(dates["missed"].as_i64().is_some_and(|missed| missed > 0), "{dates}");
    // Where nobody says how early, it is as early as the rule allows.
    for (rule, lead) in [("FREQ=DAILY", 11), ("FREQ=WEEKLY", 14)] {
        let made = template(&shop, json!({ "title": rule, "rule": rule, "starts": "2027-01-01" })).await;
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
