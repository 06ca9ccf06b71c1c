//! The real binary with settings that it must not start with: it stops, says the mend, and never shows the secret.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

const GOOD: &str = "8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab9159f51fd0297e236d";

/// Runs `command` with these settings on top of a clean environment; whether it succeeded, and what it said.
fn run(folder: &Path, command: &str, settings: &[(&str, &str)]) -> (bool, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_cmmc-tracker"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CMMC_")) {
        process.env_remove(name);
    }
    let process =
        process.arg(command).env("CMMC_DATA_DIR", folder).env("CMMC_LISTEN", "127.0.0.1:0").envs(settings.iter().copied());
    let output = process.output().expect("a process");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Settings, what is said about them, and what must not be.
type Case = (Vec<(&'static str, String)>, &'static str, &'static str);

/// A signing key, such as `openssl rand -hex 32` prints.
const SEED: &str = "5d1c9a70be24f8631a0fd7c2e94b8356c10f7ae2d98b4c6503fe71a92bd84c07";

fn key_file(folder: &Path, text: &str, mode: u32) -> String {
    let path = folder.join("session.key");
    std::fs::write(&path, text).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    path.display().to_string()
}

#[test]
fn weak_missing_and_open_secrets_stop_the_start_with_the_mend() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let production =
        [("CMMC_PROFILE", "production"), ("CMMC_PUBLIC_URL", "https://cmmc.example.org"), ("CMMC_SEAL__SIGNING_KEY", SEED)];
    let with = |more: &[(&'static str, String)]| {
        let mut all: Vec<(&str, String)> = production.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        all.extend(more.iter().cloned());
        all
    };
    let open = key_file(path, GOOD, 0o644);
    let cases: Vec<Case> = vec![
        (with(&[]), "openssl rand -hex 32", ""),
        (with(&[("CMMC_SESSION__KEY", "changeme-changeme-changeme-changeme".to_owned())]), "too weak", "changeme"),
        (with(&[("CMMC_SESSION__KEY", "kurz-17".to_owned())]), "too weak", "kurz-17"),
        (with(&[("CMMC_SESSION__KEY_FILE", "/no/such/file".to_owned())]), "umask 077", ""),
        (with(&[("CMMC_SESSION__KEY_FILE", open)]), "chmod 600", GOOD),
        (
            with(&[
                ("CMMC_SESSION__KEY", GOOD.to_owned()),
                ("CMMC_DATABASE__URL", "postgres://cmmc:changeme-9@db/cmmc".to_owned()),
            ]),
            "database.url",
            "changeme-9",
        ),
        (vec![("CMMC_PROFILE", "production".to_owned()), ("CMMC_SESSION__KEY", GOOD.to_owned())], "https:// address", GOOD),
        (vec![("CMMC_LISTEN", "0.0.0.0:8080".to_owned())], "loopback only", ""),
        (
            vec![
                ("CMMC_PROFILE", "production".to_owned()),
                ("CMMC_PUBLIC_URL", "https://cmmc.example.org".to_owned()),
                ("CMMC_SESSION__KEY", GOOD.to_owned()),
            ],
            "seal.signing_key",
            GOOD,
        ),
        (vec![("CMMC_SEAL__SIGNING_KEY", "0".repeat(64))], "64 hexadecimal digits", ""),
        (vec![("CMMC_SEAL__SIGNING_KEY", format!("{SEED}0"))], "64 hexadecimal digits", SEED),
        (vec![("CMMC_SEAL__SIGNING_KEY_FILE", "/no/such/file".to_owned())], "umask 077", ""),
    ];
    for (settings, mend, secret) in &cases {
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for command in ["check-config", "serve", "worker"] {
            let (good, said) = run(path, command, &settings);
            assert!(!good && said.contains(mend), "{command} {settings:?}: {said}");
            assert!(secret.is_empty() || !said.contains(secret), "{command} shows the secret: {said}");
        }
    }
    assert!(!path.join("cmmc-tracker.db").exists(), "nothing is made before the settings are good");
}

#[test]
fn good_settings_are_told_without_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = key_file(folder.path(), &format!("{GOOD}\n"), 0o600);
    let settings = [
        ("CMMC_PROFILE", "production"),
        ("CMMC_PUBLIC_URL", "https://cmmc.example.org"),
        ("CMMC_SESSION__KEY_FILE", file.as_str()),
        ("CMMC_SEAL__SIGNING_KEY", SEED),
    ];
    let (good, said) = run(folder.path(), "check-config", &settings);
    assert!(good && said.contains("https://cmmc.example.org") && !said.contains(GOOD), "{said}");
    let weak = key_file(folder.path(), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0o600);
    let settings = [("CMMC_PROFILE", "local"), ("CMMC_SESSION__KEY_FILE", weak.as_str())];
    let (good, said) = run(folder.path(), "check-config", &settings);
    assert!(!good && said.contains("too weak"), "{said}");
}
