//! Asking the reader to prove again who it is, before a dangerous act. The act waits, and is sent again after the proof.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The question, from the context.
#[derive(Clone, Copy)]
pub struct Proof {
    open: RwSignal<bool>,
    /// Kept while the question stands, so that two acts ask it once.
    question: StoredValue<Option<js_sys::Promise>, LocalStorage>,
    answer: StoredValue<Option<js_sys::Function>, LocalStorage>,
}

/// The question.
pub fn use_proof() -> Proof {
    expect_context::<Proof>()
}

impl Proof {
    /// Provides the question to everything below.
    pub fn install() -> Self {
        let proof =
            Self { open: RwSignal::new(false), question: StoredValue::new_local(None), answer: StoredValue::new_local(None) };
        provide_context(proof);
        proof
    }

    /// Whether the question stands: what the dialog is bound to.
    pub fn open(self) -> RwSignal<bool> {
        self.open
    }

    /// Asks, and waits. False if the reader would not.
    pub async fn ask(self) -> bool {
        let question = self.question.get_value().unwrap_or_else(|| {
            let question = js_sys::Promise::new(&mut |resolve, _| self.answer.set_value(Some(resolve)));
            self.question.set_value(Some(question.clone()));
            question
        });
        self.open.set(true);
        JsFuture::from(question).await.is_ok_and(|proved| proved.is_truthy())
    }

    /// The reader has proved it, or has closed the dialog.
    pub fn done(self, proved: bool) {
        self.question.set_value(None);
        if let Some(answer) = self.answer.get_value() {
            self.answer.set_value(None);
            // The function only resolves a promise of ours.
            let _ = answer.unchecked_ref::<js_sys::Function>().call1(&JsValue::NULL, &JsValue::from_bool(proved));
        }
        self.open.set(false);
    }
}
