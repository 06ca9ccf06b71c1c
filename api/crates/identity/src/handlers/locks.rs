use crate::{Admin, SteppedUp, lockout, queries, second_factor};
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{delete, post};
use audit::{Door, change_installation};
use platform::{AppError, Platform, Result};
use shared_types::identity::User;
use shared_types::{Problem, UserId};

/// The user as changed.
async fn changed(door: &Door<'_>, user: UserId) -> Result<User> {
    Ok(queries::user(door.tx, user, door.now).await?.ok_or_else(AppError::not_found)?.into())
}

/// End the lock of an account before its time.
#[utoipa::path(operation_id = "unlock_user", tag = "people", extensions(("x-role" = json!("admin")), ("x-step-up" = json!(true))),
    params(("user" = UserId, Path, description = "The user")),
    responses(
        (status = 200, body = User),
        (status = 403, body = Problem, content_type = "application/problem+json",
            description = "Not an administrator; `step_up_required`: prove first that it is you"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such user"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not locked")))]
#[post("/users/{user}/unlock")]
pub(super) async fn unlock_user(
    platform: Data<Platform>,
    SteppedUp(admin): SteppedUp<Admin>,
    user: Path<UserId>,
) -> Result<Answer<User>> {
    let user = user.into_inner();
    let unlocked = change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move {
            changed(door, user).await?;
            lockout::unlock(door, user).await?;
            changed(door, user).await
        })
    })
    .await?;
    Ok(Answer(unlocked))
}

/// Remove somebody's second factor: the phone is lost. All of that person's sessions end, and the next sign-in needs the password alone
/// until they set one up again.
#[utoipa::path(operation_id = "reset_second_factor", tag = "people", extensions(("x-role" = json!("admin")), ("x-step-up" = json!(true))),
    params(("user" = UserId, Path, description = "The user")),
    responses(
        (status = 200, body = User),
        (status = 403, body = Problem, content_type = "application/problem+json",
            description = "Not an administrator; `step_up_required`: prove first that it is you"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such user"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "There is none, or it is one's own")))]
#[delete("/users/{user}/second-factor")]
pub(super) async fn reset_second_factor(
    platform: Data<Platform>,
    SteppedUp(admin): SteppedUp<Admin>,
    user: Path<UserId>,
) -> Result<Answer<User>> {
    let user = user.into_inner();
    if user == admin.0.user() {
        return Err(AppError::conflict("This is your own: turn it off or replace it under your account."));
    }
    let reset = change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move {
            changed(door, user).await?;
            second_factor::reset(door, user).await?;
            changed(door, user).await
        })
    })
    .await?;
    Ok(Answer(reset))
}
