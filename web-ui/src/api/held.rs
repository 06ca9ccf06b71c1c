//! A value of any type behind one type.
//!
//! Signals, effects and views are compiled once for each type that they hold; what is read from the server has dozens of types.
//! Behind this one they share the code, which keeps the client small.

use std::any::Any;
use std::sync::Arc;

/// A value that was read. Two are equal if they are the same reading.
#[derive(Clone)]
pub struct Held(Arc<dyn Any + Send + Sync>);

impl Held {
    /// Holds a value.
    pub fn new<T: Send + Sync + 'static>(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// The value, if it is of this type.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        Arc::clone(&self.0).downcast().ok()
    }

    /// The same by reference.
    pub fn as_ref<T: 'static>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_value_comes_back_as_its_own_type_only() {
        let held = Held::new(7_u32);
        assert_eq!((held.get::<u32>().as_deref(), held.get::<u64>().as_deref()), (Some(&7), None));
        assert!(held == held.clone() && held != Held::new(7_u32));
    }
}
