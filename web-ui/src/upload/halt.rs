//! The brake of one file: ends the request that is under way, or the wait before the next.

use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::XmlHttpRequest;

/// The brake. A new one for each start, so that an old run can't be let loose again.
#[derive(Clone, Default)]
pub struct Halt(Rc<Inner>);

#[derive(Default)]
struct Inner {
    pulled: Cell<bool>,
    request: RefCell<Option<XmlHttpRequest>>,
    sleep: RefCell<Option<Function>>,
}

impl Halt {
    /// Halts for good.
    pub fn pull(&self) {
        self.0.pulled.set(true);
        let request = self.0.request.borrow_mut().take();
        if let Some(request) = request {
            // Ended already: nothing to end.
            let _ = request.abort();
        }
        self.wake();
    }

    /// Whether it was pulled.
    pub fn pulled(&self) -> bool {
        self.0.pulled.get()
    }

    /// The request that is under way.
    pub fn hold(&self, request: Option<XmlHttpRequest>) {
        *self.0.request.borrow_mut() = request;
    }

    /// Waits, until the time has passed, the brake is pulled or somebody wakes it.
    pub async fn sleep(&self, milliseconds: u32) {
        if self.pulled() {
            return;
        }
        let slept = Promise::new(&mut |resolve, _| {
            let resolve: Function = resolve;
            *self.0.sleep.borrow_mut() = Some(resolve.clone());
            crate::dom::later(milliseconds, move || call(&resolve));
        });
        // Never rejected.
        let _ = JsFuture::from(slept).await;
        *self.0.sleep.borrow_mut() = None;
    }

    /// Ends a wait.
    pub fn wake(&self) {
        let sleep = self.0.sleep.borrow_mut().take();
        if let Some(sleep) = sleep {
            call(&sleep);
        }
    }
}

fn call(resolve: &Function) {
    // It only resolves a promise of ours; resolving twice does nothing.
    let _ = resolve.call0(&JsValue::NULL);
}
