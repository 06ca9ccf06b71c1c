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

/// Parses a query string. A NUL is refused wherever it stands: PostgreSQL can't take it, and SQLite ends a text there. Of a cursor, the
/// list says by itself that it is none.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T> {
    let mut named = form_urlencoded::parse(query.as_bytes());
    if let Some((name, _)) = named.find(|(name, value)| value.contains('\0') && name != "cursor") {
        return Err(AppError::invalid(name, shared_types::FieldCode::BadFormat, "a NUL is not allowed"));
    }
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        let mut problem = field_error(&path, &error.inner().to_string());
        problem.strip_pointer_slash();
        problem
    })
}

/// Values that one filter may name. A condition that is ever so long is refused by one database and run by the other.
pub const MOST_VALUES: usize = 100;

/// Splits a filter that takes several values: `a,b,c`. Each counts once; more than [`MOST_VALUES`] are refused (400 `too_long`).
pub fn several<'t>(name: &str, text: Option<&'t str>) -> Result<Vec<&'t str>> {
    let mut values = Vec::new();
    for part in text.unwrap_or_default().split(',').map(str::trim) {
        if part.is_empty() || values.contains(&part) {
            continue;
        }
        if values.len() == MOST_VALUES {
            return Err(AppError::invalid(name, shared_types::FieldCode::TooLong, format!("at most {MOST_VALUES} values")));
        }
        values.push(part);
    }
    Ok(values)
}

/// Parses each value of a filter that takes several, of a closed set.
pub fn several_of<T>(name: &str, text: Option<&str>, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
    several(name, text)?
        .into_iter()
        .map(|part| {
            let unknown = || AppError::invalid(name, shared_types::FieldCode::WrongType, format!("there is no value {part:?}"));
            parse(part).ok_or_else(unknown)
        })
        .collect()
}

/// The same of values that have names, which the refusal tells.
pub fn several_named<T: Copy>(name: &str, text: Option<&str>, all: &[T], as_str: impl Fn(T) -> &'static str) -> Result<Vec<T>> {
    several(name, text)?
        .into_iter()
        .map(|part| {
            all.iter().copied().find(|value| as_str(*value) == part).ok_or_else(|| {
                let known: Vec<_> = all.iter().map(|value| as_str(*value)).collect();
                AppError::invalid(name, shared_types::FieldCode::WrongType, format!("one of {}", known.join(", ")))
            })
        })
        .collect()
}
