//! Answers a HEAD as the GET of the same path, without the body (RFC 9110, 9.3.2): what looks whether something is there or has changed asks so.
//!
//! It is the innermost middleware, so that the others, and the log, see the method that was sent.

use super::operations::Operations;
use actix_web::Error;
use actix_web::body::{BodySize, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A body that is told of and not sent.
pub struct Untold(BodySize);

impl MessageBody for Untold {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}

/// The middleware. Operations with a HEAD of their own, and what is no operation, are left as they are.
pub async fn head_as_get<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, Untold>>, Error> {
    let operations = request.app_data::<Data<Operations>>();
    let translated = *request.method() == Method::HEAD
        && request.match_pattern().is_some_and(|pattern| operations.is_some_and(|known| !known.has_head(pattern)));
    if !translated {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    request.head_mut().method = Method::GET;
    let answer = next.call(request).await?;
    // The body is dropped here: a stream of events would have no end.
    Ok(answer.map_body(|_, body| EitherBody::right(Untold(body.size()))))
}
