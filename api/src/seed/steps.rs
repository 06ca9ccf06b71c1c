//! What happened in a system within a year, as requests in the order of their days. Pure.

use super::api::Body;
use super::content::{Evidence, Family, NotMet, SystemContent, Task};
use super::files;
use actix_web::http::Method;
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A request of a person on a day, below the system.
pub(super) struct Step {
    pub day: i64,
    pub who: String,
    pub method: Method,
    pub path: String,
    pub body: Body,
}

/// What the steps need to know beyond the content.
pub(super) struct Setting<'a> {
    /// Day 0.
    pub start: NaiveDate,
    /// Ids of the people by key.
    pub people: &'a HashMap<String, Value>,
    /// Reference, title and family of each control, in order.
    pub controls: Vec<(String, String, String)>,
}

/// Reviews come round after eleven months and a half.
const REVIEW_AFTER: i64 = 350;

impl Setting<'_> {
    fn date(&self, day: i64) -> NaiveDate {
        self.start.checked_add_days(Days::new(day.unsigned_abs())).unwrap_or(self.start)
    }

    fn optional(&self, day: i64) -> Option<NaiveDate> {
        (day > 0).then(|| self.date(day))
    }

    fn person(&self, key: &str) -> Value {
        self.people.get(key).cloned().unwrap_or_default()
    }

    /// The whole reference of a requirement.
    fn reference<'a>(&'a self, number: &'a str) -> &'a str {
        let found = self.controls.iter().find(|(reference, ..)| is(reference, number));
        found.map_or(number, |(reference, ..)| reference)
    }
}

/// Whether a control is the one of a requirement, which may be named by its bare number.
fn is(reference: &str, number: &str) -> bool {
    reference == number || reference.ends_with(&format!("-{number}"))
}

/// All steps, by day.
pub(super) fn steps(content: &SystemContent, setting: &Setting<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    for family in &content.families {
        assess(content, family, setting, &mut steps);
    }
    for NotMet(requirement, letter, _, mended) in content.not_met.iter().filter(|not_met| not_met.3 > 0) {
        let who = owner_of(content, setting, requirement);
        let body = json!({ "finding": "met", "reason": "Mended, and looked at again." });
        steps.push(step(*mended, &who, Method::PUT, format!("/controls/{requirement}/objectives/{letter}"), body));
    }
    for (number, task) in (1..).zip(&content.tasks) {
        work(number, task, setting, &mut steps);
    }
    for (number, evidence) in content.evidence.iter().enumerate() {
        steps.push(upload(number, evidence, setting));
        steps.extend(review(evidence));
    }
    // A stable order: tasks get their numbers in the order in which they were made.
    steps.sort_by_key(|step| step.day);
    steps
}

fn step(day: i64, who: &str, method: Method, path: String, body: Value) -> Step {
    Step { day, who: who.to_owned(), method, path, body: Body::Json(body) }
}

fn owner_of(content: &SystemContent, setting: &Setting<'_>, requirement: &str) -> String {
    let family = setting.controls.iter().find(|(reference, ..)| is(reference, requirement)).map(|found| &found.2);
    let lead = content.families.iter().find(|Family(code, ..)| Some(code) == family);
    lead.map_or_else(|| "dana".to_owned(), |Family(_, _, owner, _)| owner.clone())
}

/// A family is assessed on one day: owners and reviews, narratives for every third control, and the findings.
fn assess(content: &SystemContent, family: &Family, setting: &Setting<'_>, steps: &mut Vec<Step>) {
    let Family(code, day, owner, how) = family;
    let mut findings = Vec::new();
    for (index, (reference, title, _)) in setting.controls.iter().enumerate().filter(|(_, (.., of))| of == code) {
        let named = |number: &String| is(reference, number);
        let mut change = json!({ "owner": setting.person(owner) });
        if content.not_assessed.iter().any(named) {
            steps.push(step(*day, owner, Method::PATCH, format!("/controls/{reference}"), change));
            continue;
        }
        if let Some(fields) = change.as_object_mut() {
            fields.insert("last_review".to_owned(), json!(setting.date(*day)));
            fields.insert("next_review".to_owned(), json!(setting.date(*day + REVIEW_AFTER)));
            if index % 3 == 0 {
                fields.insert("narrative".to_owned(), json!(format!("**{title}.** {how}")));
            }
            if let Some((_, reason)) = content.partial_credit.iter().find(|(number, _)| named(number)) {
                fields.insert("partial_credit".to_owned(), json!(reason));
            }
        }
        steps.push(step(*day, owner, Method::PATCH, format!("/controls/{reference}"), change));
        if let Some((_, reason)) = content.not_applicable.iter().find(|(number, _)| named(number)) {
            findings.push(json!({ "control": reference, "finding": "not_applicable", "reason": reason }));
        } else if let Some((_, basis, reason)) = content.by_basis.iter().find(|(number, ..)| named(number)) {
            findings.push(json!({ "control": reference, "finding": "met", "basis": basis, "reason": reason }));
        } else {
            findings.push(json!({ "control": reference, "finding": "met" }));
        }
        let missing = content.not_met.iter().filter(|NotMet(number, ..)| named(number));
        findings.extend(missing.map(|NotMet(_, letter, reason, _)| {
            json!({ "control": reference, "objective": letter, "finding": "not_met", "reason": reason })
        }));
    }
    steps.push(step(*day, owner, Method::POST, "/findings/bulk".to_owned(), json!({ "items": findings })));
}

