//! Names and values of an event's details, in words.

use crate::components::clipboard::CopyButton;
use crate::format;
use crate::words;
use chrono::NaiveDate;
use leptos::prelude::*;
use serde_json::Value;
use shared_types::finding::Finding;
use shared_types::systems::Role;
use shared_types::tasks::{Priority, TaskState};

/// Names by id, of those whom the reader may know.
pub type People = Memo<Vec<(String, String)>>;

/// A field's name: `narrative_sha256` is `narrative`, a letter is an objective.
pub fn field(path: &[String]) -> String {
    let words = path.iter().map(|step| match step.as_str() {
        letter if letter.len() <= 2 && letter.bytes().all(|byte| byte.is_ascii_lowercase()) => format!("[{letter}]"),
        "narrative_sha256" => "narrative".to_owned(),
        "sha256" => "SHA-256".to_owned(),
        other => other.replace('_', " "),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A value as text, where it needs no more than that.
pub fn text(name: Option<&str>, value: &Value, people: &[(String, String)]) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => match (name, number.as_u64()) {
            (Some("size"), Some(bytes)) => format::size(bytes),
            _ => number.to_string(),
        },
        Value::String(text) => known(text, people),
        Value::Array(values) if values.is_empty() => "nothing".to_owned(),
        Value::Array(values) => values.iter().map(|value| self::text(name, value, people)).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| format!("{}: {}", key.replace('_', " "), self::text(Some(key), value, people)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn known(text: &str, people: &[(String, String)]) -> String {
    if let Some((_, name)) = people.iter().find(|(id, _)| id == text) {
        return name.clone();
    }
    if let Ok(date) = text.parse::<NaiveDate>() {
        return format::date(date);
    }
    let word = Finding::parse(text)
        .map(|finding| words::finding(finding).word)
        .or_else(|| TaskState::parse(text).map(|state| words::task_state(state).word))
        .or_else(|| Priority::parse(text).map(|priority| words::priority(priority).word))
        .or_else(|| Role::parse(text).map(words::role));
    word.map_or_else(|| text.to_owned(), str::to_owned)
}

/// Whether a text is a hash or an id: shown short, copied whole.
fn is_long_id(text: &str) -> bool {
    text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// A value.
#[component]
pub fn ValueView(
    /// Its field.
    name: Option<String>,
    /// The value.
    value: Value,
    /// Names by id.
    people: People,
) -> impl IntoView {
    move || {
        let words = people.with(|people| text(name.as_deref(), &value, people));
        if is_long_id(&words) {
            view! { <span class="id" title=words.clone()>{format::short_hash(&words)}</span> }.into_any()
        } else if value.is_null() {
            view! { <span class="muted">{words}</span> }.into_any()
        } else {
            words.into_any()
        }
    }
}

/// A hash or an id: its ends, and a way to copy it whole.
#[component]
pub fn ShortId(
    /// Before it.
    what: String,
    /// It.
    id: String,
    /// What the button copies.
    copied: &'static str,
) -> impl IntoView {
    view! {
        <span class="row proof">
            <span class="muted tiny">{what}</span><span class="id" title=id.clone()>{format::short_hash(&id)}</span><CopyButton text=id what=copied />
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn values_in_words() {
        let people = [("01936e5a-0000-7000-8000-000000000001".to_owned(), "Ana".to_owned())];
        let text = |value: Value| text(Some("x"), &value, &people);
        assert_eq!(text(json!("not_met")), "Not met");
        assert_eq!(text(json!("in_progress")), "In progress");
        assert_eq!(text(json!("2026-11-22")), "22 Nov 2026");
        assert_eq!(text(json!("01936e5a-0000-7000-8000-000000000001")), "Ana");
        assert_eq!(text(json!([])), "nothing");
        assert_eq!(text(json!(["1ABC5", "2DEF6"])), "1ABC5, 2DEF6");
        assert_eq!(super::text(Some("size"), &json!(2_100_000), &people), "2.1 MB");
        assert_eq!((text(json!(true)), text(json!(null))), ("yes".to_owned(), "nothing".to_owned()));
    }

    #[test]
    fn fields_in_words() {
        let path = |steps: &[&str]| field(&steps.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>());
        assert_eq!(path(&["a", "finding"]), "[a] finding");
        assert_eq!(path(&["narrative_sha256"]), "narrative");
        assert_eq!(path(&["last_review"]), "last review");
    }

    #[test]
    fn hashes_are_shortened() {
        assert!(is_long_id(&"a1".repeat(32)) && is_long_id("01936e5a-0000-7000-8000-000000000001"));
        assert!(!is_long_id("2026-11-22") && !is_long_id("a text that is long enough to be a hash but is none"));
    }
}
