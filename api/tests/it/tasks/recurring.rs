//! Recurring tasks. The clock stands at 22 November 2026, 07:00 in the system's zone, New York.

use super::{NOBODY, Shop};
use crate::support::pointers;
use ::tasks::make_recurring_tasks;
use chrono::Duration;
use serde_json::{Value, json};
use shared_types::systems::Role;

impl Shop {
    pub(super) fn templates(&self, rest: &str) -> String {
        format!("/systems/{}/task-templates{rest}", self.system)
    }

    pub(super) async fn template(&self, body: Value) -> Value {
        self.boss.post(&self.templates(""), &body).await.expect(201)
    }

    pub(super) fn template_path(&self, template: &Value, rest: &str) -> String {
        self.templates(&format!("/{}{rest}", template["id"].as_str().expect("an id")))
    }

    pub(super) async fn made(&self) -> i64 {
        self.app.count("SELECT COUNT(*) FROM tasks WHERE template_id IS NOT NULL").await
    }

    async fn run(&self) -> u64 {
        make_recurring_tasks(&self.app.platform).await.expect("a run")
    }

    /// No day of a template has two tasks, and numbers have no gap.
    async fn nothing_twice(&self) {
        let pairs =
            "SELECT COUNT(*) FROM (SELECT DISTINCT template_id, occurrence FROM tasks WHERE template_id IS NOT NULL) AS pairs";
        assert_eq!(self.app.count(pairs).await, self.made().await);
        let (all, last) =
            ("SELECT COUNT(DISTINCT number) FROM tasks", "SELECT CAST(COALESCE(MAX(number), 0) AS bigint) AS count FROM tasks");
        assert_eq!(self.app.count(all).await, self.app.count(last).await);
    }
}

