//! Reading the settings: defaults, then a file, then the environment.

use super::Settings;
use super::in_effect::Layers;
use shared_types::operation::SettingSource;
use std::path::Path;
use toml::{Table, Value};

/// The defaults, with every setting documented.
pub const DEFAULTS: &str = include_str!("../../../../config.default.toml");

/// `CMMC_LISTEN` sets `listen`, `CMMC_DATABASE__URL` sets `database.url`.
const PREFIX: &str = "CMMC_";
/// Variables of that prefix that are not settings: where the settings are, and what the scripts in `tools/` tell each other, which
/// `just run` hands on.
const NOT_SETTINGS: [&str; 9] = [
    "CMMC_CONFIG",
    "CMMC_CACHE",
    "CMMC_CHROMIUM",
    "CMMC_DEBIAN_WASM",
    "CMMC_ROOT",
    "CMMC_SOAK",
    "CMMC_TOOLS",
    "CMMC_WASM_TARGET_DIR",
    "CMMC_WASM_TOOLCHAIN",
];

/// Reads and validates. The error is a text for the person at the terminal: every fault with its mend.
pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Settings, String> {
    let mut table: Table = DEFAULTS.parse().map_err(|error| format!("config.default.toml: {error}"))?;
    let mut layers = Layers::default();
    layers.lay(&table, SettingSource::Default);
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let given: Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
        merge(&mut table, given);
        layers.lay(&table, SettingSource::File);
    }
    let mut named = Vec::new();
    for (name, value) in environment {
        // The name that it has elsewhere; ours, being more exact, goes before it.
        if name == "CLAMAV_ADDRESS" && !named.iter().any(|name| name == "clamav.address") {
            set(&mut table, "clamav__address", &value)?;
            named.push("clamav.address".to_owned());
        }
        if let Some(key) =
            name.strip_prefix(PREFIX).filter(|_| !NOT_SETTINGS.contains(&name.as_str()) && !name.starts_with("CMMC_TEST_"))
        {
            let key = key.to_lowercase();
            set(&mut table, &key, &value).map_err(|fault| format!("{name}: {fault}"))?;
            named.push(key.replace("__", "."));
        }
    }
    layers.lay(&table, SettingSource::Environment);
    for name in &named {
        layers.given(name, SettingSource::Environment);
    }
    let mut settings: Settings = Value::Table(table).try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    settings.in_effect = layers.in_effect();
    let faults = settings.faults();
    if faults.is_empty() { Ok(settings) } else { Err(faults.join("\n")) }
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// Sets one key of the environment, with the type that the default has.
fn set(table: &mut Table, key: &str, text: &str) -> Result<(), String> {
    if let Some((head, rest)) = key.split_once("__") {
        return match table.get_mut(head) {
            Some(Value::Table(inner)) => set(inner, rest, text),
            _ => Err("there is no such setting".to_owned()),
        };
    }
    let value = match table.get(key) {
        Some(Value::Integer(_)) => Value::Integer(text.parse().map_err(|_bad| "a whole number is needed".to_owned())?),
        Some(Value::Boolean(_)) => Value::Boolean(text.parse().map_err(|_bad| "true or false is needed".to_owned())?),
        Some(Value::Array(_)) => Value::Array(text.split(',').map(|part| Value::String(part.trim().to_owned())).collect()),
        // Optional settings have no default; the typed reading refuses names that do not exist.
        _ => Value::String(text.to_owned()),
    };
    table.insert(key.to_owned(), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        load(None, pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn layers_and_faults() {
        let settings = with(&[("CMMC_LISTEN", "127.0.0.1:9000"), ("CMMC_DATABASE__MAX_CONNECTIONS", "7")]).unwrap();
        assert_eq!((settings.listen.port(), settings.database.max_connections), (9000, 7));
        assert_eq!(settings.public_url(), "http://127.0.0.1:9000");
        assert!(with(&[("CMMC_ROOT", "/src"), ("CMMC_DEBIAN_WASM", "/x"), ("CMMC_TEST_LOG", "debug")]).is_ok());
        let relay = [("CMMC_MAIL__BACKEND", "smtp"), ("CMMC_MAIL__HOST", "127.0.0.1"), ("CMMC_MAIL__TLS", "none")];
        assert!(with(&relay).is_ok());
        for (pairs, word) in [
            (vec![("CMMC_LISTEN", "0.0.0.0:80")], "listen"),
            (vec![("CMMC_PROFILE", "production")], "session.key"),
            (vec![("CMMC_SESSION__KEY", "changeme")], "session.key"),
            (vec![("CMMC_NO_SUCH", "1")], "no_such"),
            (vec![("CMMC_DATABASE__NO_SUCH", "1")], "no_such"),
            (vec![("CMMC_DATABASE__MAX_CONNECTIONS", "many")], "whole number"),
            (vec![("CMMC_JOBS__BACKEND", "redis")], "redis_url"),
            (vec![("CMMC_MAIL__BACKEND", "smtp")], "mail.host"),
            (vec![("CMMC_MAIL__FROM", "nobody")], "mail.from"),
            (
                vec![("CMMC_MAIL__BACKEND", "smtp"), ("CMMC_MAIL__HOST", "smtp.example.com"), ("CMMC_MAIL__TLS", "none")],
                "mail.tls",
            ),
            (vec![("CMMC_MAIL__BACKEND", "smtp"), ("CMMC_MAIL__HOST", "h"), ("CMMC_MAIL__PASSWORD", "changeme")], "mail.user"),
            (vec![("CMMC_MAIL__PASSWORD", "changeme"), ("CMMC_MAIL__PASSWORD_FILE", "/x")], "mail.password_file"),
        ] {
            let fault = with(&pairs).unwrap_err();
            assert!(fault.contains(word), "{pairs:?}: {fault}");
            assert!(!fault.contains("changeme"), "a secret's value is shown: {fault}");
        }
    }
}
