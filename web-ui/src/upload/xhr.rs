//! One request with progress of what is sent, which `fetch` can't tell.

use super::halt::Halt;
use super::stop::Stop;
use crate::session::Session;
use js_sys::{ArrayBuffer, Promise};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, ProgressEvent, XmlHttpRequest};

/// A line over which nothing has gone for this long is taken for lost.
const STALLED_MS: f64 = 60_000.0;

/// What is to be sent. Kept apart from the sending so that it can be sent again with a renewed session.
#[derive(Clone)]
pub struct Call {
    /// Method.
    pub method: &'static str,
    /// Address.
    pub url: String,
    /// Headers beside those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Body,
}

/// What goes in a request.
#[derive(Clone)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A part of a file.
    Part(ArrayBuffer),
    /// A form with the file in it.
    Form(FormData),
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Body.
    pub text: String,
    /// `Location`.
    pub location: Option<String>,
    /// `Upload-Offset`.
    pub offset: Option<u64>,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u32>,
}

/// Sends; where the session has run out, renews it or asks the reader to sign in, and sends again. Refusals are answers here.
pub async fn send(session: Session, halt: &Halt, call: &Call, progress: impl Fn(u64) + Clone + 'static) -> Result<Reply, Stop> {
    let reply = once(session, halt, call, progress.clone()).await?;
    if reply.status == 401 && session.renew().await {
        return once(session, halt, call, progress).await;
    }
    Ok(reply)
}

async fn once(session: Session, halt: &Halt, call: &Call, progress: impl Fn(u64) + 'static) -> Result<Reply, Stop> {
    if halt.pulled() {
        return Err(Stop::Halted);
    }
    let request = prepare(session, call).map_err(|_| Stop::Lost)?;
    let last = Rc::new(Cell::new(js_sys::Date::now()));
    let beat = last.clone();
    let sent = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        beat.set(js_sys::Date::now());
        progress(whole(event.loaded()));
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(sent.as_ref().unchecked_ref()));
    }
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    let going = match &call.body {
        Body::Empty => request.send(),
        Body::Part(part) => request.send_with_opt_js_u8_array(Some(&js_sys::Uint8Array::new(part))),
        Body::Form(form) => request.send_with_opt_form_data(Some(form)),
    };
    going.map_err(|_| Stop::Lost)?;
    halt.hold(Some(request.clone()));
    let watched = request.clone();
    let watch = set_interval_with_handle(
        move || {
            if js_sys::Date::now() - last.get() > STALLED_MS {
                // Ended already: nothing to end.
                let _ = watched.abort();
            }
        },
        Duration::from_secs(5),
    );
    // Never rejected: every end of a request is a `loadend`.
    let _ = JsFuture::from(ended).await;
    if let Ok(watch) = watch {
        watch.clear();
    }
    request.set_onloadend(None);
    halt.hold(None);
    if halt.pulled() {
        return Err(Stop::Halted);
    }
    match request.status() {
        Ok(status) if status > 0 => Ok(read(&request, status)),
        _ => Err(Stop::Lost),
    }
}

fn prepare(session: Session, call: &Call) -> Result<XmlHttpRequest, wasm_bindgen::JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open(call.method, &call.url)?;
    request.set_request_header("Accept", "application/json")?;
    if call.method != "HEAD" {
        request.set_request_header("X-CSRF-Token", &session.csrf())?;
    }
    for (name, value) in &call.headers {
        request.set_request_header(name, value)?;
    }
    Ok(request)
}

fn read(request: &XmlHttpRequest, status: u16) -> Reply {
    let header = |name: &str| request.get_response_header(name).ok().flatten();
    Reply {
        status,
        text: request.response_text().ok().flatten().unwrap_or_default(),
        location: header("Location"),
        offset: header("Upload-Offset").and_then(|value| value.parse().ok()),
        retry_after: header("Retry-After").and_then(|value| value.parse().ok()),
    }
}

/// A count of bytes as the browser gives it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, not negative, below 2^53")]
pub fn whole(bytes: f64) -> u64 {
    bytes as u64
}
