use crate::SingleSignOn;
use actix_web::get;
use actix_web::web::{Data, Json as Answer};
use platform::Platform;
use shared_types::single_sign_on::SingleSignOnState;

/// Has this installation a single sign-on, and what stands on its button? Says nothing of whether the provider answers.
#[utoipa::path(operation_id = "single_sign_on_state", tag = "single sign-on", security(()), extensions(("x-role" = json!("anonymous"))),
    responses((status = 200, body = SingleSignOnState)))]
#[get("/single-sign-on")]
pub(super) async fn single_sign_on_state(platform: Data<Platform>, sso: Data<SingleSignOn>) -> Answer<SingleSignOnState> {
    let label = sso.0.as_ref().map(|_| platform.settings.single_sign_on.label.trim().to_owned());
    Answer(SingleSignOnState { label })
}
