//! The filters of the list, and the count.

use super::{tell_of, texts};
use crate::support::{TestApp, pointers};
use serde_json::json;
use shared_types::systems::Role;

#[tokio::test]
async fn the_list_is_filtered_by_kind_system_and_what_is_unread() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (one, two) = (app.system(&admin, "One").await, app.system(&admin, "Two").await);
    let ana = app.member(one, "ana", Role::Contributor).await;
    let user = ana.user_id();
    let read = tell_of(&app, "task.assigned", user, Some(one), "assigned").await;
    tell_of(&app, "task.sent_back", user, Some(one), "sent back").await;
    tell_of(&app, "evidence.expired", user, Some(one), "expired").await;
    tell_of(&app, "security.password", user, None, "password").await;
    tell_of(&app, "task.assigned", user, Some(two), "of a system that she does not see").await;
    ana.post(&format!("/notifications/{read}/read"), &json!({})).await.expect(204);
    for (query, expected) in [
        (String::new(), vec!["password", "expired", "sent back", "assigned"]),
        ("?kind=task.assigned,task.sent_back".to_owned(), vec!["sent back", "assigned"]),
        (format!("?system={one}&kind=evidence.expired"), vec!["expired"]),
        (format!("?system={two}"), vec![]),
        ("?unread=true".to_owned(), vec!["password", "expired", "sent back"]),
        ("?unread=false".to_owned(), vec!["assigned"]),
    ] {
        assert_eq!(texts(&ana.get(&format!("/notifications{query}")).await.expect(200)), expected, "{query}");
    }
    assert_eq!(ana.get("/notifications/unread").await.expect(200), json!({ "unread": 3 }));
    assert_eq!(ana.get("/me").await.expect(200)["unread_notifications"], 3);
    // A cursor belongs to its filters.
    let page = ana.get("/notifications?limit=1&unread=true").await.expect(200);
    let next = page["page"]["next"].as_str().expect("a cursor");
    assert_eq!(texts(&ana.get(&format!("/notifications?limit=1&unread=true&cursor={next}")).await.expect(200)), ["expired"]);
    ana.get(&format!("/notifications?limit=1&cursor={next}")).await.problem(400, "bad_cursor");
    for (query, pointer) in [("kind=task.exploded", "kind"), ("system=x", "system"), ("unread=maybe", "unread")] {
        assert_eq!(pointers(&ana.get(&format!("/notifications?{query}")).await.problem(400, "invalid")), [pointer]);
    }
}

#[tokio::test]
async fn what_a_filter_names_is_counted_and_marked_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (one, two) = (app.system(&admin, "One").await, app.system(&admin, "Two").await);
    let ana = app.member(one, "ana", Role::Contributor).await;
    let user = ana.user_id();
    for (kind, system) in [
        ("task.assigned", Some(one)),
        ("task.assigned", None),
        ("task.sent_back", Some(one)),
        ("evidence.expired", Some(one)),
        ("task.assigned", Some(two)),
    ] {
        tell_of(&app, kind, user, system, kind).await;
    }
    let unread = async |query: &str| ana.get(&format!("/notifications/unread{query}")).await.expect(200)["unread"].clone();
    let read_all = async |query: &str| ana.post(&format!("/notifications/read-all{query}"), &json!({})).await.expect(204);
    let of_one = format!("?system={one}&kind=task.assigned,evidence.expired");
    assert_eq!((unread("").await, unread(&of_one).await, unread("?kind=task.assigned").await), (json!(4), json!(2), json!(2)));
    read_all("?kind=task.mentioned").await;
    assert_eq!(unread("").await, 4, "nothing is of that kind");
    read_all(&of_one).await;
    assert_eq!(texts(&ana.get("/notifications?unread=true").await.expect(200)), ["task.sent_back", "task.assigned"]);
    // Of a system that she does not see, nothing is hers to mark.
    read_all(&format!("?system={two}")).await;
    read_all("").await;
    assert_eq!(unread("").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM notifications WHERE read_at IS NULL").await, 1);
    for (query, pointer) in [("kind=task.exploded", "kind"), ("system=x", "system"), ("unread=true", "unread")] {
        assert_eq!(pointers(&ana.get(&format!("/notifications/unread?{query}")).await.problem(400, "invalid")), [pointer]);
        let refused = ana.post(&format!("/notifications/read-all?{query}"), &json!({})).await.problem(400, "invalid");
        assert_eq!(pointers(&refused), [pointer]);
    }
}

#[tokio::test]
async fn the_order_is_that_of_the_telling_even_when_the_clock_stands_or_goes_back() {
    let app = TestApp::start().await;
    let ana = app.user("ana").await;
    for text in ["one", "two", "three"] {
        tell_of(&app, "task.assigned", ana.user_id(), None, text).await;
        app.platform.clock.advance(chrono::Duration::hours(-1));
    }
    assert_eq!(texts(&ana.get("/notifications").await.expect(200)), ["three", "two", "one"]);
}
