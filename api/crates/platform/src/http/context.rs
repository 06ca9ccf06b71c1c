//! The outermost middleware: gives every request an id, logs it once, and turns what escapes into a problem document.

use super::client_address;
use super::csrf::ONE_CLICK;
use super::operations::Operations;
use crate::db::named;
use crate::{AppError, Platform};
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, ResponseError};
use std::time::Instant;
use uuid::Uuid;

tokio::task_local! {
    static REQUEST_ID: String;
    static ORIGIN: Origin;
}

/// Where a request came from: for the audit log's erasable part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address.
    pub address: Option<String>,
    /// The program's name for itself, cut to 200 characters.
    pub user_agent: Option<String>,
}

/// The header that names a request.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request that this task serves.
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// Where the request that this task serves came from; none outside of a request.
pub fn request_origin() -> Option<Origin> {
    ORIGIN.try_with(Clone::clone).ok()
}

/// An id that a client may choose: short and harmless in a log line.
fn acceptable(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// The middleware.
pub async fn request_context<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let started = Instant::now();
    let given = request.headers().get(&REQUEST_ID_HEADER).and_then(|v| v.to_str().ok()).filter(|id| acceptable(id));
    let id = match given {
        Some(id) => id.to_owned(),
        None => fresh_id(&request),
    };
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let origin = origin(&request);
    let operations = request.app_data::<Data<Operations>>();
    let route = request.match_pattern();
    let name = operations.and_then(|names| names.name(&method, route.clone()?)).unwrap_or("no operation");
    let served = named(name, next.call(request));
    let mut response = REQUEST_ID
        .scope(
            id.clone(),
            ORIGIN.scope(origin, async {
                let response = served.await?;
                let foreign = response.response().error().filter(|error| error.as_error::<AppError>().is_none()).map(foreign);
                Ok::<_, Error>(match foreign {
                    Some(problem) => response.into_response(problem.error_response()).map_into_right_body(),
                    None => response.map_into_left_body(),
                })
            }),
        )
        .await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID_HEADER, value);
    }
    let status = response.status().as_u16();
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request_id = %id, %method, path = told(&path, route.as_deref()), status, millis, "request");
    Ok(response)
}

/// Where what opens a calendar feed stands in the address: of the API's addresses the one that is a secret as a whole.
const FEEDS: &str = "/api/v1/calendar-feeds/";

/// A path as it is logged. The token in the address of a mail program never ends, and that of a calendar neither: a log must not hold
/// them. The route tells too, for a path that is written with escapes.
fn told<'a>(path: &'a str, route: Option<&str>) -> &'a str {
    let hides = |start: &&str| path.starts_with(*start) || route.is_some_and(|route| route.starts_with(*start));
    [ONE_CLICK, FEEDS].into_iter().find(hides).unwrap_or(path)
}

fn origin(request: &ServiceRequest) -> Origin {
    let user_agent = request.headers().get("user-agent").and_then(|v| v.to_str().ok());
    Origin {
        address: client_address(request.request()).map(|address| address.to_string()),
        user_agent: user_agent.map(|text| text.chars().take(200).collect()),
    }
}

fn fresh_id(request: &ServiceRequest) -> String {
    let platform = request.app_data::<Data<Platform>>();
    platform.and_then(|p| p.rng.id::<Uuid>(&p.clock).ok()).map_or_else(|| "-".to_owned(), |id| id.to_string())
}

/// An error of the framework's own: keep its status where there is a code for it, never its words.
fn foreign(error: &Error) -> AppError {
    use shared_types::ErrorCode;
    let status = error.as_response_error().status_code().as_u16();
    let code = match status {
        404 => ErrorCode::NotFound,
        405 => ErrorCode::MethodNotAllowed,
        413 => ErrorCode::TooLarge,
        415 => ErrorCode::UnsupportedType,
        400..=499 => ErrorCode::Malformed,
        _ => ErrorCode::Internal,
    };
    AppError::new(code).cause(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_addresses_are_not_logged() {
        for (path, route, logged) in [
            ("/api/v1/calendar-feeds/s3cret.ics", Some("/api/v1/calendar-feeds/{secret}.ics"), FEEDS),
            ("/api/v1/calendar-feeds/s3cret", None, FEEDS),
            ("/api/v1/calendar%2Dfeeds/s3cret.ics", Some("/api/v1/calendar-feeds/{secret}.ics"), FEEDS),
            ("/api/v1/unsubscribe/s3cret", Some("/api/v1/unsubscribe/{token}"), ONE_CLICK),
            ("/api/v1/me/calendar-feeds/1", Some("/api/v1/me/calendar-feeds/{feed}"), "/api/v1/me/calendar-feeds/1"),
        ] {
            assert_eq!(told(path, route), logged, "{path}");
        }
    }
}
