// Both operations write past the door of `audit`: that somebody has read a notice is that person's own bookmark. It changes
// nothing about a system or the installation, so it is no row of the log, and no revision that would make every list be sent again.

use super::list::Which;
use crate::queries;
use crate::service::change_head;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use identity::{SignedIn, Write};
use platform::http::Query;
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
    let (id, now, user) = (path.into_inner(), platform.clock.now(), who.user());
    let found = platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                let found = queries::mark_read(tx, &who, id, now).await?;
                if found {
                    change_head(tx, user).await?;
                }
                Ok(found)
            })
        })
        .await?;
    platform.live.wake([user]).await;
    if found { Ok(HttpResponse::NoContent().finish()) } else { Err(AppError::not_found()) }
}

/// Mark all notifications as read, or those of some kinds or of a system.
#[utoipa::path(operation_id = "read_all_notifications", tag = "notifications", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("write"))),
    params(Which),
    responses(
        (status = 204, description = "Read"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[post("/notifications/read-all")]
pub(super) async fn read_all_notifications(
    platform: Data<Platform>,
    who: SignedIn<Write>,
    Query(which): Query<Which>,
) -> Result<HttpResponse> {
    let (now, user, filter) = (platform.clock.now(), who.user(), which.filter()?);
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                if queries::mark_all_read(tx, &who, &filter, now).await? > 0 {
                    change_head(tx, user).await?;
                }
                Ok(())
            })
        })
        .await?;
    platform.live.wake([user]).await;
    Ok(HttpResponse::NoContent().finish())
}
