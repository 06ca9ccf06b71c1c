//! A query string that names the parameter at fault. Unknown parameters are refused where the type says so.

use super::gate::after_permission;
use super::json::field_error;
use crate::{AppError, Result};
use actix_web::{FromRequest, HttpRequest, dev};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

/// The parsed query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let parsed = parse(request.query_string()).map(Query);
        after_permission(request, async move { parsed })
    }
}

/// Parses a query string.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T> {
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        let mut problem = field_error(&path, &error.inner().to_string());
        problem.strip_pointer_slash();
        problem
    })
}

/// Splits a filter that takes several values: `a,b,c`.
pub fn several(text: Option<&str>) -> Vec<&str> {
    text.map(|text| text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()).unwrap_or_default()
}

/// Parses each value of a filter that takes several, of a closed set.
pub fn several_of<T>(name: &str, text: Option<&str>, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
    several(text)
        .into_iter()
        .map(|part| {
            let unknown = || AppError::invalid(name, shared_types::FieldCode::WrongType, format!("there is no value {part:?}"));
            parse(part).ok_or_else(unknown)
        })
        .collect()
}
