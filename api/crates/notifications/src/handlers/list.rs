use crate::kinds;
use crate::queries::{self, Filter};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use identity::{Read, SignedIn};
use platform::http::query::several_of;
use platform::http::{Query, etag, not_modified};
use platform::page::PageRequest;
use platform::{Platform, Result};
use serde::Deserialize;
use shared_types::notifications::{Notification, UnreadNotifications};
use shared_types::{Page, Problem, SystemId};
use utoipa::IntoParams;

/// Which part of the notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct NotificationPage {
    /// Kinds, separated by commas, such as `task.assigned,task.mentioned`.
    kind: Option<String>,
    /// Of this system.
    system: Option<SystemId>,
    /// true: those that wait to be read; false: the others.
    unread: Option<bool>,
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// From the page before or after.
    cursor: Option<String>,
}

/// Of which notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Kinds, separated by commas, such as `task.assigned,task.mentioned`; all if absent.
    kind: Option<String>,
    /// Of this system.
    system: Option<SystemId>,
}

impl Which {
    /// The filter; a kind that there is not is refused.
    pub(super) fn filter(self) -> Result<Filter> {
        Ok(Filter { kinds: kinds_of(self.kind.as_deref())?, system: self.system, unread: None })
    }
}

fn kinds_of(text: Option<&str>) -> Result<Vec<String>> {
    several_of("kind", text, |name| kinds::find(name).map(|kind| kind.name.to_owned()))
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
    let NotificationPage { kind, system, unread, limit, cursor } = query;
    let filter = Filter { kinds: kinds_of(kind.as_deref())?, system, unread };
    let page = PageRequest::<i64>::parse(limit, cursor.as_deref(), &filter)?;
    let rows = queries::notifications(&platform.db, &who, &filter, &page).await?;
    let page = page.page(rows, None, |row| row.sequence, Notification::from)?;
    // A person's notifications have no revision: the tag is that of what is shown.
    let tag = etag::tag(&page)?;
    Ok(not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(page)))
}

/// How many notifications wait to be read.
#[utoipa::path(operation_id = "count_unread_notifications", tag = "notifications", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("read"))),
    params(Which),
    responses(
        (status = 200, body = UnreadNotifications),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/notifications/unread")]
pub(super) async fn count_unread_notifications(
    platform: Data<Platform>,
    who: SignedIn<Read>,
    Query(which): Query<Which>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let count = UnreadNotifications { unread: queries::unread(&platform.db, &who, &which.filter()?).await? };
    let tag = etag::tag(&count)?;
    Ok(not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(count)))
}
