use crate::{Manager, SystemMember, Viewer, members, queries};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use audit::change_system;
use identity::Administer;
use platform::http::{IfMatch, Json, etag};
use platform::{Platform, Result, page};
use shared_types::systems::{AddMember, Member, UpdateMember};
use shared_types::{Page, Problem, SystemId, UserId};

/// The members of a system, by name.
#[utoipa::path(operation_id = "list_members", tag = "members", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = Page<Member>),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/members")]
pub(super) async fn list_members(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    // No 304 without reading: a member's name is not the system's, and changes without its revision.
    let rows = queries::members(&platform.db, member.scope.system).await?;
    let members = page::whole(rows.into_iter().map(Member::from).collect::<Vec<_>>());
    let tag = etag::tag(&members)?;
    Ok(platform::http::not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(members)))
}

/// Add somebody who has an account.
#[utoipa::path(operation_id = "add_member", tag = "members", extensions(("x-role" = json!("manager")), ("x-scope" = json!("admin"))),
    params(("system" = SystemId, Path, description = "The system")),
    request_body = AddMember,
    responses(
        (status = 201, body = Member),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Nobody has this address"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "A member already, or the system is archived")))]
#[post("/members")]
pub(super) async fn add_member(
    platform: Data<Platform>,
    member: SystemMember<Manager, Administer>,
    Json(body): Json<AddMember>,
) -> Result<HttpResponse> {
    let id = member.scope.system;
    let added = change_system(&platform, member.actor(), id, move |door| {
        Box::pin(async move {
            let user = members::account_of(door, &body.email).await?;
            members::add_member(door, id, user, body.role).await?;
            Ok(Member::from(queries::member(door.tx, id, user).await?))
        })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Created(), added.version, &added))
}

/// Change a member's role.
#[utoipa::path(operation_id = "update_member", tag = "members", extensions(("x-role" = json!("manager")), ("x-scope" = json!("admin"))),
    params(("system" = SystemId, Path, description = "The system"), ("user" = UserId, Path, description = "The member"),
        ("If-Match" = String, Header, description = "The version that you know")),
    request_body = UpdateMember,
    responses(
        (status = 200, body = Member),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such member"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The last manager, or archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[patch("/members/{user}")]
pub(super) async fn update_member(
    platform: Data<Platform>,
    member: SystemMember<Manager, Administer>,
    path: Path<(SystemId, UserId)>,
    known: IfMatch,
    Json(body): Json<UpdateMember>,
) -> Result<HttpResponse> {
    let (id, user) = (member.scope.system, path.into_inner().1);
    let changed = change_system(&platform, member.actor(), id, move |door| {
        Box::pin(async move {
            members::set_role(door, id, user, body.role, &known).await?;
            Ok(Member::from(queries::member(door.tx, id, user).await?))
        })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), changed.version, &changed))
}

/// End a membership. What the person did stays.
#[utoipa::path(operation_id = "remove_member", tag = "members", extensions(("x-role" = json!("manager")), ("x-scope" = json!("admin"))),
    params(("system" = SystemId, Path, description = "The system"), ("user" = UserId, Path, description = "The member"),
        ("If-Match" = String, Header, description = "The version that you know")),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such member"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The last manager, or archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/members/{user}")]
pub(super) async fn remove_member(
    platform: Data<Platform>,
    member: SystemMember<Manager, Administer>,
    path: Path<(SystemId, UserId)>,
    known: IfMatch,
) -> Result<HttpResponse> {
    let (id, user) = (member.scope.system, path.into_inner().1);
    change_system(&platform, member.actor(), id, move |door| {
        Box::pin(async move { members::remove(door, id, user, &known).await })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
