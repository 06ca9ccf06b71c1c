//! Asking the reader to prove again who it is, before a dangerous act. The act waits, and is sent again after the proof.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// The question, from the context. One handle: it travels with every copy of the API.
#[derive(Clone, Copy)]
pub struct Proof(StoredValue<Question, LocalStorage>);

struct Question {
    open: RwSignal<bool>,
    /// Kept while the question stands, so that two acts ask it once.
    asked: Option<js_sys::Promise>,
    answer: Option<js_sys::Function>,
}

/// The question.
pub fn use_proof() -> Proof {
    expect_context::<Proof>()
}

impl Proof {
    /// Provides the question to everything below.
    pub fn install() -> Self {
        let proof = Self(StoredValue::new_local(Question { open: RwSignal::new(false), asked: None, answer: None }));
        provide_context(proof);
        proof
    }

    /// Whether the question stands: what the dialog is bound to.
    pub fn open(self) -> RwSignal<bool> {
        self.0.with_value(|question| question.open)
    }

    /// Asks, and waits. False if the reader would not.
    pub async fn ask(self) -> bool {
        let asked = self.0.with_value(|question| question.asked.clone()).unwrap_or_else(|| {
            let mut answer = None;
            let asked = js_sys::Promise::new(&mut |resolve, _| answer = Some(resolve));
            self.0.update_value(|question| {
                question.asked = Some(asked.clone());
                question.answer = answer;
            });
            asked
        });
        self.open().set(true);
        JsFuture::from(asked).await.is_ok_and(|proved| proved.is_truthy())
    }

    /// The reader has proved it, or has closed the dialog.
    pub fn done(self, proved: bool) {
        let answer = self.0.try_update_value(|question| {
            question.asked = None;
            question.answer.take()
        });
        if let Some(answer) = answer.flatten() {
            // The function only resolves a promise of ours.
            let _ = answer.call1(&JsValue::NULL, &JsValue::from_bool(proved));
        }
        self.open().set(false);
    }
}
