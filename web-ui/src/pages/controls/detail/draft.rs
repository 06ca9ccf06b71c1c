//! Texts that are not saved yet, kept in this browser (`IndexedDB`), so that a closed tab loses nothing.

use chrono::{DateTime, Utc};
use leptos::prelude::window;
use serde::{Deserialize, Serialize};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

const DATABASE: &str = "cmmc-tracker";
const STORE: &str = "drafts";

/// A text that is not saved yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What was typed.
    pub text: String,
    /// The saved text that it began from.
    pub base: String,
    /// When it was kept.
    pub at: DateTime<Utc>,
}

/// The outcome of a request of the browser's database.
async fn outcome(request: &IdbRequest) -> Option<JsValue> {
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(resolve.unchecked_ref()));
        request.set_onerror(Some(reject.unchecked_ref()));
    });
    JsFuture::from(promise).await.ok()?;
    request.result().ok()
}

async fn open() -> Option<IdbDatabase> {
    let request: IdbOpenDbRequest = window().indexed_db().ok()??.open_with_u32(DATABASE, 1).ok()?;
    let opening = request.clone();
    let create = Closure::<dyn FnMut()>::new(move || {
        if let Some(database) = opening.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok()) {
            // It is there already where another tab was quicker.
            let _ = database.create_object_store(STORE);
        }
    });
    request.set_onupgradeneeded(Some(create.as_ref().unchecked_ref()));
    outcome(&request).await?.dyn_into().ok()
}

async fn store(mode: IdbTransactionMode) -> Option<IdbObjectStore> {
    open().await?.transaction_with_str_and_mode(STORE, mode).ok()?.object_store(STORE).ok()
}

/// The draft of this name.
pub async fn load(name: &str) -> Option<Draft> {
    let request = store(IdbTransactionMode::Readonly).await?.get(&name.into()).ok()?;
    serde_json::from_str(&outcome(&request).await?.as_string()?).ok()
}

/// Keeps a draft. False where the browser does not allow it.
pub async fn keep(name: &str, draft: &Draft) -> bool {
    let put = async {
        let text = serde_json::to_string(draft).ok()?;
        let request = store(IdbTransactionMode::Readwrite).await?.put_with_key(&text.into(), &name.into()).ok()?;
        outcome(&request).await
    };
    put.await.is_some()
}

/// Forgets a draft.
pub async fn forget(name: &str) {
    if let Some(store) = store(IdbTransactionMode::Readwrite).await {
        // Failing, the draft is offered once more.
        let _ = store.delete(&name.into());
    }
}
