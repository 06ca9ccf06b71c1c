//! The OpenAPI document as it is committed and served, and what the process knows of its own operations by it.
//!
//! It is the text of `openapi/openapi.json`, which `just check drift` holds equal to what the code says (`document.rs`): building the
//! document anew in each process would take megabytes for what is known already.

use crate::client;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, Responder, get};
use platform::{AppError, Result};
use rust_embed::RustEmbed;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What `build.rs` has packed: the document, and the page that shows it.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/packed"]
struct Packed;

const DOCUMENT: &str = "openapi.json";

/// The text of the document.
pub(crate) fn document() -> String {
    client::unpacked::<Packed>(DOCUMENT).and_then(|text| String::from_utf8(text).ok()).unwrap_or_default()
}

/// The document.
#[get("/api/openapi.json")]
pub(crate) async fn publish(request: HttpRequest) -> Result<HttpResponse> {
    client::file::<Packed>(&request, DOCUMENT).ok_or_else(AppError::not_found)
}

/// A file of the page that shows it.
#[get("/api/docs/{file:[^/]*}")]
pub(crate) async fn show(request: HttpRequest, file: Path<String>) -> Result<HttpResponse> {
    let file = if file.is_empty() { "index.html" } else { file.as_str() };
    client::file::<Packed>(&request, file).ok_or_else(AppError::not_found)
}

/// `/api/docs` without the slash that its relative links need.
#[get("/api/docs")]
pub(crate) async fn redirect() -> impl Responder {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/api/docs/")).finish()
}

#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    paths: BTreeMap<&'a str, Methods<'a>>,
}

#[derive(Deserialize)]
struct Methods<'a> {
    #[serde(borrow)]
    get: Option<Operation<'a>>,
    #[serde(borrow)]
    put: Option<Operation<'a>>,
    #[serde(borrow)]
    post: Option<Operation<'a>>,
    #[serde(borrow)]
    delete: Option<Operation<'a>>,
    #[serde(borrow)]
    options: Option<Operation<'a>>,
    #[serde(borrow)]
    head: Option<Operation<'a>>,
    #[serde(borrow)]
    patch: Option<Operation<'a>>,
}

#[derive(Deserialize)]
struct Operation<'a> {
    #[serde(rename = "operationId")]
    id: &'a str,
}

/// The operations of a path.
type Route = (String, Vec<(Method, String)>);

/// Every path with its operations; none if the document can't be read, which a test refuses.
static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let document = document();
    let outline: Outline<'_> = match serde_json::from_str(&document) {
        Ok(outline) => outline,
        Err(error) => {
            tracing::error!(%error, "the OpenAPI document of this build can't be read");
            return Vec::new();
        }
    };
    outline.paths.into_iter().map(|(path, operations)| (path.to_owned(), operations.by_method())).collect()
});

impl Methods<'_> {
    fn by_method(self) -> Vec<(Method, String)> {
        let Self { get, put, post, delete, options, head, patch } = self;
        let all = [
            (Method::GET, get),
            (Method::HEAD, head),
            (Method::POST, post),
            (Method::PUT, put),
            (Method::PATCH, patch),
            (Method::DELETE, delete),
            (Method::OPTIONS, options),
        ];
        all.into_iter().filter_map(|(method, operation)| Some((method, operation?.id.to_owned()))).collect()
    }
}

/// The names of all operations, by method and path.
pub(crate) fn operation_names() -> impl Iterator<Item = (Method, String, &'static str)> {
    let named = |(path, operations): &'static Route| {
        operations.iter().map(move |(method, id)| (method.clone(), path.clone(), id.as_str()))
    };
    ROUTES.iter().flat_map(named)
}

/// The methods of a path of the API, for an answer to a wrong one; none if there is no such path.
pub(crate) fn methods_of(path: &str) -> Option<HeaderValue> {
    // Asked for each file of the client, too: nothing is collected.
    let fits = |known: &str| {
        let mut given = path.split('/');
        let same = known.split('/').all(|known| given.next().is_some_and(|given| known.starts_with('{') || known == given));
        same && given.next().is_none()
    };
    let (_, operations) = ROUTES.iter().find(|(known, _)| fits(known))?;
    let has_head = operations.iter().any(|(method, _)| *method == Method::HEAD);
    // What has a GET answers a HEAD.
    let methods: Vec<&str> = operations
        .iter()
        .flat_map(|(method, _)| std::iter::once(method.as_str()).chain((*method == Method::GET && !has_head).then_some("HEAD")))
        .collect();
    HeaderValue::from_str(&methods.join(", ")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_tells_every_operation() {
        let mut known: Vec<&str> = operation_names().map(|(_, _, id)| id).collect();
        let built = serde_json::to_value(crate::app::openapi()).unwrap();
        let paths = built["paths"].as_object().unwrap().values();
        let ids =
            paths.flat_map(|path| path.as_object().unwrap().values().filter_map(|operation| operation["operationId"].as_str()));
        let mut ids: Vec<&str> = ids.collect();
        known.sort_unstable();
        ids.sort_unstable();
        assert_eq!(known, ids);
        assert!(known.len() > 100);
    }

    #[test]
    fn a_wrong_method_is_told_the_right_ones() {
        assert_eq!(methods_of("/api/v1/systems").unwrap(), "GET, HEAD, POST");
        assert_eq!(methods_of("/api/v1/systems/x/controls/3.1.1").unwrap(), "GET, HEAD, PATCH, DELETE");
        assert_eq!(methods_of("/api/v1/no-such-thing"), None);
    }
}
