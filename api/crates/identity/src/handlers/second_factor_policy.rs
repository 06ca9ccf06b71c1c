use crate::{Admin, SteppedUp, second_factor};
use actix_web::web::{Data, Json as Answer};
use actix_web::{get, put};
use audit::change_installation;
use platform::http::Json;
use platform::{Platform, Result};
use shared_types::Problem;
use shared_types::second_factor::{SecondFactorPolicy, SetSecondFactorPolicy};

/// Whether everybody needs a second factor.
#[utoipa::path(operation_id = "get_second_factor_policy", tag = "second factor", extensions(("x-role" = json!("admin"))),
    responses(
        (status = 200, body = SecondFactorPolicy),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/second-factor-policy")]
pub(super) async fn get_second_factor_policy(platform: Data<Platform>, _admin: Admin) -> Result<Answer<SecondFactorPolicy>> {
    Ok(Answer(second_factor::policy(&platform.db).await?))
}

/// Demand a second factor of everybody, or no longer. Who has none when the days of grace are over may only set one up. One row that the
/// last one to write decides: no If-Match.
#[utoipa::path(operation_id = "set_second_factor_policy", tag = "second factor",
    extensions(("x-role" = json!("admin")), ("x-step-up" = json!(true))),
    request_body = SetSecondFactorPolicy,
    responses(
        (status = 200, body = SecondFactorPolicy),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json",
            description = "Not an administrator; `step_up_required`: prove first that it is you")))]
#[put("/second-factor-policy")]
pub(super) async fn set_second_factor_policy(
    platform: Data<Platform>,
    SteppedUp(admin): SteppedUp<Admin>,
    Json(body): Json<SetSecondFactorPolicy>,
) -> Result<Answer<SecondFactorPolicy>> {
    let policy = change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move { second_factor::set_policy(door, body).await })
    })
    .await?;
    Ok(Answer(policy))
}
