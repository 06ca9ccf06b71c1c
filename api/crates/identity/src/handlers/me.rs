use crate::{EvenUnenrolled, Read, SignedIn, queries};
use actix_web::web::{Data, Json as Answer};
use actix_web::{get, patch};
use audit::{Event, change_installation, renew_where_shown};
use platform::clock::is_time_zone;
use platform::db::execute;
use platform::http::Json;
use platform::{AppError, Platform, Result};
use shared_types::identity::{Me, UpdateMe};
use shared_types::{FieldCode, Problem};

/// The signed-in user, with the systems of the switcher.
#[utoipa::path(operation_id = "me", tag = "people", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("read"))),
    responses(
        (status = 200, body = Me),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/me")]
pub(super) async fn me(platform: Data<Platform>, EvenUnenrolled(who): EvenUnenrolled<Read>) -> Result<Answer<Me>> {
    Ok(Answer(queries::me(&platform.db, &who.account).await?))
}

/// Change one's own profile.
#[utoipa::path(operation_id = "update_me", tag = "people", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    request_body = UpdateMe,
    responses(
        (status = 200, body = Me),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[patch("/me")]
pub(super) async fn update_me(platform: Data<Platform>, who: SignedIn, Json(body): Json<UpdateMe>) -> Result<Answer<Me>> {
    if let Some(zone) = body.time_zone.as_ref().filter(|zone| !is_time_zone(zone.as_str())) {
        return Err(AppError::invalid("/time_zone", FieldCode::NotFound, format!("there is no time zone {zone}")));
    }
    let user = who.user();
    let (name, time_zone) = (body.name.map(String::from), body.time_zone.map(String::from));
    let mut account = who.account.clone();
    account.name = name.clone().unwrap_or(account.name);
    account.time_zone = time_zone.clone().or(account.time_zone);
    change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move {
            if name.is_some() {
                renew_where_shown(door, user).await?;
            }
            let sql = "UPDATE users SET name = COALESCE($1, name), time_zone = COALESCE($2, time_zone), updated_at = $3, \
                       version = version + 1 WHERE id = $4";
            execute(door.tx, sql, [name.into(), time_zone.into(), door.now.into(), user.0.into()]).await?;
            door.record(Event::new("user.update_profile", "user", user));
            Ok(())
        })
    })
    .await?;
    Ok(Answer(queries::me(&platform.db, &account).await?))
}
