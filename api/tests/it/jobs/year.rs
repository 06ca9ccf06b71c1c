//! A year of recurring tasks, notices and mails on a moved clock: three systems in three zones, 200 templates, two workers, clocks that
//! go back now and then. What must come of it is computed here, day by day, without the product's own rules.

use crate::support::{Client, TestApp};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use jobs::relay::claim;
use jobs::schedule::enqueue_due;
use notifications::jobs::notification_mails;
use platform::db::execute;
use serde_json::json;
use shared_types::SystemId;
use shared_types::systems::Role;
use std::collections::BTreeSet;

const TEMPLATES: usize = 200;
/// Between two looks of the service, in hours: another hour of the day each time, and each zone's morning within two days.
const STEP: i64 = 20;
const STEPS: i64 = 366 * 24 / STEP;
/// The first day of every template: none has a day before it.
const STARTS: &str = "2026-12-10";
/// A deadline is told from so many days before it.
const SOON: i64 = 3;

/// How the people of a system work, and how they are told.
struct Place {
    zone: Tz,
    /// Days after the due date on which a task is completed; never without.
    completed_after: Option<i64>,
    assigned: &'static str,
    deadlines: &'static str,
}

const PLACES: [Place; 3] = [
    Place { zone: Tz::America__New_York, completed_after: Some(0), assigned: "immediate", deadlines: "immediate" },
    Place { zone: Tz::Pacific__Honolulu, completed_after: None, assigned: "digest", deadlines: "digest" },
    Place { zone: Tz::Pacific__Auckland, completed_after: Some(5), assigned: "off", deadlines: "immediate" },
];

/// What the template of this number repeats: the rule as sent, and whether a day is one of its days.
fn rule(number: usize, day: NaiveDate) -> (String, bool) {
    let of_month = u32::try_from(1 + number % 28).expect("a day");
    let month = u32::try_from(1 + number % 12).expect("a month");
    let last = day.succ_opt().is_some_and(|next| next.month() != day.month());
    match number % 5 {
        0 => (format!("FREQ=MONTHLY;BYMONTHDAY={of_month}"), day.day() == of_month),
        1 => ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15".to_owned(), day.day() == 15 && day.month().is_multiple_of(3)),
        2 => (format!("FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={of_month}"), (day.month(), day.day()) == (month, of_month)),
        3 => ("FREQ=WEEKLY;BYDAY=TU".to_owned(), day.weekday() == chrono::Weekday::Tue),
        _ => ("FREQ=MONTHLY;BYMONTHDAY=-1".to_owned(), last),
    }
}

/// More than a deadline is told ahead, so that no task comes with its notice.
fn lead(number: usize) -> i64 {
    [5, 7, 10, 14][number % 4]
}

/// The moments at which something is done; now and then the clock goes back two hours.
fn moments(start: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let mut all = Vec::new();
    for step in 1..=STEPS {
        let now = start + Duration::hours(STEP * step);
        all.push(now);
        if step % 40 == 0 {
            all.push(now - Duration::hours(2));
        }
    }
    all
}

/// What should have come of it in one place.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// A task for each template and day.
    tasks: BTreeSet<(String, NaiveDate)>,
    /// The days of deadline notices.
    deadline_days: BTreeSet<NaiveDate>,
    mails: usize,
}

fn expected(place: usize, moments: &[DateTime<Utc>]) -> Outcome {
    let Place { zone, completed_after, assigned, deadlines } = &PLACES[place];
    let starts: NaiveDate = STARTS.parse().expect("a day");
    let (mut outcome, mut open) = (Outcome::default(), Vec::new());
    let mut digest = Vec::<DateTime<Utc>>::new();
    // The last day that was looked at: a clock that goes back to an earlier one finds nothing new.
    let mut looked = NaiveDate::MIN;
    for now in moments {
        let local = now.with_timezone(zone);
        let today = local.date_naive();
        let mut digest_hour = now.date_naive().and_hms_opt(7, 0, 0).expect("seven").and_utc();
        if digest_hour > *now {
            digest_hour -= Duration::days(1);
        }
        if digest.iter().any(|at| *at < digest_hour) {
            outcome.mails += 1;
            digest.retain(|at| *at >= digest_hour);
        }
        let mut at_once = false;
        let mut tell = |how: &str| match how {
            "immediate" => at_once = true,
            "digest" => digest.push(*now),
            _ => {}
        };
        for number in (place..TEMPLATES).step_by(3) {
            let until = today + Duration::days(lead(number));
            // What came before was met at the last look.
            let from = starts.max(until - Duration::days(2));
            for day in from.iter_days().take_while(|day| *day <= until).filter(|day| rule(number, *day).1) {
                if outcome.tasks.insert((format!("Recurring {number}"), day)) {
                    open.push(day);
                    tell(assigned);
                }
            }
        }
        let due = open.iter().any(|due| *due <= today + Duration::days(SOON));
        if local.hour() >= 6 && looked < today {
            looked = today;
            if due {
                outcome.deadline_days.insert(today);
                tell(deadlines);
            }
        }
        // All that is told at one moment is one mail, minutes later.
        outcome.mails += usize::from(at_once);
        open.retain(|due| completed_after.is_none_or(|after| *due + Duration::days(after) > today));
    }
    outcome
}