/// A task is made by the compliance lead and goes as far as its state says.
fn work(number: u32, task: &Task, setting: &Setting<'_>, steps: &mut Vec<Step>) {
    let Task(title, control, assignee, reviewer, created, due, priority, state) = task;
    let named = |text: &String| (!text.is_empty()).then_some(text.clone());
    let body = json!({
        "title": title,
        "control": named(control),
        "assignee": setting.person(assignee),
        "reviewer": named(reviewer).map(|key| setting.person(&key)),
        "due": setting.optional(*due),
        "priority": priority,
    });
    steps.push(step(*created, "dana", Method::POST, "/tasks".to_owned(), body));
    let confirmer = if reviewer.is_empty() { "dana" } else { reviewer };
    // The last steps of the year lie before its end.
    let on = |after: i64| (created + after).min(363);
    let transition =
        |day: i64, who: &str, body: Value| step(day, who, Method::POST, format!("/tasks/{{{title}}}/transitions"), body);
    let reached = ["open", "in_progress", "pending_confirmation", "completed"].iter().position(|name| name == state);
    let reached = reached.unwrap_or_default();
    if reached >= 1 {
        steps.push(transition(on(3), assignee, json!({ "action": "start" })));
    }
    if reached >= 2 {
        steps.push(transition(on(14), assignee, json!({ "action": "submit" })));
    }
    if reached >= 3 {
        // One in five is sent back once.
        if number % 5 == 2 {
            let comment = "Please add the date to the second page, then it is fine.";
            steps.push(transition(on(15), confirmer, json!({ "action": "send_back", "comment": comment })));
            steps.push(transition(on(16), assignee, json!({ "action": "submit" })));
        }
        steps.push(transition(on(17), confirmer, json!({ "action": "confirm" })));
    }
}

fn upload(number: usize, evidence: &Evidence, setting: &Setting<'_>) -> Step {
    let Evidence(title, name, owner, day, expires, supports) = evidence;
    let link = |target: &String| match target.strip_suffix(']').and_then(|target| target.split_once('[')) {
        Some((control, letter)) => json!({ "control": setting.reference(control), "objective": letter }),
        None => json!({ "control": setting.reference(target) }),
    };
    let effective = setting.date(*day);
    let mut metadata = json!({
        "title": title, "effective": effective, "kind": kind(title, name), "submit": *day < DRAFTS_FROM,
        "links": supports.iter().map(link).collect::<Vec<_>>(),
    });
    if let (Some(expires), Some(fields)) = (setting.optional(*expires), metadata.as_object_mut()) {
        fields.insert("expires".to_owned(), json!(expires));
    }
    let content = files::file(name, title, owner, effective, number);
    let body = Body::File { name: name.clone(), content, metadata };
    Step { day: *day, who: owner.clone(), method: Method::POST, path: "/evidence".to_owned(), body }
}

/// What is uploaded from this day on waits for its reviewer.
const WAITING_FROM: i64 = 352;
/// What is uploaded from this day on is not handed in yet.
const DRAFTS_FROM: i64 = 355;

/// Somebody else looks at it the next day; one is sent back.
fn review(evidence: &Evidence) -> Option<Step> {
    let Evidence(title, _, owner, day, ..) = evidence;
    let reviewer = if owner == "dana" { "marcus" } else { "dana" };
    let body = match *day {
        WAITING_FROM.. => return None,
        351 => json!({ "action": "reject", "version": 1, "comment": "Two servers are missing from the list." }),
        _ => json!({ "action": "approve", "version": 1 }),
    };
    Some(step(day + 1, reviewer, Method::POST, format!("/evidence/{{{title}}}/reviews"), body))
}

/// What a piece of evidence is, as its name tells.
fn kind(title: &str, name: &str) -> &'static str {
    let title = title.to_lowercase();
    let words = [
        ("policy", "policy"),
        ("rules at", "policy"),
        ("procedure", "procedure"),
        ("plan", "plan"),
        ("diagram", "diagram"),
        ("scan", "scan_report"),
        ("report", "scan_report"),
        ("training", "training"),
        ("course", "training"),
        ("inventory", "inventory"),
        ("account list", "inventory"),
        ("log", "log"),
    ];
    let told = words.iter().find(|(word, _)| title.contains(word)).map(|(_, kind)| *kind);
    told.unwrap_or(match name.rsplit('.').next() {
        Some("png") => "screenshot",
        Some("json" | "txt") => "configuration",
        _ => "record",
    })
}
