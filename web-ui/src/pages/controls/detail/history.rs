//! What happened to the control, newest first: the rows of the audit log as sentences, old and new side by side.

use super::state::ControlState;
use crate::api::use_remote;
use crate::components::avatar::Avatar;
use crate::components::card::Card;
use crate::components::pagination::Pagination;
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::format;
use crate::pages::systems::use_members;
use crate::router::use_router;
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use serde_json::Value;
use shared_types::Page;
use shared_types::audit::AuditEvent;
use shared_types::finding::{Basis, Finding};
use std::collections::HashMap;

/// One change within an event: what, from, to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    what: String,
    old: String,
    new: String,
    why: Option<String>,
}

/// The SHA-256 of no text at all.
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Names by id, for owners.
type Names = HashMap<String, String>;

/// The tab.
#[component]
pub fn History(state: ControlState) -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let list = scope.api("/audit-events");
    let id = state.part(|detail| detail.control.id);
    let remote = use_remote::<Page<AuditEvent>>(move || {
        let id = id.get()?;
        let cursor = router.query().only(&["cursor"]).suffix().replacen('?', "&", 1);
        Some(format!("{list}?object_kind=control&object_id={id}&limit=50{cursor}"))
    });
    let members = use_members();
    let names = Memo::new(move |_| {
        members
            .map(|page| page.items.iter().map(|member| (member.user.to_string(), member.name.clone())).collect::<Names>())
            .unwrap_or_default()
    });
    view! {
        <Card title="History" note="from the audit log">
            <RemoteView remote shape=Shape::Rows(6) let:page>
                {if page.items.is_empty() {
                    view! { <p class="muted small">"Nothing happened to this control yet. Every change of it will stand here, with who and when."</p> }.into_any()
                } else {
                    let events = page.items.iter().map(|event| names.with(|names| entry(event, names))).collect_view();
                    view! { <ol class="history">{events}</ol> }.into_any()
                }}
                <Pagination page=page.page.clone() shown=page.items.len() noun=("event", "events") />
            </RemoteView>
        </Card>
    }
}

fn entry(event: &AuditEvent, names: &Names) -> AnyView {
    let who = event.actor.as_ref().map_or_else(|| "CMMC Tracker".to_owned(), |actor| actor.name.clone());
    let lines = lines(&event.details, names).into_iter().map(|line| {
        view! {
            <li>
                <span class="strong">{line.what}</span>" "<del>{line.old}</del>" → "<ins>{line.new}</ins>
                {line.why.map(|why| view! { <p class="reason">{why}</p> })}
            </li>
        }
    });
    view! {
        <li>
            <Avatar name=who.clone() small=true />
            <div class="t">
                <p><span class="strong">{who}</span>" "{act(&event.action)}<span class="small muted">" · "<Moment at=event.at ago=true /></span></p>
                <ul class="changes">{lines.collect_view()}</ul>
            </div>
        </li>
    }
    .into_any()
}

fn act(action: &str) -> &'static str {
    match action {
        "control.create" => "added the control",
        "control.delete" => "deleted the control",
        "finding.set" => "set findings",
        _ => "changed",
    }
}

/// The changes of an event. Details that this client does not know are left out rather than guessed.
fn lines(details: &Value, names: &Names) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(objectives) = details.get("objectives").and_then(Value::as_object) {
        for (letter, change) in objectives {
            let why = change.get("new").and_then(|new| new.get("reason")).and_then(Value::as_str).map(str::to_owned);
            lines.push(Line {
                what: format!("[{letter}]"),
                old: verdict(change.get("old")),
                new: verdict(change.get("new")),
                why,
            });
        }
    }
    if let Some(finding) = details.get("finding").filter(|finding| finding.get("old") != finding.get("new")) {
        lines.push(Line {
            what: "Requirement".to_owned(),
            old: verdict(finding.get("old")),
            new: verdict(finding.get("new")),
            why: None,
        });
    }
    if let Some(changes) = details.get("changes").and_then(Value::as_object) {
        lines.extend(changes.iter().map(|(field, change)| {
            let side = |name: &str| value(field, change.get(name), names);
            Line { what: field_word(field), old: side("old"), new: side("new"), why: None }
        }));
    }
    lines
}

/// A finding with its basis: alone as text, or with more as an object.
fn verdict(value: Option<&Value>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    let text = value.as_str().or_else(|| value.get("finding").and_then(Value::as_str)).unwrap_or_default();
    let finding = Finding::parse(text).map_or(text, |finding| words::finding(finding).word);
    let basis = value.get("basis").and_then(Value::as_str).and_then(Basis::parse).filter(|basis| *basis != Basis::Implemented);
    basis.map_or_else(|| finding.to_owned(), |basis| format!("{finding} ({})", words::basis(basis)))
}

fn field_word(field: &str) -> String {
    let word = match field {
        "narrative_sha256" => "Narrative",
        "owner" => "Owner",
        "last_review" => "Last review",
        "next_review" => "Next review",
        "partial_credit" => "Partial credit",
        "title" => "Title",
        "statement" => "Statement",
        other => other,
    };
    word.replace('_', " ")
}

fn value(field: &str, value: Option<&Value>, names: &Names) -> String {
    let Some(text) = value.and_then(Value::as_str).filter(|text| !text.is_empty()) else { return "nothing".to_owned() };
    match field {
        "narrative_sha256" if text == EMPTY_SHA256 => "nothing".to_owned(),
        // The log holds the hash of a narrative, not its text.
        "narrative_sha256" => format!("text {}", format::short_hash(text)),
        "owner" => names.get(text).cloned().unwrap_or_else(|| "somebody who is no member any more".to_owned()),
        "last_review" | "next_review" => text.parse().map_or_else(|_| text.to_owned(), format::date),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn findings_read_as_old_and_new() {
        let details = json!({
            "reference": "AC.L2-3.1.1",
            "objectives": { "d": { "old": { "finding": "met", "basis": "implemented", "reason": null }, "new": { "finding": "not_met", "basis": "implemented", "reason": "4 accounts" } } },
            "finding": { "old": "met", "new": "not_met" },
        });
        let lines = lines(&details, &Names::new());
        assert_eq!(lines.len(), 2);
        let first = lines.first().unwrap();
        assert_eq!(
            (first.what.as_str(), first.old.as_str(), first.new.as_str(), first.why.as_deref()),
            ("[d]", "Met", "Not met", Some("4 accounts"))
        );
    }

    #[test]
    fn fields_read_as_words() {
        let names = Names::from([("u1".to_owned(), "Priya Kaur".to_owned())]);
        let details =
            json!({ "changes": { "owner": { "old": null, "new": "u1" }, "next_review": { "old": "2026-12-01", "new": null } } });
        let texts: Vec<(String, String)> = lines(&details, &names).into_iter().map(|line| (line.old, line.new)).collect();
        assert!(
            texts.contains(&("nothing".into(), "Priya Kaur".into())) && texts.contains(&("1 Dec 2026".into(), "nothing".into()))
        );
        assert!(lines(&json!({}), &names).is_empty());
    }
}
