use crate::calendar::feeds::{self, events};
use crate::calendar::{Wanted, ics, read};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use audit::change_installation;
use identity::SignedIn;
use platform::http::{Json, Query, etag, not_modified};
use platform::{AppError, Platform, Result, page};
use shared_types::calendar::{Calendar, CalendarFeed, CreateCalendarFeed, CreatedCalendarFeed};
use shared_types::{CalendarFeedId, Page, Problem, SystemId};
use systems::{SystemMember, Viewer};

/// What has a day in a system: control reviews, task due dates, evidence expiry.
#[utoipa::path(operation_id = "get_calendar", tag = "calendar", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), Wanted),
    responses(
        (status = 200, body = Calendar),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/calendar")]
pub(super) async fn get_calendar(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    Query(wanted): Query<Wanted>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let calendar = read(&platform.db, &member.scope, &wanted).await?;
    platform.answers.keep(&tag, &calendar)
}

/// Your calendar feeds.
#[utoipa::path(operation_id = "list_calendar_feeds", tag = "calendar", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    responses(
        (status = 200, body = Page<CalendarFeed>),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/me/calendar-feeds")]
pub(super) async fn list_calendar_feeds(platform: Data<Platform>, who: SignedIn) -> Result<Answer<Page<CalendarFeed>>> {
    Ok(Answer(page::whole(feeds::of_person(platform.db.read(), who.user()).await?)))
}

/// Create a calendar feed. Its address is shown this once: who knows it reads the calendar.
#[utoipa::path(operation_id = "create_calendar_feed", tag = "calendar", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    request_body = CreateCalendarFeed,
    responses(
        (status = 201, body = CreatedCalendarFeed, description = "The address, shown this once"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`feature_off`: turned off in this installation"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The system is not yours"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many feeds")))]
#[post("/me/calendar-feeds")]
pub(super) async fn create_calendar_feed(
    platform: Data<Platform>,
    who: SignedIn,
    Json(body): Json<CreateCalendarFeed>,
) -> Result<HttpResponse> {
    let inner = platform.get_ref().clone();
    let made = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { feeds::create(door, &inner, body.system).await })
    })
    .await?;
    Ok(HttpResponse::Created().json(made))
}

/// Give a feed another address; the old one is dead at once.
#[utoipa::path(operation_id = "rotate_calendar_feed", tag = "calendar", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    params(("feed" = CalendarFeedId, Path, description = "The feed")),
    responses(
        (status = 200, body = CreatedCalendarFeed, description = "The new address, shown this once"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`feature_off`: turned off in this installation"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such feed, or not yours")))]
#[post("/me/calendar-feeds/{feed}/rotation")]
pub(super) async fn rotate_calendar_feed(
    platform: Data<Platform>,
    who: SignedIn,
    feed: Path<CalendarFeedId>,
) -> Result<Answer<CreatedCalendarFeed>> {
    let (inner, id) = (platform.get_ref().clone(), feed.into_inner());
    let made =
        change_installation(&platform, who.actor(), move |door| Box::pin(async move { feeds::rotate(door, &inner, id).await }))
            .await?;
    Ok(Answer(made))
}

/// Revoke a feed: its address is dead at once.
#[utoipa::path(operation_id = "revoke_calendar_feed", tag = "calendar", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    params(("feed" = CalendarFeedId, Path, description = "The feed")),
    responses(
        (status = 204, description = "Revoked"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such feed, or not yours")))]
#[delete("/me/calendar-feeds/{feed}")]
pub(super) async fn revoke_calendar_feed(
    platform: Data<Platform>,
    who: SignedIn,
    feed: Path<CalendarFeedId>,
) -> Result<HttpResponse> {
    let id = feed.into_inner();
    change_installation(&platform, who.actor(), move |door| Box::pin(async move { feeds::revoke(door, id).await })).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A calendar feed as iCalendar (RFC 5545), for programs that can send no credentials: the address itself is the secret.
#[utoipa::path(operation_id = "read_calendar_feed", tag = "calendar", extensions(("x-role" = json!("anonymous")), ("x-scope" = json!("anonymous"))),
    params(("secret" = String, Path, description = "The secret part of the address"),
        ("If-None-Match" = Option<String>, Header, description = "The entity tag that you have")),
    responses(
        (status = 200, body = String, content_type = "text/calendar", description = "The calendar"),
        (status = 304, description = "Unchanged"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`feature_off`: turned off in this installation"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such feed, or revoked")))]
#[get("/calendar-feeds/{secret}.ics")]
pub(super) async fn read_calendar_feed(
    platform: Data<Platform>,
    secret: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let feed = feeds::open(&platform.db, &secret).await?;
    let events = events(&platform.db, &feed, platform.clock.today("UTC")).await?;
    feeds::note(&platform, &feed).await;
    let name = feed.system_name.as_deref().map_or_else(|| "CMMC".to_owned(), |name| format!("CMMC: {name}"));
    let origin = platform.settings.public_url();
    let made = platform::files::blocking(move || {
        let text = ics::text(&name, &events, &origin);
        Ok::<_, AppError>((etag::tag(&text)?, text))
    });
    let (tag, text) = made.await?;
    if let Some(unchanged) = not_modified(&request, &tag) {
        return Ok(unchanged);
    }
    let mut response = etag::tagged(HttpResponse::Ok(), &tag);
    response
        .insert_header((CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "inline; filename=\"cmmc.ics\""))
        .insert_header((CACHE_CONTROL, "private, no-cache"));
    Ok(response.body(text))
}
