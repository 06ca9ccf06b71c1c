//! What the operations are called, by method and path: statements are counted under these names.

use actix_web::http::Method;
use std::collections::HashMap;

/// Names by method and pattern.
#[derive(Debug, Default)]
pub struct Operations(HashMap<(Method, String), &'static str>);

impl Operations {
    /// Takes the names of the document.
    pub fn new(all: impl IntoIterator<Item = (Method, String, &'static str)>) -> Self {
        Self(all.into_iter().map(|(method, path, name)| ((method, path), name)).collect())
    }

    /// The name of the operation that a request asks for.
    pub fn name(&self, method: &Method, pattern: String) -> Option<&'static str> {
        self.0.get(&(method.clone(), pattern)).copied()
    }
}
