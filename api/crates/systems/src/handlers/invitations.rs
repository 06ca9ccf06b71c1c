use crate::{Manager, SystemMember, invitations};
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use audit::change_installation;
use identity::Administer;
use platform::http::Json;
use platform::{Platform, Result};
use shared_types::systems::{InviteMember, Member};
use shared_types::{Problem, SystemId};

/// Invite somebody who may have no account yet. They are a member at once, and are mailed: a link that sets the first password, or
/// that they are a member now.
#[utoipa::path(operation_id = "invite_member", tag = "members", extensions(("x-role" = json!("manager")), ("x-scope" = json!("admin"))),
    params(("system" = SystemId, Path, description = "The system")),
    request_body = InviteMember,
    responses(
        (status = 201, body = Member),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager; `feature_off`: turned off in this installation"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "A member already, or the system is archived")))]
#[post("/invitations")]
pub(super) async fn invite_member(
    platform: Data<Platform>,
    member: SystemMember<Manager, Administer>,
    Json(body): Json<InviteMember>,
) -> Result<HttpResponse> {
    let (id, inner) = (member.scope.system, Platform::clone(&platform));
    let added = change_installation(&platform, member.actor(), move |door| {
        Box::pin(async move { invitations::invite(door, &inner, id, body).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Created(), added.version, &added))
}
