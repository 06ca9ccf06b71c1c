//! What stands at an address of the API, as a signal that keeps itself fresh.

use super::held::Held;
use super::http::Answer;
use super::{Api, ApiError, use_api};
use crate::dom;
use chrono::TimeDelta;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::sync::Arc;

/// So long is followed what does not change: each look is use of the session, and a page that nobody sits before must not keep it alive.
const STILL: TimeDelta = TimeDelta::minutes(15);

/// The part that is the same for every type.
#[derive(Clone, Copy)]
pub struct Reading {
    /// What was read.
    pub data: RwSignal<Option<Held>>,
    /// Why the last reading failed.
    pub error: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    again: RwSignal<u32>,
}

impl Reading {
    /// Reads again.
    pub fn reload(self) {
        self.again.update(|count| *count += 1);
    }
}

/// What stands at an address: loading, there, or failed. While it is read again, what was there stays.
pub struct Remote<T: 'static> {
    reading: Reading,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Remote<T> {}

impl<T: Send + Sync + 'static> Remote<T> {
    /// The value, once it is there.
    pub fn get(self) -> Option<Arc<T>> {
        self.reading.data.get()?.get()
    }

    /// The value now, without following it.
    pub fn peek(self) -> Option<Arc<T>> {
        self.reading.data.try_get_untracked()??.get()
    }

    /// A part of the value, once it is there.
    pub fn map<U>(self, part: impl Fn(&T) -> U) -> Option<U> {
        self.reading.data.with(|data| data.as_ref().and_then(Held::as_ref).map(part))
    }

    /// Why the last reading failed.
    pub fn error(self) -> Option<ApiError> {
        self.reading.error.get()
    }

    /// Puts a newer value in place: the answer of a change is the object itself. The page may be gone by then.
    pub fn set(self, value: T) {
        self.reading.data.try_set(Some(Held::new(value)));
    }

    /// Reads again.
    pub fn reload(self) {
        self.reading.reload();
    }

    /// Reads again `pause` milliseconds after each answer, as long as what is there has something to wait for, and for [`STILL`] after it
    /// has changed last.
    pub fn read_while(self, pause: u32, waits: impl Fn(&T) -> bool + Copy + Send + Sync + 'static) {
        let last = StoredValue::new((None::<Held>, dom::now()));
        Effect::new(move || {
            // An answer that is the same as the one before alters no data, and a failed one neither: the end of the reading is what is
            // waited for, or the first such answer would be the last.
            if self.reading.busy.get() || !self.map(waits).unwrap_or_default() {
                return;
            }
            let there = self.reading.data.get_untracked();
            if last.with_value(|(before, _)| *before != there) {
                last.set_value((there, dom::now()));
            }
            if last.with_value(|(_, since)| dom::now() - *since) > STILL {
                return;
            }
            // A server that does not answer is asked less often.
            let pause = if self.reading.error.with_untracked(Option::is_some) { pause.saturating_mul(5) } else { pause };
            let after = std::time::Duration::from_millis(u64::from(pause));
            if let Ok(timer) = set_timeout_with_handle(move || self.reload(), after) {
                on_cleanup(move || timer.clear());
            }
        });
    }

    /// The part without the type, for views.
    pub fn reading(self) -> Reading {
        self.reading
    }
}

/// What a reading needs to know of its type.
#[derive(Clone, Copy)]
struct Kind {
    parse: fn(&Answer) -> Result<Held, ApiError>,
    same: fn(&Held, &Held) -> bool,
}

/// Follows the address that `url` gives (none: nothing to read yet).
pub fn use_remote<T>(url: impl Fn() -> Option<String> + Send + Sync + 'static) -> Remote<T>
where
    T: DeserializeOwned + PartialEq + Send + Sync + 'static,
{
    let kind = Kind { parse: |answer| answer.json::<T>().map(Held::new), same: |a, b| a.as_ref::<T>() == b.as_ref::<T>() };
    Remote { reading: follow(Box::new(url), kind), of: PhantomData }
}

fn follow(url: Box<dyn Fn() -> Option<String> + Send + Sync>, kind: Kind) -> Reading {
    let api = use_api();
    let reading =
        Reading { data: RwSignal::new(None), error: RwSignal::new(None), busy: RwSignal::new(true), again: RwSignal::new(0) };
    let url = Memo::new(move |_| url());
    let changed = ArcTrigger::new();
    api.cache().watch(url.into(), changed.clone());
    let shown = StoredValue::new(None::<String>);
    Effect::new(move || {
        reading.again.track();
        changed.track();
        let Some(url) = url.get() else { return };
        let found = api.cache().find(&url);
        // Another address: what is shown belongs to the old one.
        if shown.get_value().as_ref() != Some(&url) {
            shown.set_value(Some(url.clone()));
            reading.data.set(found.as_ref().map(|(value, _)| value.clone()));
            reading.error.set(None);
        }
        reading.busy.set(true);
        spawn_local(read(api, reading, kind, shown, url, found.and_then(|(_, tag)| tag)));
    });
    reading
}

async fn read(api: Api, reading: Reading, kind: Kind, shown: StoredValue<Option<String>>, url: String, tag: Option<String>) {
    let answer = api.get_unless(&url, tag.as_deref()).await;
    // The page may be gone, or at another address, by now.
    if shown.try_get_value().flatten().as_ref() != Some(&url) {
        return;
    }
    reading.busy.set(false);
    let value = answer.and_then(|answer| answer.map(|answer| Ok(((kind.parse)(&answer)?, answer.tag))).transpose());
    match value {
        Err(error) => reading.error.set(Some(error)),
        Ok(None) => reading.error.set(None),
        Ok(Some((value, tag))) => {
            reading.error.set(None);
            let same = reading.data.with_untracked(|data| data.as_ref().is_some_and(|data| (kind.same)(data, &value)));
            api.cache().keep(&url, value.clone(), tag);
            if !same {
                reading.data.set(Some(value));
            }
        }
    }
}
