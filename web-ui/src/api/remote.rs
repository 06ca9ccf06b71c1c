//! What stands at an address of the API, as a signal that keeps itself fresh.

use super::{Api, ApiError, use_api};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// What stands at an address: loading, there, or failed. While it is read again, what was there stays.
pub struct Remote<T: 'static> {
    data: RwSignal<Option<Arc<T>>>,
    error: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    again: RwSignal<u32>,
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
        self.data.get()
    }

    /// The value now, without following it.
    pub fn peek(self) -> Option<Arc<T>> {
        self.data.try_get_untracked().flatten()
    }

    /// A part of the value, once it is there.
    pub fn map<U>(self, part: impl Fn(&T) -> U) -> Option<U> {
        self.data.with(|data| data.as_deref().map(part))
    }

    /// Why the last reading failed.
    pub fn error(self) -> Option<ApiError> {
        self.error.get()
    }

    /// Whether it is being read.
    pub fn busy(self) -> bool {
        self.busy.get()
    }

    /// Puts a newer value in place: the answer of a change is the object itself. The page may be gone by then.
    pub fn set(self, value: T) {
        self.data.try_set(Some(Arc::new(value)));
    }

    /// Reads again.
    pub fn reload(self) {
        self.again.update(|count| *count += 1);
    }
}

/// Follows the address that `url` gives (none: nothing to read yet).
pub fn use_remote<T>(url: impl Fn() -> Option<String> + Send + Sync + 'static) -> Remote<T>
where
    T: DeserializeOwned + PartialEq + Send + Sync + 'static,
{
    let api = use_api();
    let remote =
        Remote { data: RwSignal::new(None), error: RwSignal::new(None), busy: RwSignal::new(true), again: RwSignal::new(0) };
    let url = Memo::new(move |_| url());
    let changed = ArcTrigger::new();
    api.cache().watch(url.into(), changed.clone());
    let shown = StoredValue::new(None::<String>);
    Effect::new(move || {
        remote.again.track();
        changed.track();
        let Some(url) = url.get() else { return };
        let found = api.cache().find::<T>(&url);
        // Another address: what is shown belongs to the old one.
        if shown.get_value().as_ref() != Some(&url) {
            shown.set_value(Some(url.clone()));
            remote.data.set(found.as_ref().map(|(value, _)| value.clone()));
            remote.error.set(None);
        }
        remote.busy.set(true);
        spawn_local(read(api, remote, shown, url, found.and_then(|(_, tag)| tag)));
    });
    remote
}

async fn read<T>(api: Api, remote: Remote<T>, shown: StoredValue<Option<String>>, url: String, tag: Option<String>)
where
    T: DeserializeOwned + PartialEq + Send + Sync + 'static,
{
    let answer = api.get_unless(&url, tag.as_deref()).await;
    // The page may be gone, or at another address, by now.
    if shown.try_get_value().flatten().as_ref() != Some(&url) {
        return;
    }
    let value = answer.and_then(|answer| answer.map(|answer| Ok((answer.json::<T>()?, answer.tag))).transpose());
    remote.busy.set(false);
    match value {
        Err(error) => remote.error.set(Some(error)),
        Ok(None) => remote.error.set(None),
        Ok(Some((value, tag))) => {
            remote.error.set(None);
            let same = remote.data.with_untracked(|data| data.as_deref() == Some(&value));
            let value = Arc::new(value);
            api.cache().keep(&url, value.clone(), tag);
            if !same {
                remote.data.set(Some(value));
            }
        }
    }
}
