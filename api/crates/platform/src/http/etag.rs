//! Entity tags: `If-Match` on changes, `If-None-Match` on reads.

use super::gate::after_permission;
use crate::{AppError, Result};
use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderMap, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, dev};
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use sha2::{Digest, Sha256};
use shared_types::ErrorCode;

/// The `If-Match` of a change to one object; 428 where it is missing.
#[derive(Debug, Clone)]
pub struct IfMatch(Vec<String>);

impl FromRequest for IfMatch {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let tags = tags(request.headers(), IF_MATCH.as_str());
        let known = if tags.is_empty() { Err(AppError::new(ErrorCode::PreconditionRequired)) } else { Ok(Self(tags)) };
        after_permission(request, async move { known })
    }
}

impl IfMatch {
    /// Refuses (412) unless the client knows this version, or said `*`. Call inside the write's transaction.
    pub fn check(&self, version: i64) -> Result<()> {
        let current = version.to_string();
        let known = self.0.iter().any(|tag| tag == "*" || *tag == current);
        if known { Ok(()) } else { Err(AppError::new(ErrorCode::Stale)) }
    }
}

/// The tags of a header, without quotes. A weak prefix, which proxies add, does not matter.
fn tags(headers: &HeaderMap, name: &str) -> Vec<String> {
    let values = headers.get_all(name).filter_map(|value| value.to_str().ok());
    let tag = |part: &str| part.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    values.flat_map(|value| value.split(',')).map(tag).filter(|tag| !tag.is_empty()).collect()
}

/// A tag of everything that decides an answer: for lists and whatever is computed.
pub fn tag(parts: &impl Serialize) -> Result<String> {
    let text = serde_json::to_vec(&(parts, env!("CARGO_PKG_VERSION"))).map_err(AppError::internal)?;
    Ok(hex::encode(Sha256::digest(text).get(..12).unwrap_or_default()))
}

/// 304 if the client has this tag already: then the body need not be built.
pub fn not_modified(request: &HttpRequest, tag: &str) -> Option<HttpResponse> {
    let known = tags(request.headers(), IF_NONE_MATCH.as_str());
    known.iter().any(|known| known == "*" || known == tag).then(|| tagged(HttpResponse::NotModified(), tag).finish())
}

/// A response with its tag; a browser keeps it but asks each time.
pub fn tagged(mut builder: HttpResponseBuilder, tag: &str) -> HttpResponseBuilder {
    builder.insert_header((ETAG, format!("\"{tag}\""))).insert_header((CACHE_CONTROL, "private, no-cache"));
    builder
}

/// One object with its version as tag.
pub fn object(builder: HttpResponseBuilder, version: i64, body: &impl Serialize) -> HttpResponse {
    tagged(builder, &version.to_string()).json(body)
}
