//! Permission first: somebody without the right learns nothing about the rest of a request.
//!
//! The framework polls all extractors of a handler together, so a missing If-Match or a wrong body would be answered while the
//! permission still waits for the database. A permission extractor, which stands first among a handler's arguments, closes a
//! gate; the other extractors hold back their refusals until it opens.

use crate::Result;
use actix_web::{HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
use std::rc::Rc;
use tokio::sync::Semaphore;

/// Closed until the permission is given. If it is refused the gate never opens: the refusal answers the request.
pub struct Gate(Rc<Semaphore>);

#[derive(Clone)]
struct Closed(Rc<Semaphore>);

impl Gate {
    /// Closes the gate of a request.
    pub fn close(request: &HttpRequest) -> Self {
        let semaphore = Rc::new(Semaphore::new(0));
        request.extensions_mut().insert(Closed(Rc::clone(&semaphore)));
        Self(semaphore)
    }

    /// The permission is given.
    pub fn open(self) {
        self.0.close();
    }
}

/// Holds a refusal back until the permission is given.
pub fn after_permission<T: 'static>(
    request: &HttpRequest,
    extraction: impl Future<Output = Result<T>> + 'static,
) -> LocalBoxFuture<'static, Result<T>> {
    let gate = request.extensions().get::<Closed>().cloned();
    Box::pin(async move {
        let result = extraction.await;
        if result.is_err()
            && let Some(Closed(gate)) = gate
        {
            // Waiting for a permit that never comes ends when the gate is opened.
            let _open = gate.acquire().await;
        }
        result
    })
}
