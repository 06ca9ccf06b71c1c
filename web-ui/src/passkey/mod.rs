//! The browser's part of a passkey (WebAuthn Level 3): asking `navigator.credentials`, and saying what came of it.
//!
//! The objects are put together by `js_sys::Reflect`: typed bindings of the same would cost the first load more than they help. Only
//! proving is in the first load, for the sign-in page and the proof before a dangerous act; adding is in the chunk of the account.

mod bytes;

use bytes::{buffer, text};
use js_sys::{Array, Object, Reflect};
use leptos::prelude::window;
use shared_types::passkeys::{
    AddPasskey, Base64Url, PasskeyAssertion, PasskeyCreation, PasskeyDescriptor, PasskeyRequest, Transport,
};
use shared_types::text::Title;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Milliseconds that the browser waits: less than the server does, so that it is the browser who says it took too long.
const TIMEOUT: f64 = 240_000.0;

/// Why there is no answer of an authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// This browser has no WebAuthn, or not on this page.
    Unsupported,
    /// The person closed the dialog, or nothing happened for too long: browsers don't tell which.
    Cancelled,
    /// The authenticator has a passkey of this person already.
    Known,
    /// The page's address does not allow passkeys.
    Address,
    /// Anything else.
    Failed,
}

impl Failure {
    /// What happened, and what to do.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unsupported => "This browser can't use passkeys. Use another browser, or a code.",
            Self::Cancelled => "Nothing was confirmed: it was cancelled, or it took too long. Try again, or use a code.",
            Self::Known => "This device holds a passkey of yours already.",
            Self::Address => "The browser does not allow passkeys at this address. Open the installation under its own name.",
            Self::Failed => "The device did not confirm it. Try again, or use a code.",
        }
    }

    /// Reads the name of a `DOMException`.
    fn of(error: &JsValue) -> Self {
        match get(error, "name").as_string().as_deref() {
            Some("NotAllowedError" | "AbortError" | "TimeoutError") => Self::Cancelled,
            Some("InvalidStateError") => Self::Known,
            Some("SecurityError") => Self::Address,
            Some("NotSupportedError") => Self::Unsupported,
            _ => Self::Failed,
        }
    }
}

/// Whether this browser offers passkeys on this page.
pub fn supported() -> bool {
    !get(&window(), "PublicKeyCredential").is_undefined() && credentials().is_some()
}

fn credentials() -> Option<JsValue> {
    Some(get(&window().navigator(), "credentials")).filter(JsValue::is_object)
}

/// Asks for a proof with one of the passkeys that the server names.
pub async fn prove(request: &PasskeyRequest) -> Result<PasskeyAssertion, Failure> {
    let options = Object::new();
    set(&options, "challenge", &buffer(request.challenge.as_str()));
    set(&options, "rpId", &request.rp_id.as_str().into());
    set(&options, "allowCredentials", &descriptors(&request.allow));
    set(&options, "userVerification", &"preferred".into());
    let answer = ask("get", &options).await?;
    let response = get(&answer, "response");
    Ok(PasskeyAssertion {
        id: binary(&get(&answer, "rawId"))?,
        client_data_json: binary(&get(&response, "clientDataJSON"))?,
        authenticator_data: binary(&get(&response, "authenticatorData"))?,
        signature: binary(&get(&response, "signature"))?,
        user_handle: binary(&get(&response, "userHandle")).ok(),
    })
}

/// Asks for a new passkey.
pub async fn create(wanted: &PasskeyCreation, name: Title) -> Result<AddPasskey, Failure> {
    let (party, user, selection) = (Object::new(), Object::new(), Object::new());
    set(&party, "id", &wanted.rp_id.as_str().into());
    set(&party, "name", &wanted.rp_name.as_str().into());
    set(&user, "id", &buffer(wanted.user_handle.as_str()));
    set(&user, "name", &wanted.user_name.as_str().into());
    set(&user, "displayName", &wanted.user_display_name.as_str().into());
    set(&selection, "residentKey", &"preferred".into());
    set(&selection, "userVerification", &"preferred".into());
    let algorithms = Array::new();
    for algorithm in &wanted.algorithms {
        let entry = Object::new();
        set(&entry, "type", &"public-key".into());
        set(&entry, "alg", &(*algorithm).into());
        algorithms.push(&entry);
    }
    let options = Object::new();
    set(&options, "challenge", &buffer(wanted.challenge.as_str()));
    set(&options, "rp", &party);
    set(&options, "user", &user);
    set(&options, "pubKeyCredParams", &algorithms);
    set(&options, "authenticatorSelection", &selection);
    set(&options, "excludeCredentials", &descriptors(&wanted.exclude));
    set(&options, "attestation", &"none".into());
    let answer = ask("create", &options).await?;
    let response = get(&answer, "response");
    Ok(AddPasskey {
        name,
        client_data_json: binary(&get(&response, "clientDataJSON"))?,
        attestation_object: binary(&get(&response, "attestationObject"))?,
        transports: transports(&response),
    })
}

/// How the browser says that the authenticator is reached; nothing where it does not.
fn transports(response: &JsValue) -> Vec<Transport> {
    let told = get(response, "getTransports").dyn_into::<js_sys::Function>().ok().and_then(|call| call.call0(response).ok());
    let told = told.and_then(|list| list.dyn_into::<Array>().ok()).unwrap_or_default();
    told.iter().filter_map(|name| Transport::parse(&name.as_string()?)).collect()
}

async fn ask(method: &str, options: &Object) -> Result<JsValue, Failure> {
    let container = credentials().filter(|_| supported()).ok_or(Failure::Unsupported)?;
    set(options, "timeout", &TIMEOUT.into());
    let argument = Object::new();
    set(&argument, "publicKey", options);
    let call = get(&container, method).dyn_into::<js_sys::Function>().map_err(|_| Failure::Unsupported)?;
    let promise = call.call1(&container, &argument).map_err(|error| Failure::of(&error))?;
    let promise = promise.dyn_into::<js_sys::Promise>().map_err(|_| Failure::Failed)?;
    let answer = JsFuture::from(promise).await.map_err(|error| Failure::of(&error))?;
    if answer.is_object() { Ok(answer) } else { Err(Failure::Cancelled) }
}

fn descriptors(all: &[PasskeyDescriptor]) -> Array {
    let list = Array::new();
    for descriptor in all {
        let entry = Object::new();
        set(&entry, "type", &"public-key".into());
        set(&entry, "id", &buffer(descriptor.id.as_str()));
        if !descriptor.transports.is_empty() {
            let names: Array = descriptor.transports.iter().map(|transport| JsValue::from(transport.as_str())).collect();
            set(&entry, "transports", &names);
        }
        list.push(&entry);
    }
    list
}

fn binary(value: &JsValue) -> Result<Base64Url, Failure> {
    let buffer = value.dyn_ref::<js_sys::ArrayBuffer>().ok_or(Failure::Failed)?;
    Base64Url::parse(&text(buffer)).map_err(|_| Failure::Failed)
}

fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn set(on: &Object, name: &str, value: &JsValue) {
    // A plain object of ours takes every property.
    let _ = Reflect::set(on, &name.into(), value);
}
