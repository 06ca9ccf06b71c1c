use crate::queries::{self, SystemsQuery};
use crate::{Manager, NewSystem, SystemMember, Viewer, service};
use actix_web::web::{Data, Json as Answer};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use audit::{change_installation, change_system};
use identity::{Admin, Administer, Read, SignedIn};
use platform::http::{IfMatch, Json, Query, etag, not_modified};
use platform::idempotency::IdempotencyKey;
use platform::page::PageRequest;
use platform::{Platform, Result};
use serde::Deserialize;
use shared_types::systems::{CreateSystem, System, UpdateSystem};
use shared_types::{Page, Problem, SystemId};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which systems.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SystemFilter {
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// From the page before.
    cursor: Option<String>,
    /// Part of the name or the organisation.
    q: Option<String>,
    /// Only archived ones, or only the others.
    archived: Option<bool>,
}

/// The systems that you see, by name.
#[utoipa::path(operation_id = "list_systems", tag = "systems", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("read"))),
    params(SystemFilter),
    responses(
        (status = 200, body = Page<System>),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No live session")))]
#[get("/systems")]
pub(super) async fn list_systems(
    platform: Data<Platform>,
    who: SignedIn<Read>,
    Query(filter): Query<SystemFilter>,
) -> Result<Answer<Page<System>>> {
    let filters = (&filter.q, &filter.archived);
    let request = PageRequest::<(String, Uuid)>::parse(filter.limit, filter.cursor.as_deref(), &filters)?;
    let query = SystemsQuery {
        reader: who.user(),
        admin: who.account.admin,
        archived: filter.archived,
        q: filter.q.as_deref(),
        from: request.cursor.as_ref().map(|cursor| cursor.k.clone()),
        backwards: request.backwards(),
        limit: request.fetch(),
    };
    let rows = queries::systems(&platform.db, query).await?;
    Ok(Answer(request.page(rows, None, |row| (row.name.clone(), row.id), System::from)?))
}

/// Create a system from a rule pack. Its controls appear, and you become its manager.
#[utoipa::path(operation_id = "create_system", tag = "systems", extensions(("x-role" = json!("admin")), ("x-scope" = json!("admin"))),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key with the same request answers as the first time")),
    request_body = CreateSystem,
    responses(
        (status = 201, body = System),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request")))]
#[post("/systems")]
pub(super) async fn create_system(
    platform: Data<Platform>,
    admin: Admin<Administer>,
    key: IdempotencyKey,
    Json(body): Json<CreateSystem>,
) -> Result<HttpResponse> {
    let (user, inner) = (admin.0.user(), Platform::clone(&platform));
    let system = change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move {
            if let Some(before) = key.replay::<System>(door.tx, user, &body).await? {
                return Ok(before);
            }
            let new = NewSystem { request: body.clone(), demo: false };
            let id = service::create_system(door, &inner, new).await?;
            let system = System::from(queries::system(door.tx, id, user).await?);
            key.keep(door.tx, user, &body, &system, door.now).await?;
            Ok(system)
        })
    })
    .await?;
    let location = format!("/api/v1/systems/{}", system.id);
    let mut response = HttpResponse::Created();
    response.insert_header(("Location", location));
    Ok(platform::http::object(response, system.version, &system))
}

/// One system.
#[utoipa::path(operation_id = "get_system", tag = "systems", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = System),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("")]
pub(super) async fn get_system(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let row = queries::system(platform.db.read(), member.scope.system, member.scope.user).await?;
    let tag = row.version.to_string();
    Ok(not_modified(&request, &tag).unwrap_or_else(|| etag::tagged(HttpResponse::Ok(), &tag).json(System::from(row))))
}

/// Change a system.
#[utoipa::path(operation_id = "update_system", tag = "systems", extensions(("x-role" = json!("manager")), ("x-scope" = json!("admin"))),
    params(("system" = SystemId, Path, description = "The system"), ("If-Match" = String, Header, description = "The version that you know")),
    request_body = UpdateSystem,
    responses(
        (status = 200, body = System),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not a manager"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Archived"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[patch("")]
pub(super) async fn update_system(
    platform: Data<Platform>,
    member: SystemMember<Manager, Administer>,
    known: IfMatch,
    Json(body): Json<UpdateSystem>,
) -> Result<HttpResponse> {
    let id = member.scope.system;
    let system = change_system(&platform, member.actor(), id, move |door| {
        Box::pin(async move { service::update_system(door, id, body, &known).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), system.version, &system))
}
