//! Cross-site request forgery: a change must come from the product's own pages, or from a program that is no browser.
//!
//! Three layers: the cookies are SameSite=Strict; a browser's `Origin` and `Sec-Fetch-Site` must be ours; and the header
//! `X-CSRF-Token` must be there, which no foreign page can send without a preflight that nobody answers. Where there is a
//! session, the identity crate also compares the header with the session's own token.
//!
//! A request with a bearer token and no cookie at all is exempt: nothing in it was added by a browser on its own, and a foreign
//! page can't set the header without a preflight. With a cookie beside the token everything is checked.
//!
//! So is the one-click request with which a mail program ends e-mails (RFC 8058): a form, from no page, without a cookie, whose
//! address holds a signed token that allows this and nothing else.

use crate::{AppError, Platform, Result};
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, ResponseError};
use shared_types::ErrorCode;

/// The header that a foreign page can't send.
pub const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");

/// What the addresses begin with that end e-mails.
pub const ONE_CLICK: &str = "/api/v1/unsubscribe/";

/// Whether a method can change something.
pub fn is_change(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The middleware.
pub async fn same_origin<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let exempt = by_token_alone(request.headers()) || one_click(request.path(), request.headers());
    if is_change(request.method()) && request.path().starts_with("/api/") && !exempt {
        let own = request.app_data::<Data<Platform>>().map(|p| p.settings.public_url());
        if let Err(refusal) = check(request.headers(), own.as_deref().unwrap_or_default()) {
            return Ok(request.into_response(refusal.error_response()).map_into_right_body());
        }
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

/// A program with an API token, and no browser that adds its cookies.
fn by_token_alone(headers: &HeaderMap) -> bool {
    let bearer = |value: &[u8]| value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "));
    headers.get(AUTHORIZATION).is_some_and(|value| bearer(value.as_bytes())) && !headers.contains_key(COOKIE)
}

/// A mail program that ends e-mails.
fn one_click(path: &str, headers: &HeaderMap) -> bool {
    // RFC 8058 recommends the first and allows the second.
    let forms: [&[u8]; 2] = [b"multipart/form-data", b"application/x-www-form-urlencoded"];
    let form = |value: &[u8]| forms.iter().any(|form| value.to_ascii_lowercase().starts_with(form));
    path.starts_with(ONE_CLICK)
        && !headers.contains_key(COOKIE)
        && !headers.contains_key(ORIGIN)
        && headers.get(CONTENT_TYPE).is_some_and(|value| form(value.as_bytes()))
}

fn check(headers: &HeaderMap, own_origin: &str) -> Result<()> {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let refuse = |detail: &str| Err(AppError::new(ErrorCode::Csrf).detail(detail));
    if text(ORIGIN.as_str()).is_some_and(|origin| origin != own_origin) {
        return refuse("The Origin header names another site.");
    }
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return refuse("The browser says that another site sent this.");
    }
    if text(CSRF_HEADER.as_str()).is_none_or(str::is_empty) {
        return refuse("The X-CSRF-Token header is missing.");
    }
    Ok(())
}
