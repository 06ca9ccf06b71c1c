//! The details of an event as lines: a field with its value, or with its old and new value.

use serde_json::Value;

/// A field that an event tells of.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The field, its steps joined: `objectives › a › finding`.
    pub field: Vec<String>,
    /// The value before; none where there is no before.
    pub old: Option<Value>,
    /// The value, or the new one.
    pub new: Value,
}

/// Steps that only group others.
const WRAPPERS: [&str; 2] = ["changes", "objectives"];

/// The lines of an event's details. What the object's label says already is left out.
pub fn lines(details: &Value, label: Option<&str>) -> Vec<Line> {
    let mut out = Vec::new();
    walk(details, &mut Vec::new(), &mut out);
    out.retain(|line| {
        let names_it = matches!(line.field.last().map(String::as_str), Some("reference" | "number"));
        let said = names_it && line.old.is_none() && line.new.as_str().is_some_and(|text| Some(text) == label);
        let nothing = line.old.as_ref().unwrap_or(&Value::Null).is_null() && line.new.is_null();
        !said && !nothing
    });
    out
}

fn walk(value: &Value, path: &mut Vec<String>, out: &mut Vec<Line>) {
    let Value::Object(fields) = value else {
        if !value.is_null() {
            out.push(Line { field: path.clone(), old: None, new: value.clone() });
        }
        return;
    };
    // An old and a new value, and perhaps facts beside them.
    if let (Some(old), Some(new)) = (fields.get("old"), fields.get("new")) {
        change(old, new, path, out);
    }
    for (name, value) in fields {
        if matches!(name.as_str(), "old" | "new") && fields.contains_key("old") && fields.contains_key("new") {
            continue;
        }
        let step = !WRAPPERS.contains(&name.as_str());
        if step {
            path.push(name.clone());
        }
        walk(value, path, out);
        if step {
            path.pop();
        }
    }
}

/// Two objects are compared field by field: only what differs is a change.
fn change(old: &Value, new: &Value, path: &mut Vec<String>, out: &mut Vec<Line>) {
    if let (Value::Object(before), Value::Object(after)) = (old, new) {
        for name in before.keys().chain(after.keys().filter(|name| !before.contains_key(*name))) {
            let (old, new) = (before.get(name).unwrap_or(&Value::Null), after.get(name).unwrap_or(&Value::Null));
            if old != new {
                path.push(name.clone());
                change(old, new, path, out);
                path.pop();
            }
        }
    } else {
        out.push(Line { field: path.clone(), old: Some(old.clone()), new: new.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn shown(details: &Value, label: Option<&str>) -> Vec<String> {
        let old = |line: &Line| line.old.as_ref().map(|old| format!("{old} -> ")).unwrap_or_default();
        lines(details, label).iter().map(|line| format!("{}: {}{}", line.field.join("/"), old(line), line.new)).collect()
    }

    #[test]
    fn findings_tell_what_differs() {
        let details = json!({
            "reference": "AC.L2-3.1.1",
            "objectives": { "a": { "old": { "finding": "not_assessed", "reason": null }, "new": { "finding": "met", "reason": null } } },
            "finding": { "old": "not_assessed", "new": "not_assessed" },
        });
        let lines = shown(&details, Some("AC.L2-3.1.1"));
        assert!(lines.contains(&"a/finding: \"not_assessed\" -> \"met\"".to_owned()), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("reference") || line.contains("reason")));
    }

    #[test]
    fn changes_at_the_top_and_in_wrappers() {
        assert_eq!(shown(&json!({ "old": "viewer", "new": "manager" }), None), [": \"viewer\" -> \"manager\""]);
        assert_eq!(shown(&json!({ "changes": { "title": { "old": "a", "new": null } } }), None), ["title: \"a\" -> null"]);
        assert_eq!(
            shown(&json!({ "old": "open", "new": "in_progress", "comment": null, "self_confirmed": false }), None),
            [": \"open\" -> \"in_progress\"", "self_confirmed: false"]
        );
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        assert_eq!(shown(&json!({}), None), Vec::<String>::new());
        assert_eq!(shown(&json!({ "comment": null }), None), Vec::<String>::new());
        assert_eq!(shown(&json!({ "number": "EV-1", "size": 5 }), Some("EV-1")), ["size: 5"]);
    }
}
