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

    /// The name of the operation that a request asks for; a HEAD that is no operation of its own asks for what its GET does.
    pub fn name(&self, method: &Method, pattern: String) -> Option<&'static str> {
        let known = self.0.get(&(method.clone(), pattern.clone()));
        let of_get = || self.0.get(&(Method::GET, pattern)).filter(|_| *method == Method::HEAD);
        known.or_else(of_get).copied()
    }

    /// Whether a HEAD of this pattern is an operation of its own.
    pub fn has_head(&self, pattern: String) -> bool {
        self.0.contains_key(&(Method::HEAD, pattern))
    }
}
