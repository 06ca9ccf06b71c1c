use crate::queries;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{DateTime, Utc};
use identity::{Read, SignedIn};
use platform::http::{Query, etag, not_modified};
use platform::page::PageRequest;
use platform::{Platform, Result};
use serde::Deserialize;
use shared_types::notifications::Notification;
use shared_types::{Page, Problem};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which part of the notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct NotificationPage {
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// From the page before or after.
    cursor: Option<String>,
}

/// What the product told you, newest first.
#[utoipa::path(operation_id = "list_notifications", tag = "notifications", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("read"))),
    params(NotificationPage),
    responses(
        (status = 200, body = Page<Notification>),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/notifications")]
pub(super) async fn list_notifications(
    platform: Data<Platform>,
    who: SignedIn<Read>,
    Query(query): Query<NotificationPage>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let page = PageRequest::<(DateTime<Utc>, Uuid)>::parse(query.limit, query.cursor.as_deref(), &())?;
    let rows = queries::notifications(&platform.db, &who, &page).await?;
    let page = page.page(rows, None, |row| (row.created_at, row.id), Notification::from)?;
    // A person's notifications have no revision: the tag is that of what is shown.
    let tag = etag::tag(&page)?;
    Ok(not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(page)))
}
