//! Whatever the audit log records has words in the client: without them a person reads "webhook renew secret".

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The source files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the workspace") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The string literals of a text that look like an action: `task.create`.
fn dotted(text: &str) -> impl Iterator<Item = &str> {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    text.split('"').filter(move |literal| literal.split_once('.').is_some_and(|(object, act)| word(object) && word(act)))
}

#[test]
fn every_action_has_words_in_the_client() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let read = |path: &Path| fs::read_to_string(path).expect("a source file");
    let (mut files, crates) = (Vec::new(), workspace.join("api/crates"));
    for entry in fs::read_dir(&crates).expect("the crates") {
        sources(&entry.expect("a crate").path().join("src"), &mut files);
    }
    sources(&workspace.join("api/src"), &mut files);
    let texts: Vec<String> = files.iter().map(|path| read(path)).collect();
    // Where an event is made on the spot, its action stands beside it; what the others are about is told from these.
    let mut actions = BTreeSet::new();
    for text in &texts {
        for made in ["Event::new(", "Event::without_object(", "Recorded::new(", "Recorded::without_object("] {
            for after in text.split(made).skip(1) {
                let literal = after.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                actions.extend(literal.filter(|literal| dotted(literal).next().is_some()));
            }
        }
    }
    assert!(actions.len() > 100, "{actions:?}");
    let objects: BTreeSet<&str> = actions.iter().filter_map(|action| action.split('.').next()).collect();
    // Names of the same form that are no actions: of notifications, of a setting, of a file.
    let kinds = read(&crates.join("notifications/src/kinds.rs"));
    let no_actions: BTreeSet<&str> = dotted(&kinds).chain(["session.key", "demo.toml"]).collect();
    for (path, text) in files.iter().zip(&texts) {
        if path.starts_with(crates.join("platform")) || path.starts_with(crates.join("notifications")) {
            continue;
        }
        let others = dotted(text).filter(|literal| literal.split('.').next().is_some_and(|object| objects.contains(object)));
        actions.extend(others.filter(|literal| !no_actions.contains(literal)));
    }
    let words = read(&workspace.join("web-ui/src/words/acts.rs"));
    let known: BTreeSet<&str> = dotted(&words).collect();
    let missing: Vec<_> = actions.difference(&known).collect();
    assert!(missing.is_empty(), "without words in web-ui/src/words/acts.rs: {missing:?}");
    let unused: Vec<_> = known.difference(&actions).collect();
    assert!(unused.is_empty(), "words that nothing is recorded with: {unused:?}");
}
