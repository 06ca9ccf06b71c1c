//! The permissions that a handler takes as arguments. Without one there is no data.

use crate::{Account, Identity, cookies, queries};
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev};
use audit::Actor;
use futures_util::future::LocalBoxFuture;
use platform::http::csrf::{CSRF_HEADER, is_change};
use platform::http::gate::Gate;
use platform::{AppError, Platform, Result};
use shared_types::{ErrorCode, SessionId, UserId};

/// Somebody with a live session. On a change the CSRF token of the session was compared, too.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session with its user.
    pub account: Account,
}

impl SignedIn {
    /// The user.
    pub fn user(&self) -> UserId {
        UserId(self.account.user_id)
    }

    /// The session.
    pub fn session(&self) -> SessionId {
        SessionId(self.account.session_id)
    }

    /// The user as the one who acts in this request.
    pub fn actor(&self) -> Actor {
        Actor::user(self.user())
    }
}

/// Somebody with a live session, even if the installation demands a second factor that they have not set up in time. Only what
/// leads to setting one up, and out again, takes this.
#[derive(Debug, Clone)]
pub struct EvenUnenrolled(pub SignedIn);

impl FromRequest for EvenUnenrolled {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let (request, gate) = (request.clone(), Gate::close(request));
        Box::pin(async move {
            let who = live(&request).await?;
            gate.open();
            Ok(Self(who))
        })
    }
}

impl FromRequest for SignedIn {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let (request, gate) = (request.clone(), Gate::close(request));
        Box::pin(async move {
            let who = signed_in(&request).await?;
            gate.open();
            Ok(who)
        })
    }
}

/// Finds the live session of a request: for other permission extractors, which open the gate themselves. Somebody whose time to set
/// up a second factor is over is refused (403).
pub async fn signed_in(request: &HttpRequest) -> Result<SignedIn> {
    let who = live(request).await?;
    if who.account.second_factor_overdue {
        return Err(AppError::new(ErrorCode::SecondFactorRequired));
    }
    Ok(who)
}

async fn live(request: &HttpRequest) -> Result<SignedIn> {
    let unauthenticated = || AppError::new(ErrorCode::Unauthenticated);
    let missing = || AppError::internal("the application has no identity or platform data");
    let platform = request.app_data::<Data<Platform>>().ok_or_else(missing)?;
    let identity = request.app_data::<Data<Identity>>().ok_or_else(missing)?;
    // Tokens in an Authorization header are not handed out yet: refuse them plainly instead of ignoring them.
    if request.headers().contains_key(AUTHORIZATION) {
        return Err(unauthenticated());
    }
    let token = request.cookie(cookies::ACCESS).ok_or_else(unauthenticated)?;
    let now = platform.clock.now();
    let session = identity.keys.session_of(token.value(), now).ok_or_else(unauthenticated)?;
    if is_change(request.method()) {
        let given = request.headers().get(&CSRF_HEADER).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !identity.keys.csrf_matches(session, given)? {
            return Err(AppError::new(ErrorCode::Csrf).detail("The X-CSRF-Token header does not belong to this session."));
        }
    }
    let account = queries::live_session(&platform.db, session, now).await?.ok_or_else(unauthenticated)?;
    Ok(SignedIn { account })
}

/// An administrator of the installation.
#[derive(Debug, Clone)]
pub struct Admin(pub SignedIn);

impl FromRequest for Admin {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let (request, gate) = (request.clone(), Gate::close(request));
        Box::pin(async move {
            let who = signed_in(&request).await?;
            if !who.account.admin {
                return Err(AppError::new(ErrorCode::Forbidden).detail("This needs an administrator of the installation."));
            }
            gate.open();
            Ok(Self(who))
        })
    }
}
