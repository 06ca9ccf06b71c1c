use crate::stream;
use actix_web::http::header::{CONTENT_TYPE, HeaderName};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use identity::SignedIn;
use platform::{Platform, Result};
use shared_types::Problem;
use shared_types::notifications::NotificationsChanged;

/// What a browser that resumes has seen last.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Tells nginx to pass on each piece at once.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Server-sent events: something came for you, or was read. The first event tells where things stand; with `Last-Event-ID` it tells
/// what came since. It ends with the session, or when the service stops; one person has at most eight open, and a ninth
/// ends the oldest.
#[utoipa::path(operation_id = "stream_notifications", tag = "notifications", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen")),
    responses(
        (status = 200, body = NotificationsChanged, content_type = "text/event-stream",
            description = "Events named `notifications`, whose data is this object as JSON"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many requests")))]
#[get("/notifications/stream")]
pub(super) async fn stream_notifications(platform: Data<Platform>, who: SignedIn, request: HttpRequest) -> Result<HttpResponse> {
    // What is no number of ours resumes nothing: the stream begins as a new one does.
    let last = request.headers().get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok()).filter(|id: &i64| *id >= 0);
    let follower = platform.live.follow(who.user());
    let events = stream::events(platform.as_ref().clone(), who, follower, last);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((ACCEL_BUFFERING, "no"))
        .streaming(events))
}
