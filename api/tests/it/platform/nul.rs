//! A NUL in what is asked for: PostgreSQL can't take one in a text, SQLite ends the text there.

use crate::support::{TestApp, pointers};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Of every operation that is read with a query, each parameter of text.
#[tokio::test]
async fn no_parameter_of_a_query_takes_one() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let system = app.system(&admin, "Mine").await.to_string();
    let document: Value = serde_json::to_value(cmmc_tracker::app::openapi()).expect("JSON");
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        for name in parameters.filter(|one| one["in"] == "query").filter_map(|one| one["name"].as_str()) {
            let path = path.trim_start_matches("/api/v1").replace("{system}", &system);
            // What single sign-on comes back to answers with a page, whatever it is told.
            if path.contains('{') || path == "/single-sign-on/callback" {
                continue;
            }
            let answer = admin.get(&format!("{path}?{name}=a%00b")).await;
            if name == "cursor" {
                answer.problem(400, "bad_cursor");
            } else {
                assert_eq!(pointers(&answer.problem(400, "invalid")), [name], "{path}");
            }
            asked += 1;
        }
    }
    assert!(asked > 40, "{asked} parameters");
}

/// A page's edge is a name here: a cursor is no secret, and anybody writes one.
#[tokio::test]
async fn no_cursor_takes_one() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.user("ana").await;
    for name in ["Mine", "Other"] {
        app.system(&admin, name).await;
    }
    for path in ["/users", "/systems"] {
        let page = admin.get(&format!("{path}?limit=1")).await.expect(200);
        let next = page["page"]["next"].as_str().expect("a cursor");
        let mut cursor: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(next).expect("base64")).expect("JSON");
        assert!(cursor["k"][0].is_string(), "{path}: {cursor}");
        cursor["k"][0] = json!("a\0b");
        let forged = URL_SAFE_NO_PAD.encode(cursor.to_string());
        admin.get(&format!("{path}?limit=1&cursor={forged}")).await.problem(400, "bad_cursor");
    }
}
