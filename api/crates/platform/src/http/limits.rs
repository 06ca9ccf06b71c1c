//! Rate limits of the whole API, and what every answer says of them.
//!
//! The header fields are those of draft-ietf-httpapi-ratelimit-headers-06: `RateLimit-Limit`, `RateLimit-Remaining`,
//! `RateLimit-Reset` (seconds) and `RateLimit-Policy`. Later drafts put structured lists into two fields that few clients read yet.

use super::client_address;
use crate::limiter::{Bucket, Taken, recording, whole_seconds};
use crate::{AppError, Platform};
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, ResponseError};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The middleware. It counts each request to the API by its address; what else a request is counted for, its handler counts.
pub async fn rate_limits<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if !request.path().starts_with("/api/") {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    let platform = request.app_data::<Data<Platform>>().cloned();
    let (answer, taken) = recording(async move {
        let counted = match &platform {
            Some(platform) => platform.limiter.take_from(Bucket::Other, client_address(request.request())).await,
            None => Err(AppError::internal("the application has no platform data")),
        };
        match counted {
            Ok(()) => next.call(request).await.map(ServiceResponse::map_into_left_body),
            Err(refusal) => Ok(request.into_response(refusal.error_response()).map_into_right_body()),
        }
    })
    .await;
    let mut answer = answer?;
    if let Some(taken) = taken {
        say(answer.headers_mut(), &taken);
    }
    Ok(answer)
}

fn say(headers: &mut HeaderMap, taken: &Taken) {
    let window = taken.rate.window.as_secs();
    let reset = if taken.reset().is_zero() { 0 } else { whole_seconds(taken.reset()) };
    headers.insert(LIMIT, HeaderValue::from(taken.rate.limit));
    headers.insert(REMAINING, HeaderValue::from(taken.verdict.remaining));
    headers.insert(RESET, HeaderValue::from(reset));
    if let Ok(policy) = HeaderValue::from_str(&format!("{};w={window}", taken.rate.limit)) {
        headers.insert(POLICY, policy);
    }
}
