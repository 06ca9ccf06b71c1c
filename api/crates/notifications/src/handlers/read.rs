// Both operations write past the door of `audit`: that somebody has read a notice is that person's own bookmark. It changes
// nothing about a system or the installation, so it is no row of the log, and no revision that would make every list be sent again.

use crate::queries;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use identity::{SignedIn, Write};
use platform::{AppError, Platform, Result};
use shared_types::{NotificationId, Problem};

/// Mark a notification as read. Doing it again changes nothing.
#[utoipa::path(operation_id = "read_notification", tag = "notifications", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("write"))),
    params(("notification" = NotificationId, Path, description = "The notification")),
    responses(
        (status = 204, description = "Read"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such notification, or not yours")))]
#[post("/notifications/{notification}/read")]
pub(super) async fn read_notification(
    platform: Data<Platform>,
    who: SignedIn<Write>,
    path: Path<NotificationId>,
) -> Result<HttpResponse> {
    let (id, now) = (path.into_inner(), platform.clock.now());
    let found = platform.db.write(move |tx| Box::pin(async move { queries::mark_read(tx, &who, id, now).await })).await?;
    if found { Ok(HttpResponse::NoContent().finish()) } else { Err(AppError::not_found()) }
}

/// Mark all notifications as read.
#[utoipa::path(operation_id = "read_all_notifications", tag = "notifications", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("write"))),
    responses(
        (status = 204, description = "Read"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[post("/notifications/read-all")]
pub(super) async fn read_all_notifications(platform: Data<Platform>, who: SignedIn<Write>) -> Result<HttpResponse> {
    let now = platform.clock.now();
    platform.db.write(move |tx| Box::pin(async move { queries::mark_all_read(tx, &who, now).await })).await?;
    Ok(HttpResponse::NoContent().finish())
}
