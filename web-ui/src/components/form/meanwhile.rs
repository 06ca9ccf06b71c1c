//! A form over something that others save meanwhile: what it began from, and what somebody else changed of it.
//!
//! A form is sent at the version that was looked at when it was opened, never at the newest: else it would undo what nobody saw. Where the
//! server refuses it, the newest values come into the fields that were left alone, both are named where both changed one, and only then
//! is the newest version what saving changes.

use crate::api::{Api, ApiError};
use crate::components::icon::{Icon, IconView};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::sync::Arc;

/// A field of a form.
pub struct Part<T> {
    /// What it is called.
    pub label: &'static str,
    /// What is typed.
    pub typed: RwSignal<String>,
    /// What is saved, as it is typed.
    pub value: fn(&T) -> String,
    /// What is saved, as people read it.
    pub words: fn(&T) -> String,
}

impl<T> Part<T> {
    /// A field whose text people read as it is typed.
    pub fn text(label: &'static str, typed: RwSignal<String>, value: fn(&T) -> String) -> Self {
        Self { label, typed, value, words: value }
    }

    /// A field whose text stands for something: a person, a date.
    pub fn named(label: &'static str, typed: RwSignal<String>, value: fn(&T) -> String, words: fn(&T) -> String) -> Self {
        Self { label, typed, value, words }
    }
}

/// A field that somebody else changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Changed {
    label: &'static str,
    now: String,
    /// It was changed here, too: saving replaces theirs.
    both: bool,
}

/// What became of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Same,
    Theirs,
    Both,
}

fn fate(before: &str, newest: &str, typed: &str) -> Fate {
    if newest == before || newest == typed {
        Fate::Same
    } else if typed == before {
        Fate::Theirs
    } else {
        Fate::Both
    }
}

/// What a form began from.
pub struct Meanwhile<T: 'static> {
    held: StoredValue<(Arc<T>, i64)>,
    parts: StoredValue<Vec<Part<T>>>,
    version: fn(&T) -> i64,
    changed: RwSignal<Option<Vec<Changed>>>,
}

impl<T> Clone for Meanwhile<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Meanwhile<T> {}

impl<T: Send + Sync + DeserializeOwned> Meanwhile<T> {
    /// A form over this, with these fields. Fills them in.
    pub fn new(held: Arc<T>, version: fn(&T) -> i64, parts: Vec<Part<T>>) -> Self {
        for part in &parts {
            part.typed.set((part.value)(&held));
        }
        let known = version(&held);
        Self { held: StoredValue::new((held, known)), parts: StoredValue::new(parts), version, changed: RwSignal::new(None) }
    }

    /// What the form's own changes are told from.
    pub fn held(self) -> Arc<T> {
        self.held.with_value(|(held, _)| held.clone())
    }

    /// The version that this form changes.
    pub fn version(self) -> i64 {
        self.held.with_value(|(_, version)| *version)
    }

    /// What the field shows that somebody else changed, if anything.
    pub fn changed(self) -> AnyView {
        shown(self.changed)
    }

    /// Takes over what was saved meanwhile.
    fn take(self, newest: T) {
        let newest = Arc::new(newest);
        // The form may be gone by now.
        let Some(before) = self.held.try_with_value(|(held, _)| held.clone()) else { return };
        let found = self.parts.try_with_value(|parts| {
            let one = |part: &Part<T>| {
                let (old, new) = ((part.value)(&before), (part.value)(&newest));
                let fate = fate(&old, &new, &part.typed.get_untracked());
                if fate == Fate::Theirs {
                    part.typed.set(new);
                }
                (fate != Fate::Same).then(|| Changed { label: part.label, now: (part.words)(&newest), both: fate == Fate::Both })
            };
            parts.iter().filter_map(one).collect::<Vec<_>>()
        });
        let version = (self.version)(&newest);
        self.held.try_set_value((newest, version));
        self.changed.try_set(found);
    }

    /// Sends a change, and looks where it was refused because somebody else saved first.
    pub async fn watch<R>(self, api: Api, path: &str, sending: impl Future<Output = Result<R, ApiError>>) -> Result<R, ApiError> {
        let result = sending.await;
        if result.as_ref().is_err_and(ApiError::is_stale)
            && let Ok(newest) = api.get::<T>(path).await
        {
            self.take(newest);
        }
        result
    }

    /// Changes the object at the version that this form began from.
    pub async fn patch<B: Serialize>(self, api: Api, path: &str, body: &B) -> Result<T, ApiError> {
        self.watch(api, path, api.patch(path, Some(self.version()), body)).await
    }
}

fn shown(changed: RwSignal<Option<Vec<Changed>>>) -> AnyView {
    let row = |one: Changed| {
        let now = if one.now.is_empty() { "nothing".to_owned() } else { one.now };
        let fate = if one.both { "Changed by you, too: saving yours replaces this." } else { "Taken over into the form." };
        view! { <dt>{one.label}</dt><dd><span class="pre-line any-break">{now}</span><span class="small muted meanwhile-fate">{fate}</span></dd> }
    };
    let all = move || {
        changed.get().map(|all| {
            if all.is_empty() {
                view! { <p class="notice" role="status">"What they changed does not stand in this form. Save again to save yours."</p> }.into_any()
            } else {
                view! {
                    <div class="meanwhile" role="alert">
                        <p class="row strong"><IconView icon=Icon::Alert />"Someone else changed:"</p>
                        <dl class="facts">{all.into_iter().map(row).collect_view()}</dl>
                        <p class="small">"Nothing that you typed is lost. Look at it, then save again."</p>
                    </div>
                }
                .into_any()
            }
        })
    };
    view! { {all} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_was_left_alone_is_taken_over_and_what_both_changed_is_named() {
        for (before, newest, typed, expected) in [
            ("a", "a", "a", Fate::Same),
            ("a", "a", "mine", Fate::Same),
            ("a", "theirs", "a", Fate::Theirs),
            ("a", "theirs", "mine", Fate::Both),
            ("a", "alike", "alike", Fate::Same),
            ("a", "", "a", Fate::Theirs),
        ] {
            assert_eq!(fate(before, newest, typed), expected, "{before} {newest} {typed}");
        }
    }
}
