use super::is_mailed;
use crate::queries::{self, UserQuery};
use crate::service::{self, NewUser, create_user};
use crate::{Admin, Administer};
use actix_web::web::{Data, Json as Answer};
use actix_web::{HttpResponse, get, post};
use audit::change_installation;
use platform::http::{Json, Query};
use platform::page::PageRequest;
use platform::{Platform, Result};
use serde::Deserialize;
use shared_types::identity::{Invitation, InviteUser, User};
use shared_types::{Page, Problem};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which users.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UserFilter {
    /// Rows of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// From the page before.
    cursor: Option<String>,
    /// Part of a name or an address.
    q: Option<String>,
    /// Only accounts that are locked now (`true`), or are not (`false`).
    locked: Option<bool>,
    /// Only people with a second factor (`true`), or without (`false`).
    second_factor: Option<bool>,
}

/// The people of the installation, by name.
#[utoipa::path(operation_id = "list_users", tag = "people", extensions(("x-role" = json!("admin")), ("x-scope" = json!("admin"))),
    params(UserFilter),
    responses(
        (status = 200, body = Page<User>),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/users")]
pub(super) async fn list_users(
    platform: Data<Platform>,
    _admin: Admin<Administer>,
    Query(filter): Query<UserFilter>,
) -> Result<Answer<Page<User>>> {
    let UserFilter { limit, cursor, q, locked, second_factor } = filter;
    let request = PageRequest::<(String, Uuid)>::parse(limit, cursor.as_deref(), &(&q, locked, second_factor))?;
    let from = request.cursor.as_ref().map(|cursor| cursor.k.clone());
    let query = UserQuery { from, backwards: request.backwards(), q, locked, second_factor, limit: request.fetch() };
    let rows = queries::users(&platform.db, platform.clock.now(), query).await?;
    Ok(Answer(request.page(rows, None, |row| (row.name.clone(), row.id), User::from)?))
}

/// Invite a person: creates the account and a link to hand over. The link is shown this once.
#[utoipa::path(operation_id = "invite_user", tag = "people", extensions(("x-role" = json!("admin")), ("x-scope" = json!("never"))),
    request_body = InviteUser,
    responses(
        (status = 201, body = Invitation),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The address is taken")))]
#[post("/users")]
pub(super) async fn invite_user(platform: Data<Platform>, admin: Admin, Json(body): Json<InviteUser>) -> Result<HttpResponse> {
    let (row, token, expires_at) = change_installation(&platform, admin.0.actor(), move |door| {
        Box::pin(async move {
            let new = NewUser { email: body.email, name: body.name, admin: false, password_hash: None };
            let user = create_user(door, new).await?;
            service::invite(door, user).await
        })
    })
    .await?;
    Ok(HttpResponse::Created().json(Invitation {
        user: row.into(),
        link: format!("/join#token={token}"),
        expires_at,
        mailed: is_mailed(&platform).await?,
    }))
}
