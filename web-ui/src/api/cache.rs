//! What was read before, by address. A page that was open a moment ago appears at once and is then checked with its `ETag`.

use super::held::Held;
use leptos::prelude::*;
use std::collections::HashMap;

/// More addresses than a session visits; then the cache begins anew rather than growing.
const LIMIT: usize = 200;

#[derive(Clone)]
struct Entry {
    tag: Option<String>,
    value: Held,
}

#[derive(Clone)]
struct Watcher {
    id: u32,
    url: Signal<Option<String>>,
    again: ArcTrigger,
}

/// The cache, one for the client. One handle: it travels with every copy of the API.
#[derive(Clone, Copy)]
pub struct Cache(StoredValue<Content>);

#[derive(Default)]
struct Content {
    entries: HashMap<String, Entry>,
    watchers: Vec<Watcher>,
    next_id: u32,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Self {
        Self(StoredValue::new(Content::default()))
    }

    /// The value of an address and its tag.
    pub fn find(self, url: &str) -> Option<(Held, Option<String>)> {
        let entry = self.0.with_value(|content| content.entries.get(url).cloned())?;
        Some((entry.value, entry.tag))
    }

    /// Keeps the value of an address.
    pub fn keep(self, url: &str, value: Held, tag: Option<String>) {
        self.0.update_value(|content| {
            if content.entries.len() >= LIMIT {
                content.entries.clear();
            }
            content.entries.insert(url.to_owned(), Entry { tag, value });
        });
    }

    /// Forgets everything at or below this path, and lets the pages that show it read again.
    pub fn drop_prefix(self, prefix: &str) {
        self.0.update_value(|content| content.entries.retain(|url, _| !below(url, prefix)));
        for watcher in self.watchers() {
            let url = watcher.url.try_get_untracked().flatten();
            if url.is_some_and(|url| below(&url, prefix)) {
                watcher.again.notify();
            }
        }
    }

    /// Forgets everything: another person signed in.
    pub fn clear(self) {
        self.0.update_value(|content| content.entries.clear());
    }

    /// Lets every page that is open check whether what it shows is still so.
    pub fn check_all(self) {
        for watcher in self.watchers() {
            watcher.again.notify();
        }
    }

    /// Notifies `again` when what stands at `url` may have changed, until the owner ends.
    pub fn watch(self, url: Signal<Option<String>>, again: ArcTrigger) {
        let mut id = 0;
        self.0.update_value(|content| {
            id = content.next_id;
            content.next_id += 1;
            content.watchers.push(Watcher { id, url, again });
        });
        on_cleanup(move || {
            self.0.try_update_value(|content| content.watchers.retain(|watcher| watcher.id != id));
        });
    }

    /// A copy: what they do when they are notified may come back here.
    fn watchers(self) -> Vec<Watcher> {
        self.0.with_value(|content| content.watchers.clone())
    }
}

/// Whether an address stands at or below a path.
fn below(url: &str, prefix: &str) -> bool {
    url.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// What a change at this path may have altered. A change inside a system alters its score, lists and dashboard alike.
pub fn altered_by(path: &str) -> Vec<String> {
    let path = path.split('?').next().unwrap_or(path);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["api", "v1", "systems", system, below @ ..] => {
            let of_the_list = matches!(below.first(), None | Some(&("archive" | "restore" | "members")));
            if of_the_list {
                vec!["/api/v1/systems".to_owned()]
            } else {
                vec![format!("/api/v1/systems/{system}"), "/api/v1/notifications".to_owned()]
            }
        }
        ["api", "v1", resource, ..] => vec![format!("/api/v1/{resource}")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn prefixes_end_at_a_segment() {
        assert!(below("/api/v1/systems/a/tasks?x=1", "/api/v1/systems/a"));
        assert!(below("/api/v1/systems?limit=1", "/api/v1/systems"));
        assert!(!below("/api/v1/systems/ab", "/api/v1/systems/a"));
    }

    #[test]
    fn a_change_drops_what_it_alters() {
        assert!(altered_by("/api/v1/systems/a/controls/b/objectives/c").contains(&"/api/v1/systems/a".to_owned()));
        assert_eq!(altered_by("/api/v1/systems/a"), ["/api/v1/systems"]);
        assert_eq!(altered_by("/api/v1/systems/a/members/u"), ["/api/v1/systems"]);
        assert_eq!(altered_by("/api/v1/users"), ["/api/v1/users"]);
    }
}
