//! A small file in one request.

use super::halt::Halt;
use super::item::Item;
use super::stop::Stop;
use super::target::Target;
use super::xhr::{Body, Call, send};
use crate::api::Answer;
use crate::session::Session;
use shared_types::evidence::{Evidence, EvidenceMetadata};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag, File, FormData};

/// Sends a file with what it is to support. Sent again after a lost answer, it does nothing twice: its key stays the same.
pub async fn upload(session: Session, halt: &Halt, item: &Item, file: &File) -> Result<Evidence, Stop> {
    let form = form(item, file).map_err(|_| Stop::Unreadable)?;
    let url = item.target.direct(item.system);
    let headers = vec![("Idempotency-Key", item.key.to_string())];
    let progress = {
        let item = item.clone();
        move |sent| item.progress(sent)
    };
    let reply = send(session, halt, &Call { method: "POST", url, headers, body: Body::Form(form) }, progress).await?;
    if matches!(reply.status, 429 | 500 | 502..=504) {
        return Err(Stop::Busy(reply.retry_after));
    }
    let answer = Answer { status: reply.status, tag: None, text: reply.text };
    answer.accepted().and_then(|answer| answer.json()).map_err(Stop::Refused)
}

/// The parts: what it supports first, so that the server knows it before the bytes come.
fn form(item: &Item, file: &File) -> Result<FormData, JsValue> {
    let form = FormData::new()?;
    let metadata = match &*item.target {
        Target::New(links) => {
            Some(serde_json::to_string(&EvidenceMetadata { links: links.clone(), ..EvidenceMetadata::default() }))
        }
        Target::Version(_, metadata) => Some(serde_json::to_string(metadata)),
        Target::File(_) => None,
    };
    if let Some(text) = metadata {
        let text = text.map_err(|error| JsValue::from_str(&error.to_string()))?;
        let kind = BlobPropertyBag::new();
        kind.set_type("application/json");
        let part = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &kind)?;
        form.append_with_blob("metadata", &part)?;
    }
    form.append_with_blob_and_filename("file", file, &item.name)?;
    Ok(form)
}
