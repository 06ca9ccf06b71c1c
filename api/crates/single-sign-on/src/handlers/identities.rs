use crate::accounts;
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, delete, get};
use audit::change_installation;
use identity::{SignedIn, SteppedUp};
use platform::{Platform, Result, page};
use shared_types::single_sign_on::LinkedIdentity;
use shared_types::{IdentityId, Page, Problem};
use systems::follow_groups;

/// The persons at the provider that your account is connected with.
#[utoipa::path(operation_id = "list_my_identities", tag = "single sign-on",
    extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never"))),
    responses(
        (status = 200, body = Page<LinkedIdentity>),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/me/identities")]
pub(super) async fn list_my_identities(platform: Data<Platform>, who: SignedIn) -> Result<Answer<Page<LinkedIdentity>>> {
    Ok(Answer(page::whole(accounts::identities_of(&platform.db, who.user()).await?)))
}

/// Remove a connection: you can no longer sign in by it. Memberships that groups gave end with it.
#[utoipa::path(operation_id = "unlink_my_identity", tag = "single sign-on",
    extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("never")), ("x-step-up" = json!(true))),
    params(("identity" = IdentityId, Path, description = "The connection")),
    responses(
        (status = 204, description = "Removed"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Prove first who you are"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such connection of yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "You could not sign in any more")))]
#[delete("/me/identities/{identity}")]
pub(super) async fn unlink_my_identity(
    platform: Data<Platform>,
    SteppedUp(who): SteppedUp<SignedIn>,
    identity: Path<IdentityId>,
) -> Result<HttpResponse> {
    let (user, identity, inner) = (who.user(), identity.into_inner(), platform.clone());
    change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move {
            accounts::unlink(door, user, identity).await?;
            follow_groups(door, &inner, user, &[], &[]).await
        })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
