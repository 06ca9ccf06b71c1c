use super::{Shop, numbers};
use crate::support::{Client, pointers};
use chrono::Duration;
use serde_json::{Value, json};
use shared_types::systems::Role;

#[tokio::test]
async fn filters() {
    let shop = Shop::open().await;
    let (doer, other) = (shop.doer.user_id(), shop.other.user_id());
    shop.create(
        json!({ "title": "Alpha 50%", "assignee": doer, "due": "2026-11-20", "priority": "urgent", "control": "AC.L2-3.1.1" }),
    )
    .await;
    shop.create(json!({ "title": "Beta", "assignee": other, "due": "2026-11-22", "control": "AC.L2-3.1.2" })).await;
    shop.create(json!({ "title": "Gamma ÄRGER", "description": "under_score" })).await;
    let done = shop.create(json!({ "title": "Delta", "assignee": doer, "due": "2026-11-01" })).await;
    shop.step(&shop.doer, &done, "submit").await;
    shop.step(&shop.other, &done, "confirm").await;
    for (query, expected) in [
        ("?state=open", vec![1, 2, 3]),
        ("?state=completed", vec![4]),
        ("?state=open,completed&sort=number", vec![1, 2, 3, 4]),
        ("?assignee=me", vec![4, 1]),
        ("?assignee=none", vec![3]),
        ("?assignee=none,me", vec![4, 1, 3]),
        (&*format!("?assignee={other}"), vec![2]),
        ("?overdue=true", vec![1]),
        ("?overdue=false", vec![4, 2, 3]),
        ("?control=AC.L2-3.1.1", vec![1]),
        ("?control=AC.L2-3.1.1,AC.L2-3.1.2", vec![1, 2]),
        ("?control=3.1.2", vec![2]),
        ("?control=AC.L2-9.9.9", vec![]),
        ("?control=%27%20OR%201%3D1", vec![]),
        ("?priority=urgent", vec![1]),
        ("?priority=normal,low", vec![4, 2, 3]),
        ("?q=BET", vec![2]),
        ("?q=%C3%A4rger", vec![3]),
        ("?q=50%25", vec![1]),
        ("?q=%25", vec![1]),
        ("?q=r_s", vec![3]),
        ("?q=_", vec![3]),
        ("?q=task-3", vec![3]),
        ("?q=3.1.2", vec![2]),
        ("?q=%27%20OR%201%3D1", vec![]),
        ("?q=%5C", vec![]),
        ("?q=", vec![4, 1, 2, 3]),
        ("?state=open&assignee=me&overdue=true&priority=urgent&q=alpha", vec![1]),
    ] {
        let expected: Vec<String> = expected.into_iter().map(|n: i32| format!("TASK-{n}")).collect();
        let page = shop.doer.get(&shop.path(query)).await.expect(200);
        assert_eq!(numbers(&page), expected, "{query}");
        assert_eq!(page["page"]["total"], expected.len(), "{query}");
    }
    for (query, name) in [
        ("?state=done", "state"),
        ("?priority=1", "priority"),
        ("?assignee=you", "assignee"),
        ("?overdue=maybe", "overdue"),
        ("?to_confirm=1", "to_confirm"),
        ("?sort=title", "sort"),
        ("?sort=--due", "sort"),
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?color=red", "color"),
        ("?q=%00", "q"),
        ("?q=a%00b", "q"),
        ("?control=%00", "control"),
        ("?control=AC.L2-3.1.1,a%00", "control"),
        ("?assignee=%00", "assignee"),
        ("?state=%00", "state"),
        ("?priority=%00", "priority"),
    ] {
        let problem = shop.doer.get(&shop.path(query)).await.problem(400, "invalid");
        assert_eq!(pointers(&problem), [name], "{query}");
    }
}