async fn found(app: &TestApp, place: usize, system: SystemId, doer: &Client) -> Outcome {
    #[derive(sea_orm::FromQueryResult)]
    struct Task {
        title: String,
        occurrence: NaiveDate,
    }
    #[derive(sea_orm::FromQueryResult)]
    struct Told {
        unique_key: String,
    }
    let sql = "SELECT title, occurrence FROM tasks WHERE system_id = $1 AND template_id IS NOT NULL";
    let rows = app.platform.db.rows::<Task>(sql, [system.0.into()]).await.expect("tasks");
    let tasks: BTreeSet<_> = rows.iter().map(|row| (row.title.clone(), row.occurrence)).collect();
    assert_eq!(tasks.len(), rows.len(), "no day of a template has two tasks");
    let sql = "SELECT unique_key FROM notifications WHERE user_id = $1 AND kind = 'task.deadlines'";
    let told = app.platform.db.rows::<Told>(sql, [doer.user_id().0.into()]).await.expect("notices");
    let days = told.iter().map(|row| row.unique_key.rsplit(':').next().and_then(|day| day.parse().ok()).expect("a day"));
    let address = format!("doer-{place}@example.com");
    let mails = app.mail.sent().iter().filter(|mail| mail.to.address == address).count();
    Outcome { deadline_days: days.collect(), mails, tasks }
}

/// What two workers do at once: both look at the clock, both take what waits.
async fn work(app: &TestApp) {
    enqueue_due(&app.platform, false).await.expect("schedules");
    run_what_waits(app).await;
}

async fn run_what_waits(app: &TestApp) {
    loop {
        let claimed = claim(&app.platform).await.expect("a claim");
        if claimed.is_empty() {
            return;
        }
        for job in claimed {
            jobs::run(&app.platform, &job).await.expect("a job that is done");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_makes_exactly_the_tasks_and_mails_that_it_should() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let start = app.platform.clock.now();
    let mut places = Vec::new();
    for (number, place) in PLACES.iter().enumerate() {
        let body = json!({ "name": format!("Place {number}"), "organization": "Harlan", "pack": "cmmc-level-1", "time_zone": place.zone.name() });
        let made = admin.post("/systems", &body).await.expect(201);
        let system: SystemId = serde_json::from_value(made["id"].clone()).expect("an id");
        let doer = app.member(system, &format!("doer-{number}"), Role::Contributor).await;
        let kinds = json!([{ "kind": "task.assigned", "in_app": true, "email": place.assigned }, { "kind": "task.deadlines", "in_app": true, "email": place.deadlines }]);
        doer.patch("/me/notification-preferences", &json!({ "kinds": kinds })).await.expect(200);
        places.push((system, doer));
    }
    for number in 0..TEMPLATES {
        let (system, doer) = &places[number % 3];
        let body = json!({ "title": format!("Recurring {number}"), "rule": rule(number, NaiveDate::MIN).0, "starts": STARTS,
                           "lead_days": lead(number), "assignee": doer.user_id() });
        admin.post(&format!("/systems/{system}/task-templates"), &body).await.expect(201);
    }
    // What the set-up itself has to say is said before the year begins.
    work(&app).await;
    let before = app.mail.sent().len();
    assert_eq!(before, 0);
    let all = moments(start);
    for (at, now) in all.iter().enumerate() {
        app.platform.clock.advance(*now - app.platform.clock.now());
        if at % 5 == 0 {
            tokio::join!(work(&app), work(&app));
        }
        work(&app).await;
        app.platform.clock.advance(Duration::minutes(10));
        notification_mails(&app.platform).await.expect("mails");
        run_what_waits(&app).await;
        for (place, (system, _)) in PLACES.iter().zip(&places) {
            let Some(after) = place.completed_after else { continue };
            let last = now.with_timezone(&place.zone).date_naive() - Duration::days(after);
            complete(&app, *system, last).await;
        }
    }
    for (place, (system, doer)) in places.iter().enumerate() {
        let (found, expected) = (found(&app, place, *system, doer).await, expected(place, &all));
        let missing: Vec<_> = expected.tasks.difference(&found.tasks).take(5).collect();
        let too_many: Vec<_> = found.tasks.difference(&expected.tasks).take(5).collect();
        assert_eq!((missing, too_many), (vec![], vec![]), "tasks of place {place}");
        assert_eq!(found.deadline_days, expected.deadline_days, "deadline notices of place {place}");
        assert_eq!(found.mails, expected.mails, "mails of place {place}");
        assert!(found.tasks.len() > 900 && found.mails > 50, "{} tasks, {} mails", found.tasks.len(), found.mails);
    }
    let numbers =
        "SELECT COUNT(*) FROM (SELECT system_id FROM tasks GROUP BY system_id HAVING COUNT(DISTINCT number) <> MAX(number)) gaps";
    assert_eq!(app.count(numbers).await, 0, "numbers without a gap");
}

/// What is due on or before this day is done.
async fn complete(app: &TestApp, system: SystemId, last: NaiveDate) {
    let write = app.platform.db.write(move |tx| {
        Box::pin(async move {
            let sql = "UPDATE tasks SET state = 'completed' WHERE system_id = $1 AND due_sort <= $2 AND state <> 'completed'";
            execute(tx, sql, [system.0.into(), last.into()]).await
        })
    });
    write.await.expect("completed");
}
