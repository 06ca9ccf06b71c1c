//! The permission in the handler's type: `SystemMember<Contributor>` is somebody who may do a contributor's work in the system
//! of the path. Without one there is no scope, and without a scope no query. An API token needs the scope that the role usually
//! takes (`read` for viewers and assessors, `write` above), or the one that the handler names: `SystemMember<Manager, Administer>`.

use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use audit::Actor;
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::LocalBoxFuture;
use identity::{Permission, Read, Scope as TokenScope, SessionOnly, SignedIn, Write, signed_in_for};
use platform::http::gate::Gate;
use platform::http::{etag, not_modified};
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::systems::Role;
use shared_types::{ErrorCode, SystemId, UserId};
use std::marker::PhantomData;
use uuid::Uuid;

/// A system as one of its people may see it.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The system.
    pub system: SystemId,
    /// Its name.
    pub name: String,
    /// The person.
    pub user: UserId,
    /// The person's rights: the role, or a manager's for an administrator of the installation.
    pub role: Role,
    /// The person administers the installation.
    pub admin: bool,
    /// Raised by every change to the system: part of each list's tag.
    pub revision: i64,
    /// The zone in which the system's dates run.
    pub time_zone: String,
    /// Read-only.
    pub archived: bool,
    /// Today in that zone.
    pub today: NaiveDate,
}

/// The least role that a handler demands.
pub trait Demand: 'static {
    /// The role.
    const ROLE: Role;
    /// What an API token needs for it, unless the handler names another scope.
    type Usual: TokenScope;
}

macro_rules! demands {
    ($($(#[$doc:meta])* $name:ident = $role:ident, $usual:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Demand for $name {
            const ROLE: Role = Role::$role;
            type Usual = $usual;
        }
    )+};
}

demands! {
    /// Any member.
    Viewer = Viewer, Read;
    /// An assessor or more.
    Assessor = Assessor, Read;
    /// A contributor or more.
    Contributor = Contributor, Write;
    /// A manager.
    Manager = Manager, Write;
}

/// A member of the path's system with at least the demanded role; 404 for everyone else who is signed in, 403 for members below.
#[derive(Debug, Clone)]
pub struct SystemMember<R: Demand, S = <R as Demand>::Usual> {
    /// What queries take.
    pub scope: Scope,
    /// The session or the token.
    pub who: SignedIn<S>,
    demand: PhantomData<R>,
}

impl<R: Demand, S> SystemMember<R, S> {
    /// The member as the one who acts.
    pub fn actor(&self) -> Actor {
        self.who.actor()
    }

    /// The tag of a list or a computed answer: it changes with the system, the day (freshness is derived), the person's rights
    /// and the query.
    pub fn list_tag(&self, request: &HttpRequest) -> Result<String> {
        let Scope { system, user, role, admin, revision, today, .. } = &self.scope;
        etag::tag(&(system, user, role, admin, revision, today, request.path(), request.query_string()))
    }

    /// 304 if the client has the current list; the list itself if it is kept from an earlier request. The tag is for building it.
    pub fn unchanged(&self, request: &HttpRequest) -> Result<(String, Option<HttpResponse>)> {
        let tag = self.list_tag(request)?;
        let kept = || request.app_data::<Data<Platform>>().and_then(|platform| platform.answers.kept(&tag));
        let response = not_modified(request, &tag).or_else(kept);
        Ok((tag, response))
    }
}

// Dangerous acts within a system are a person's own: `SteppedUp<SystemMember<Manager, SessionOnly>>`.
impl<R: Demand> Permission for SystemMember<R, SessionOnly> {
    fn who(&self) -> &SignedIn {
        &self.who
    }
}

#[derive(Clone, FromQueryResult)]
struct Row {
    name: String,
    revision: i64,
    time_zone: String,
    archived_at: Option<DateTime<Utc>>,
    role: Option<String>,
}

impl<R: Demand, S: TokenScope> FromRequest for SystemMember<R, S> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let (request, gate) = (request.clone(), Gate::close(request));
        Box::pin(async move {
            let who = signed_in_for::<S>(&request).await?;
            let platform = request.app_data::<Data<Platform>>().ok_or_else(|| AppError::internal("no platform data"))?;
            let system =
                request.match_info().get("system").and_then(|id| id.parse::<Uuid>().ok()).ok_or_else(AppError::not_found)?;
            who.reaches(Some(SystemId(system)))?;
            let scope = find(platform, &who, SystemId(system)).await?;
            if !scope.role.allows(R::ROLE) {
                return Err(AppError::new(ErrorCode::Forbidden).detail(format!("This needs the role {} or higher.", R::ROLE)));
            }
            gate.open();
            Ok(Self { scope, who, demand: PhantomData })
        })
    }
}

async fn find<S>(platform: &Platform, who: &SignedIn<S>, system: SystemId) -> Result<Scope> {
    let sql = "SELECT s.name, s.revision, s.time_zone, s.archived_at, m.role FROM systems s \
               LEFT JOIN members m ON m.system_id = s.id AND m.user_id = $2 \
               WHERE s.id = $1 AND (m.user_id IS NOT NULL OR $3)";
    let admin = who.account.admin;
    let user = who.account.user_id;
    let question = if admin { "system of an administrator" } else { "system of a member" };
    let row = platform.db.row::<Row>(sql, [system.0.into(), user.into(), admin.into()]);
    let row = platform.db.known((question, system.0, user), row).await?;
    let Row { name, revision, time_zone, archived_at, role } = row.ok_or_else(AppError::not_found)?;
    let role = if admin { Some(Role::Manager) } else { role.as_deref().and_then(Role::parse) };
    Ok(Scope {
        system,
        name,
        user: who.user(),
        role: role.ok_or_else(AppError::not_found)?,
        admin,
        revision,
        today: platform.clock.today(&time_zone),
        time_zone,
        archived: archived_at.is_some(),
    })
}

/// What a person may see and do in a system now, for work that is done in the person's name without a request; none for who has lost
/// the membership or whose account is closed.
pub async fn scope_of(platform: &Platform, system: SystemId, user: UserId) -> Result<Option<Scope>> {
    let sql = "SELECT s.name, s.revision, s.time_zone, s.archived_at, m.role, u.admin FROM systems s \
               JOIN users u ON u.id = $2 AND u.deactivated_at IS NULL AND u.deleted_at IS NULL \
               LEFT JOIN members m ON m.system_id = s.id AND m.user_id = u.id \
               WHERE s.id = $1 AND (m.user_id IS NOT NULL OR u.admin)";
    let Some(row) = platform.db.row::<PersonRow>(sql, [system.0.into(), user.0.into()]).await? else { return Ok(None) };
    let PersonRow { row: Row { name, revision, time_zone, archived_at, role }, admin } = row;
    let role = if admin { Some(Role::Manager) } else { role.as_deref().and_then(Role::parse) };
    let (today, archived) = (platform.clock.today(&time_zone), archived_at.is_some());
    Ok(role.map(|role| Scope { system, name, user, role, admin, revision, time_zone, archived, today }))
}

#[derive(FromQueryResult)]
struct PersonRow {
    #[sea_orm(nested)]
    row: Row,
    admin: bool,
}
