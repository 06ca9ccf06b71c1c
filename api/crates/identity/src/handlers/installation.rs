use crate::{Admin, SteppedUp, features};
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{get, put};
use audit::change_installation;
use platform::http::Json;
use platform::{AppError, Platform, Result};
use shared_types::Problem;
use shared_types::operation::{Feature, FeatureState, Features, SetFeature, SettingsInEffect};

/// What can be turned off and on while the installation runs, and where it stands.
#[utoipa::path(operation_id = "list_features", tag = "operation", extensions(("x-role" = json!("admin"))),
    responses(
        (status = 200, body = Features),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/features")]
pub(super) async fn list_features(platform: Data<Platform>, _admin: Admin) -> Result<Answer<Features>> {
    Ok(Answer(Features { items: features::states(platform.db.read()).await? }))
}

/// Turn a feature off or on, at once on every instance. What it covers answers 403 `feature_off` while it is off. The last one to write
/// decides: no If-Match.
#[utoipa::path(operation_id = "set_feature", tag = "operation",
    extensions(("x-role" = json!("admin")), ("x-step-up" = json!(true))),
    params(("feature" = Feature, Path, description = "Which")),
    request_body = SetFeature,
    responses(
        (status = 200, body = FeatureState),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json",
            description = "Not an administrator; `step_up_required`: prove first that it is you"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such feature")))]
#[put("/features/{feature}")]
pub(super) async fn set_feature(
    platform: Data<Platform>,
    SteppedUp(admin): SteppedUp<Admin>,
    feature: Path<String>,
    Json(body): Json<SetFeature>,
) -> Result<Answer<FeatureState>> {
    let feature = Feature::parse(&feature).ok_or_else(AppError::not_found)?;
    let state = change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move { features::set(door, feature, body.enabled).await })
    })
    .await?;
    Ok(Answer(state))
}

/// The settings in effect, of the process that answers: value, and whether it comes from the defaults, a file or the environment. Of a
/// secret only whether it is set.
#[utoipa::path(operation_id = "list_settings", tag = "operation", extensions(("x-role" = json!("admin"))),
    responses(
        (status = 200, body = SettingsInEffect),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/settings")]
pub(super) async fn list_settings(platform: Data<Platform>, _admin: Admin) -> Result<Answer<SettingsInEffect>> {
    Ok(Answer(SettingsInEffect { items: platform.settings.in_effect.clone() }))
}
