use crate::preferences;
use actix_web::web::{Data, Json as Answer};
use actix_web::{get, patch};
use audit::{Event, change_installation};
use identity::{Read, SignedIn};
use platform::clock::is_time_zone;
use platform::db::execute;
use platform::http::Json;
use platform::{AppError, Platform, Result};
use shared_types::notifications::{NotificationPreferences, UpdateNotificationPreferences};
use shared_types::{FieldCode, Problem};

/// What you are told and how: every kind of notification, with your choice.
#[utoipa::path(operation_id = "get_notification_preferences", tag = "notifications", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("read"))),
    responses(
        (status = 200, body = NotificationPreferences),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/me/notification-preferences")]
pub(super) async fn get_notification_preferences(
    platform: Data<Platform>,
    who: SignedIn<Read>,
) -> Result<Answer<NotificationPreferences>> {
    Ok(Answer(preferences::read(&platform.db, who.user()).await?))
}

/// Change what you are told. Kinds that are not named stay as they are; what concerns the safety of your account can't be turned off.
#[utoipa::path(operation_id = "update_notification_preferences", tag = "notifications", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    request_body = UpdateNotificationPreferences,
    responses(
        (status = 200, body = NotificationPreferences),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[patch("/me/notification-preferences")]
pub(super) async fn update_notification_preferences(
    platform: Data<Platform>,
    who: SignedIn,
    Json(body): Json<UpdateNotificationPreferences>,
) -> Result<Answer<NotificationPreferences>> {
    let UpdateNotificationPreferences { digest_hour, time_zone, kinds } = body;
    if digest_hour.is_some_and(|hour| hour > 23) {
        return Err(AppError::invalid("/digest_hour", FieldCode::OutOfRange, "from 0 to 23"));
    }
    if let Some(zone) = time_zone.as_ref().filter(|zone| !is_time_zone(zone.as_str())) {
        return Err(AppError::invalid("/time_zone", FieldCode::NotFound, format!("there is no time zone {zone}")));
    }
    let (kinds, user) = (preferences::check(kinds)?, who.user());
    change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move {
            if let Some(hour) = digest_hour {
                preferences::set_digest_hour(door, user, hour).await?;
            }
            if let Some(zone) = &time_zone {
                let sql =
                    "UPDATE users SET time_zone = $1, updated_at = $2, version = version + 1 WHERE id = $3 AND time_zone IS NULL";
                execute(door.tx, sql, [zone.as_str().into(), door.now.into(), user.0.into()]).await?;
            }
            for (kind, set) in &kinds {
                preferences::set(door.tx, user, kind, set.in_app, set.email).await?;
            }
            let kinds: Vec<_> = kinds.into_iter().map(|(_, set)| set).collect();
            let details = serde_json::json!({ "digest_hour": digest_hour, "time_zone": time_zone, "kinds": kinds });
            door.record(Event::new("user.update_notifications", "user", user).details(details));
            Ok(())
        })
    })
    .await?;
    Ok(Answer(preferences::read(&platform.db, user).await?))
}