#[tokio::test]
async fn a_template_makes_its_task_before_it_is_due() {
    let shop = Shop::open().await;
    let body = json!({
        "title": "Review of who has access", "description": "All of them.", "control": "AC.L2-3.1.1", "assignee": shop.doer.user_id(),
        "reviewer": shop.other.user_id(), "priority": "high", "estimate_hours": 4, "checklist": ["Accounts", "Rights"],
        "rule": "rrule:freq=monthly;interval=3;bymonthday=1", "starts": "2026-12-01", "lead_days": 10,
    });
    let template = shop.template(body).await;
    assert_eq!(template["rule"], "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1");
    assert_eq!(template["next"], json!(["2026-12-01", "2027-03-01", "2027-06-01", "2027-09-01", "2027-12-01"]));
    assert_eq!(
        (template["made"].as_i64(), template["state"].as_str()),
        (Some(1), Some("active")),
        "its tenth day before is today's"
    );
    let task = shop.boss.get(&shop.path("/TASK-1")).await.expect(200);
    assert_eq!(
        (task["title"].as_str(), task["due"].as_str(), task["control"].as_str()),
        (Some("Review of who has access"), Some("2026-12-01"), Some("AC.L2-3.1.1"))
    );
    assert_eq!(
        (task["assignee"]["name"].as_str(), task["reviewer"]["name"].as_str(), task["priority"].as_str()),
        (Some("doer"), Some("other"), Some("high"))
    );
    assert_eq!((task["checklist"][1]["text"].as_str(), task["estimate_hours"].as_i64()), (Some("Rights"), Some(4)));
    assert_eq!((&task["created_by"], &task["template"], task["missed"].as_bool()), (&Value::Null, &template["id"], Some(false)));
    assert_eq!(shop.told("task.assigned", &shop.doer).await, 1);
    assert_eq!((shop.run().await, shop.run().await, shop.made().await), (0, 0, 1));

    // The next follows ten days before its own day, in the system's zone.
    shop.app.platform.clock.advance(Duration::days(88) + Duration::hours(16));
    assert_eq!(shop.run().await, 0, "18 February, 23:00");
    shop.app.platform.clock.advance(Duration::hours(1));
    assert_eq!(shop.run().await, 1, "19 February, midnight");
    shop.nothing_twice().await;
    let sql = "SELECT COUNT(*) FROM tasks WHERE number = 2 AND occurrence = '2027-03-01' AND NOT missed";
    assert_eq!(shop.app.count(sql).await, 1);
    // Who does not work there any more is given nothing: the task waits for somebody.
    shop.app.count("SELECT COUNT(*) FROM members").await;
    let boss = shop.app.member(shop.system, "boss-2", Role::Manager).await;
    boss.with("if-match", "*").delete(&format!("/systems/{}/members/{}", shop.system, shop.doer.user_id())).await.expect(204);
    shop.app.platform.clock.advance(Duration::days(93));
    assert_eq!(shop.run().await, 1);
    assert_eq!(
        shop.app.count("SELECT COUNT(*) FROM tasks WHERE number = 3 AND assignee_id IS NULL AND reviewer_id IS NOT NULL").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_at_once_make_each_day_once() {
    let shop = Shop::open().await;
    for n in 0..5 {
        shop.template(json!({ "title": format!("Daily {n}"), "rule": "FREQ=DAILY", "lead_days": 0 })).await;
    }
    assert_eq!(shop.made().await, 5);
    for day in 1..=4 {
        shop.app.platform.clock.advance(Duration::days(1));
        let runs = futures_util::future::join_all((0..4).map(|_worker| make_recurring_tasks(&shop.app.platform))).await;
        let made: u64 = runs.into_iter().map(|made| made.expect("a run")).sum();
        assert_eq!((made, shop.made().await), (5, 5 + 5 * day), "day {day}");
    }
    shop.nothing_twice().await;
}

#[tokio::test]
async fn a_clock_that_goes_forth_and_back_makes_nothing_twice() {
    let shop = Shop::open().await;
    shop.template(json!({ "title": "Monthly", "rule": "FREQ=MONTHLY;BYMONTHDAY=-1", "lead_days": 5 })).await;
    assert_eq!(shop.made().await, 0, "the last of November is eight days away");
    // Five years ahead by mistake: the last twelve months, as missed ones, and no more.
    shop.app.platform.clock.advance(Duration::days(5 * 365));
    assert_eq!(shop.run().await, 12);
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM tasks WHERE missed AND occurrence < '2031-11-21'").await, 12);
    // Put right: what is due now is made, although later days have been.
    shop.app.platform.clock.advance(Duration::days(-5 * 365));
    assert_eq!(shop.run().await, 0);
    shop.app.platform.clock.advance(Duration::days(3));
    assert_eq!(shop.run().await, 1, "30 November");
    for days in [-400, 400, -3, 3, 1, -1] {
        shop.app.platform.clock.advance(Duration::days(days));
        shop.run().await;
    }
    shop.nothing_twice().await;
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM tasks WHERE occurrence = '2026-11-30'").await, 1);
}

#[tokio::test]
async fn missed_days_are_made_up_for_and_say_so() {
    let shop = Shop::open().await;
    let template =
        shop.template(json!({ "title": "Weekly", "rule": "FREQ=WEEKLY", "lead_days": 0, "starts": "2026-11-02" })).await;
    assert_eq!((template["made"].as_i64(), template["missed"].as_i64()), (Some(3), Some(3)), "2, 9 and 16 November have passed");
    let list = shop.boss.get(&shop.path("?overdue=true&sort=number")).await.expect(200);
    let dues: Vec<_> =
        list["items"].as_array().expect("tasks").iter().map(|task| (task["due"].as_str(), task["missed"].as_bool())).collect();
    let missed = Some(true);
    assert_eq!(dues, [(Some("2026-11-02"), missed), (Some("2026-11-09"), missed), (Some("2026-11-16"), missed)]);
    // One that was deleted is not made again.
    shop.boss.with("if-match", "*").delete(&shop.path("/TASK-2")).await.expect(204);
    // Nothing ran for half a year.
    shop.app.platform.clock.advance(Duration::days(182));
    assert_eq!(shop.run().await, 12);
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM tasks WHERE missed").await, 15);
    assert_eq!(shop.run().await, 0);
    shop.nothing_twice().await;
}

#[tokio::test]
async fn clock_changes_lose_and_double_no_day() {
    let shop = Shop::open().await;
    shop.template(json!({ "title": "Daily", "rule": "FREQ=DAILY", "lead_days": 0, "starts": "2027-03-12" })).await;
    // To 12 March 2027; New York puts its clocks forward on the 14th, and back on 7 November.
    shop.app.platform.clock.advance(Duration::days(110));
    for _hour in 0..96 {
        shop.run().await;
        shop.app.platform.clock.advance(Duration::hours(1));
    }
    let made =
        |from: &str, to: &str| format!("SELECT COUNT(*) FROM tasks WHERE occurrence BETWEEN '{from}' AND '{to}' AND NOT missed");
    assert_eq!(shop.app.count(&made("2027-03-12", "2027-03-15")).await, 4);
    shop.app.platform.clock.advance(Duration::days(234));
    shop.run().await;
    for _hour in 0..96 {
        shop.app.platform.clock.advance(Duration::hours(1));
        shop.run().await;
    }
    assert_eq!(shop.app.count(&made("2027-11-06", "2027-11-09")).await, 4);
    shop.nothing_twice().await;
}

#[tokio::test]
async fn another_time_zone_loses_and_doubles_no_day() {
    let shop = Shop::open().await;
    shop.template(json!({ "title": "Daily", "rule": "FREQ=DAILY", "lead_days": 0 })).await;
    let zone = |name: &str| json!({ "time_zone": name });
    let system = format!("/systems/{}", shop.system);
    // 16:02 in New York, which is 06:02 of the next day in Tokyo.
    shop.app.platform.clock.advance(Duration::hours(9) + Duration::minutes(2));
    assert_eq!((shop.run().await, shop.made().await), (0, 1));
    shop.app.platform.clock.advance(Duration::hours(1));
    shop.boss.with("if-match", "*").patch(&system, &zone("Asia/Tokyo")).await.expect(200);
    assert_eq!(shop.run().await, 1, "23 November has begun there, and nobody has looked at it");
    let sql = "SELECT COUNT(*) FROM tasks WHERE occurrence = '2026-11-23' AND NOT missed";
    assert_eq!(shop.app.count(sql).await, 1);
    // And back, where it is the 22nd once more.
    shop.boss.with("if-match", "*").patch(&system, &zone("America/New_York")).await.expect(200);
    assert_eq!(shop.run().await, 0);
    shop.app.platform.clock.advance(Duration::days(1));
    assert_eq!(shop.run().await, 0, "the 23rd has its task");
    shop.app.platform.clock.advance(Duration::days(1));
    assert_eq!(shop.run().await, 1);
    shop.nothing_twice().await;
}

#[tokio::test]
async fn a_change_is_held_against_what_is_stored() {
    let shop = Shop::open().await;
    let template = shop.template(json!({ "title": "Daily", "rule": "FREQ=DAILY", "lead_days": 0, "starts": "2026-11-20" })).await;
    let path = shop.template_path(&template, "");
    // From its own first day on this rule has days, from today on none.
    let past = shop.boss.if_match(&json!(1)).patch(&path, &json!({ "rule": "FREQ=DAILY;UNTIL=20261121" })).await.expect(200);
    assert_eq!((&past["next"], past["made"].as_i64()), (&json!([]), Some(3)));
    // And the first day alone is held against the rule that is stored.
    let late = shop.boss.if_match(&json!(2)).patch(&path, &json!({ "starts": "2026-11-22" })).await;
    assert_eq!(pointers(&late.problem(400, "invalid")), ["/rule"]);
}

#[tokio::test]
async fn month_ends_and_leap_days() {
    let shop = Shop::open().await;
    shop.template(json!({ "title": "31st", "rule": "FREQ=MONTHLY;BYMONTHDAY=31", "lead_days": 0 })).await;
    shop.template(json!({ "title": "Last", "rule": "FREQ=MONTHLY;BYMONTHDAY=-1", "lead_days": 0 })).await;
    shop.template(json!({ "title": "Leap", "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "lead_days": 0 })).await;
    for _day in 0..470 {
        shop.app.platform.clock.advance(Duration::days(1));
        shop.run().await;
    }
    // To 6 March 2028.
    let count = |title: &str| format!("SELECT COUNT(*) FROM tasks WHERE title = '{title}' AND NOT missed");
    assert_eq!(shop.app.count(&count("31st")).await, 9, "December, seven of 2027, January");
    assert_eq!(shop.app.count(&count("Last")).await, 16);
    assert_eq!(shop.app.count("SELECT COUNT(*) FROM tasks WHERE title = 'Leap' AND occurrence = '2028-02-29'").await, 1);
    shop.nothing_twice().await;
}

#[tokio::test]
async fn pausing_resuming_and_ending() {
    let shop = Shop::open().await;
    let template = shop.template(json!({ "title": "Daily", "rule": "FREQ=DAILY", "lead_days": 0 })).await;
    let steps = shop.template_path(&template, "/transitions");
    let step = |action: &str| json!({ "action": action });
    shop.boss.post(&steps, &step("pause")).await.problem(428, "precondition_required");
    shop.boss.if_match(&json!(7)).post(&steps, &step("pause")).await.problem(412, "stale");
    shop.viewer.if_match(&json!(1)).post(&steps, &step("pause")).await.problem(403, "forbidden");
    shop.boss.if_match(&json!(1)).post(&steps, &step("stop")).await.problem(400, "invalid");
    shop.boss.if_match(&json!(1)).post(&steps, &step("resume")).await.problem(409, "conflict");
    let paused = shop.boss.if_match(&json!(1)).post(&steps, &step("pause")).await.expect(200);
    assert_eq!((paused["state"].as_str(), &paused["next"]), (Some("paused"), &json!([])));
    shop.app.platform.clock.advance(Duration::days(5));
    assert_eq!((shop.run().await, shop.made().await), (0, 1));
    let late = shop.app.member(shop.system, "late", Role::Contributor).await;
    let resumed = late.if_match(&json!(2)).post(&steps, &step("resume")).await.expect(200);
    assert_eq!((resumed["made"].as_i64(), resumed["missed"].as_i64()), (Some(2), Some(0)), "today's, and nothing of the pause");
    // Another rule makes up for nothing either.
    let path = shop.template_path(&template, "");
    let changed = late
        .if_match(&json!(3))
        .patch(&path, &json!({ "rule": "FREQ=DAILY;INTERVAL=2", "title": "Every other day" }))
        .await
        .expect(200);
    assert_eq!((changed["made"].as_i64(), changed["title"].as_str()), (Some(2), Some("Every other day")));
    late.if_match(&json!(4)).delete(&path).await.problem(403, "forbidden");
    let manager = shop.app.member(shop.system, "manager", Role::Manager).await;
    manager.if_match(&json!(4)).delete(&path).await.problem(409, "conflict");
    late.if_match(&json!(4)).post(&steps, &step("end")).await.expect(200);
    for action in ["pause", "resume", "end"] {
        late.if_match(&json!(5)).post(&steps, &step(action)).await.problem(409, "conflict");
    }
    late.if_match(&json!(5)).patch(&path, &json!({ "title": "x" })).await.problem(409, "conflict");
    shop.app.platform.clock.advance(Duration::days(5));
    assert_eq!(shop.run().await, 0);
    for action in ["pause", "resume", "end", "create", "update"] {
        assert_eq!(shop.audited(&format!("task_template.{action}")).await, 1, "{action}");
    }
}

#[tokio::test]
async fn of_many_that_have_ended_the_last_are_listed() {
    let shop = Shop::open().await;
    let mut first = Value::Null;
    for n in 0..202 {
        let template = shop.template(json!({ "title": format!("Old {n}"), "rule": "FREQ=YEARLY", "starts": "2030-01-01" })).await;
        let steps = shop.template_path(&template, "/transitions");
        shop.boss.if_match(&json!(1)).post(&steps, &json!({ "action": "end" })).await.expect(200);
        if n == 1 {
            first = template;
            shop.app.platform.clock.advance(Duration::seconds(1));
        }
    }
    shop.template(json!({ "title": "Zeal", "rule": "FREQ=YEARLY", "starts": "2030-01-01" })).await;
    let list = shop.viewer.get(&shop.templates("")).await.expect(200);
    let titles: Vec<&str> = list.as_array().expect("a list").iter().map(|one| one["title"].as_str().expect("a title")).collect();
    assert_eq!((titles.len(), titles[0]), (201, "Zeal"));
    assert!(!titles.contains(&"Old 0") && !titles.contains(&"Old 1") && titles.contains(&"Old 2") && titles.contains(&"Old 201"));
    // The others are there, for the tasks that point to them.
    assert_eq!(shop.viewer.get(&shop.template_path(&first, "")).await.expect(200)["state"], "ended");
}

#[tokio::test]
async fn a_template_that_has_made_nothing_is_deleted() {
    let shop = Shop::open().await;
    let template = shop.template(json!({ "title": "Later", "rule": "FREQ=YEARLY", "starts": "2027-06-01" })).await;
    let path = shop.template_path(&template, "");
    assert_eq!(shop.viewer.get(&path).await.expect(200), template);
    shop.boss.if_match(&json!(1)).delete(&path).await.expect(204);
    shop.boss.get(&path).await.problem(404, "not_found");
    assert_eq!(shop.boss.get(&shop.templates("")).await.expect(200), json!([]));
}

#[tokio::test]
async fn the_starter_set_is_adopted_once() {
    let shop = Shop::open().await;
    let path = format!("/systems/{}/task-suggestions", shop.system);
    let all = shop.viewer.get(&path).await.expect(200);
    let all = all.as_array().expect("suggestions");
    let periodic: Vec<&str> =
        all.iter().filter(|one| one["periodic"] == true).map(|one| one["key"].as_str().expect("a key")).collect();
    let sql = "SELECT COUNT(*) FROM controls c JOIN requirements r ON r.id = c.requirement_id JOIN systems s ON s.id = c.system_id \
               WHERE r.periodic AND s.name = 'Harlan CUI enclave'";
    let stored = shop.app.count(sql);
    assert_eq!(i64::try_from(periodic.len()).expect("few"), stored.await, "each requirement that says periodically");
    assert!(periodic.contains(&"RA.L2-3.11.2") && all.len() > periodic.len());
    let adopt = format!("{path}/adoptions");
    let body = json!({ "keys": periodic, "assignee": shop.doer.user_id(), "starts": "2027-01-31" });
    shop.viewer.post(&adopt, &body).await.problem(403, "forbidden");
    for (bad, pointer) in [
        (json!({ "keys": [] }), "/keys"),
        (json!({ "keys": ["AC.L2-9.9.9"] }), "/keys/0"),
        (json!({ "keys": ["' OR 1=1"] }), "/keys/0"),
        (json!({ "keys": [periodic[0]], "assignee": NOBODY }), "/assignee"),
    ] {
        assert_eq!(pointers(&shop.doer.post(&adopt, &bad).await.problem(400, "invalid")), [pointer], "{bad}");
    }
    let (a, b) = tokio::join!(shop.doer.post(&adopt, &body), shop.other.post(&adopt, &body));
    let (a, b) = (a.expect(200), b.expect(200));
    let created = a["created"].as_u64().expect("a number") + b["created"].as_u64().expect("a number");
    assert_eq!(usize::try_from(created).expect("few"), periodic.len(), "two at once adopt each once");
    assert_eq!(shop.doer.post(&adopt, &body).await.expect(200)["created"], 0);
    let templates = shop.viewer.get(&shop.templates("")).await.expect(200);
    let templates = templates.as_array().expect("templates");
    assert_eq!(templates.len(), periodic.len());
    assert!(
        templates.iter().all(|one| one["next"][0].as_str().is_some_and(|day| day.ends_with("-28"))),
        "a day that every month has"
    );
    let adopted = shop.viewer.get(&path).await.expect(200);
    assert!(adopted.as_array().expect("suggestions").iter().all(|one| one["adopted"] == one["periodic"]));
}

#[tokio::test]
async fn another_systems_templates_are_not_there() {
    let shop = Shop::open().await;
    let template = shop.template(json!({ "title": "x", "rule": "FREQ=YEARLY" })).await;
    let elsewhere = shop.app.system(&shop.boss, "Other").await;
    let stranger = shop.app.member(elsewhere, "stranger", Role::Manager).await;
    stranger.get(&shop.templates("")).await.problem(404, "not_found");
    let theirs = format!("/systems/{elsewhere}/task-templates/{}", template["id"].as_str().expect("an id"));
    let changing = stranger.with("if-match", "*");
    stranger.get(&theirs).await.problem(404, "not_found");
    changing.patch(&theirs, &json!({ "title": "y" })).await.problem(404, "not_found");
    changing.post(&format!("{theirs}/transitions"), &json!({ "action": "end" })).await.problem(404, "not_found");
    changing.delete(&theirs).await.problem(404, "not_found");
    // An archived system makes nothing.
    shop.boss.post(&format!("/systems/{}/archive", shop.system), &Value::Null).await.expect(200);
    shop.app.platform.clock.advance(Duration::days(400));
    assert_eq!((shop.run().await, shop.made().await), (0, 1));
}