#[tokio::test]
async fn every_order_pages_forth_and_back() {
    let shop = Shop::open().await;
    let due = ["2026-12-01", "2026-11-30", "2026-12-01", "2027-01-01"];
    for (n, priority) in ["low", "urgent", "normal", "high", "urgent", "low", "normal"].into_iter().enumerate() {
        shop.create(json!({ "title": format!("Task {n}"), "priority": priority, "due": due.get(n) })).await;
        shop.app.platform.clock.advance(Duration::seconds(1));
    }
    let version = json!(1);
    shop.boss.if_match(&version).patch(&shop.path("/TASK-2"), &json!({ "title": "Touched" })).await.expect(200);
    for (sort, expected) in [
        ("due", Some(vec![2, 1, 3, 4, 5, 6, 7])),
        ("-due", None),
        ("priority", Some(vec![2, 5, 4, 3, 7, 1, 6])),
        ("-priority", None),
        ("number", Some(vec![1, 2, 3, 4, 5, 6, 7])),
        ("-number", Some(vec![7, 6, 5, 4, 3, 2, 1])),
        ("updated_at", Some(vec![1, 3, 4, 5, 6, 7, 2])),
        ("-updated_at", Some(vec![2, 7, 6, 5, 4, 3, 1])),
    ] {
        let whole = shop.numbers(&shop.boss, &format!("?sort={sort}")).await;
        if let Some(expected) = expected {
            assert_eq!(whole, expected.into_iter().map(|n: i32| format!("TASK-{n}")).collect::<Vec<_>>(), "{sort}");
        }
        let (pages, back) = walk(&shop, &shop.boss, sort).await;
        assert_eq!(pages.concat(), whole, "{sort}");
        assert_eq!(back, pages.into_iter().rev().skip(1).collect::<Vec<_>>(), "{sort}, backwards");
    }
    assert_eq!(shop.numbers(&shop.boss, "").await, shop.numbers(&shop.boss, "?sort=due").await);

    // A cursor belongs to its filters and its order.
    let page = shop.boss.get(&shop.path("?limit=2")).await.expect(200);
    assert_eq!(page["page"]["total"], 7);
    let next = page["page"]["next"].as_str().expect("a cursor");
    shop.boss.get(&shop.path(&format!("?limit=2&sort=number&cursor={next}"))).await.problem(400, "bad_cursor");
    shop.boss.get(&shop.path(&format!("?limit=2&state=open&cursor={next}"))).await.problem(400, "bad_cursor");
    shop.boss.get(&shop.path("?cursor=abc")).await.problem(400, "bad_cursor");
}

/// All pages of two, to the end and back again.
async fn walk(shop: &Shop, who: &Client, sort: &str) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let read = |cursor: String| async move { who.get(&shop.path(&format!("?sort={sort}&limit=2{cursor}"))).await.expect(200) };
    let mut page = read(String::new()).await;
    assert_eq!(page["page"]["prev"], Value::Null);
    let (mut pages, mut back) = (vec![numbers(&page)], Vec::new());
    while let Some(next) = page["page"]["next"].as_str() {
        page = read(format!("&cursor={next}")).await;
        pages.push(numbers(&page));
    }
    while let Some(prev) = page["page"]["prev"].as_str() {
        page = read(format!("&cursor={prev}")).await;
        back.push(numbers(&page));
    }
    (pages, back)
}

#[tokio::test]
async fn what_waits_for_my_confirmation_is_what_i_may_confirm() {
    let shop = Shop::open().await;
    let (doer, other) = (shop.doer.user_id(), shop.other.user_id());
    every_combination(&shop).await;
    same_answer(&shop).await;
    // The reviewer is no contributor any more; then the system has one person left who can confirm.
    let member = |user| format!("/systems/{}/members/{user}", shop.system);
    shop.boss.with("if-match", "*").patch(&member(other), &json!({ "role": "assessor" })).await.expect(200);
    same_answer(&shop).await;
    shop.boss.with("if-match", "*").delete(&member(doer)).await.expect(204);
    let sole = shop.boss.get(&shop.path("?to_confirm=true&limit=200")).await.expect(200);
    assert!(!numbers(&sole).is_empty());
    confirmable(&shop, &shop.boss).await;
}

#[tokio::test]
async fn a_deactivated_account_changes_it_too() {
    let shop = Shop::open().await;
    every_combination(&shop).await;
    let waiting = "?to_confirm=true&limit=200&sort=number";
    let bound = shop.numbers(&shop.doer, waiting).await;
    shop.account(&shop.other, "deactivate").await;
    for who in [&shop.boss, &shop.doer, &shop.viewer] {
        confirmable(&shop, who).await;
    }
    let unbound = shop.numbers(&shop.doer, waiting).await;
    assert!(unbound.len() > bound.len() && bound.iter().all(|task| unbound.contains(task)), "{bound:?}, then {unbound:?}");
    shop.account(&shop.other, "reactivate").await;
    assert_eq!(shop.numbers(&shop.doer, waiting).await, bound);
    // One person is left.
    shop.account(&shop.other, "deactivate").await;
    shop.account(&shop.doer, "deactivate").await;
    confirmable(&shop, &shop.boss).await;
    let alone = shop.numbers(&shop.boss, "?to_confirm=true&limit=200").await.len();
    shop.account(&shop.doer, "reactivate").await;
    assert!(alone > shop.numbers(&shop.boss, "?to_confirm=true&limit=200").await.len(), "the own ones as well");
}

