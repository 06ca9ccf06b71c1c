//! Which settings are in effect and where they come from, for administrators. Never the value of a secret.

use shared_types::operation::{SettingInEffect, SettingSource};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// Whether a setting must not be seen, by its name. Wider than needed rather than too narrow: a test holds every field of the type
/// `Secret` to it.
fn is_secret(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    name != "public_url" && ["key", "password", "secret", "token", "url"].iter().any(|end| last.ends_with(end))
}

/// What the layers make of each setting, the later over the earlier.
#[derive(Debug, Default)]
pub(super) struct Layers(BTreeMap<String, (Value, SettingSource)>);

impl Layers {
    /// Lays a table over what there is: what differs from it, or is new, comes from the source.
    pub fn lay(&mut self, table: &Table, source: SettingSource) {
        self.walk("", table, source);
    }

    fn walk(&mut self, prefix: &str, table: &Table, source: SettingSource) {
        for (key, value) in table {
            let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            match value {
                Value::Table(inner) => self.walk(&name, inner, source),
                value => {
                    if self.0.get(&name).is_none_or(|(old, _)| old != value) {
                        self.0.insert(name, (value.clone(), source));
                    }
                }
            }
        }
    }

    /// Says of a setting that it was given by a source, even if its value is the default.
    pub fn given(&mut self, name: &str, source: SettingSource) {
        if let Some((_, from)) = self.0.get_mut(name) {
            *from = source;
        }
    }

    /// Each setting by name.
    pub fn in_effect(self) -> Vec<SettingInEffect> {
        self.0.into_iter().map(|(name, (value, source))| setting(name, &value, source)).collect()
    }
}

fn setting(name: String, value: &Value, source: SettingSource) -> SettingInEffect {
    let text = words(value);
    let secret = is_secret(&name);
    SettingInEffect { secret, set: !text.is_empty(), value: (!secret).then_some(text), name, source }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(yes) => yes.to_string(),
        Value::Datetime(at) => at.to_string(),
        // One in a list, such as a rule of `single_sign_on.group_roles`; others are walked into.
        Value::Table(table) => {
            table.iter().map(|(key, value)| format!("{key} = {}", words(value))).collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_of_the_settings_is_one_here() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/settings");
        let mut found = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for line in text.lines().filter(|line| line.trim_start().starts_with("pub ") && line.contains(": Secret")) {
                let name = line.trim_start().trim_start_matches("pub ").split(':').next().unwrap();
                assert!(is_secret(&format!("section.{name}")), "{name} would be shown");
                found += 1;
            }
        }
        assert!(found >= 4, "{found}");
        for shown in ["public_url", "session.key_file", "mail.password_file", "listen", "limits.token_per_minute"] {
            assert!(!is_secret(shown), "{shown}");
        }
    }
}