/// Tasks of every combination of assignee, reviewer and submitter.
async fn every_combination(shop: &Shop) {
    let (boss, doer, other) = (shop.boss.user_id(), shop.doer.user_id(), shop.other.user_id());
    for assignee in [None, Some(doer), Some(other), Some(boss)] {
        for reviewer in [None, Some(doer), Some(other), Some(boss)] {
            if assignee.is_some() && assignee == reviewer {
                continue;
            }
            for submitter in [&shop.doer, &shop.other, &shop.boss] {
                let task = shop.create(json!({ "title": "x", "assignee": assignee, "reviewer": reviewer })).await;
                // Some are refused and stay open.
                submitter.post(&shop.one(&task, "/transitions"), &json!({ "action": "submit" })).await;
            }
        }
    }
}

async fn same_answer(shop: &Shop) {
    for who in [&shop.boss, &shop.doer, &shop.other, &shop.viewer] {
        confirmable(shop, who).await;
    }
}

/// The filter and the rules must say the same of every task.
async fn confirmable(shop: &Shop, who: &Client) {
    let all = who.get(&shop.path("?limit=200&sort=number")).await.expect(200);
    let (mut may, mut may_not) = (Vec::new(), Vec::new());
    for task in all["items"].as_array().expect("items") {
        let confirm = task["actions"].as_array().expect("actions").contains(&json!("confirm"));
        let number = task["number"].as_str().expect("a number").to_owned();
        if confirm { may.push(number) } else { may_not.push(number) }
    }
    assert_eq!(shop.numbers(who, "?to_confirm=true&limit=200&sort=number").await, may);
    assert_eq!(shop.numbers(who, "?to_confirm=false&limit=200&sort=number").await, may_not);
}

#[tokio::test]
async fn overdue_begins_when_the_day_ends_in_the_systems_zone() {
    let shop = Shop::open().await;
    // It is 2026-11-22, 07:00 in New York.
    let task = shop.create(json!({ "title": "Today", "due": "2026-11-22" })).await;
    assert_eq!(task["overdue"], false);
    let almost = Duration::hours(17) - Duration::seconds(10);
    shop.app.platform.clock.advance(almost);
    // Who was signed in this morning no longer is.
    let late = shop.app.member(shop.system, "late", Role::Viewer).await;
    assert_eq!(shop.read(&late, &task).await["overdue"], false, "23 November in UTC, still the 22nd in New York");
    let before = late.get(&shop.path("?overdue=true")).await;
    let tag = before.header("etag").expect("a tag").to_owned();
    assert_eq!(numbers(&before.expect(200)), Vec::<String>::new());
    shop.app.platform.clock.advance(Duration::seconds(10));
    assert_eq!(shop.read(&late, &task).await["overdue"], true);
    let now = late.with("if-none-match", tag).get(&shop.path("?overdue=true")).await.expect(200);
    assert_eq!(numbers(&now), ["TASK-1"], "the day is part of the tag");
}

#[tokio::test]
async fn an_unchanged_list_is_not_sent_again() {
    let shop = Shop::open().await;
    let task = shop.task().await;
    for path in [shop.path(""), shop.path("?state=open"), shop.one(&task, ""), shop.one(&task, "/comments")] {
        let first = shop.doer.get(&path).await;
        let tag = first.header("etag").expect("a tag").to_owned();
        let again = shop.doer.with("if-none-match", tag.clone()).get(&path).await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{path}");
    }
    let tag = shop.doer.get(&shop.path("")).await.header("etag").expect("a tag").to_owned();
    shop.step(&shop.doer, &task, "start").await;
    shop.doer.with("if-none-match", tag).get(&shop.path("")).await.expect(200);
}

#[tokio::test]
async fn a_filter_names_a_hundred_values_at_most() {
    let shop = Shop::open().await;
    shop.task().await;
    let of = |count: usize| (0..count).map(|n| format!("AC.L2-3.{n}.1")).collect::<Vec<_>>().join(",");
    for name in ["control", "assignee", "state"] {
        let path = shop.path(&format!("?{name}={}", of(101)));
        let problem = shop.doer.get(&path).await.problem(400, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], name);
    }
    let problem = shop.doer.get(&shop.path(&format!("?control={}", of(101)))).await.problem(400, "invalid");
    assert_eq!(problem["errors"][0]["code"], "too_long");
    assert_eq!(shop.numbers(&shop.doer, &format!("?control={}", of(100))).await, Vec::<String>::new());
    // One that stands there often counts once.
    assert_eq!(shop.numbers(&shop.doer, &format!("?assignee={}", vec!["me"; 900].join(","))).await, ["TASK-1"]);
}
