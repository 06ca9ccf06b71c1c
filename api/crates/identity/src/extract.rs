//! The permissions that a handler takes as arguments. Without one there is no data.

use crate::scopes::{Scope, SessionOnly};
use crate::tokens::{self, Bearer};
use crate::{Account, Identity, cookies, queries};
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev};
use audit::Actor;
use futures_util::future::LocalBoxFuture;
use platform::db::named;
use platform::http::csrf::{CSRF_HEADER, is_change};
use platform::http::gate::Gate;
use platform::{AppError, Platform, Result};
use shared_types::{ErrorCode, SessionId, UserId};
use std::marker::PhantomData;

/// Somebody with a live session, or with an API token of the demanded scope. On a change by a session its CSRF token was
/// compared, too.
#[derive(Debug, Clone)]
pub struct SignedIn<S = SessionOnly> {
    /// The user, with the session or the token.
    pub account: Account,
    /// The token, where there is no session.
    token: Option<Bearer>,
    demand: PhantomData<S>,
}

impl<S> SignedIn<S> {
    /// The user.
    pub fn user(&self) -> UserId {
        UserId(self.account.user_id)
    }

    /// The user as the one who acts in this request.
    pub fn actor(&self) -> Actor {
        Actor::user(self.user()).by_token(self.token.as_ref().map(|token| token.id.0))
    }

    /// Whether a program acts, by an API token.
    pub fn by_token(&self) -> bool {
        self.token.is_some()
    }

    /// Refuses, as if there were nothing, a token that is bound to another system than this; to none where there is no system.
    pub fn reaches(&self, system: Option<shared_types::SystemId>) -> Result<()> {
        let bound = self.token.as_ref().and_then(|token| token.system);
        if bound.is_none() || bound == system { Ok(()) } else { Err(AppError::not_found()) }
    }
}

impl SignedIn<SessionOnly> {
    /// The session. There is always one: no token gets here.
    pub fn session(&self) -> SessionId {
        SessionId(self.account.session_id)
    }
}

/// The same, even if the installation demands a second factor that the person has not set up in time. Only what leads to setting
/// one up, and out again, takes this.
#[derive(Debug, Clone)]
pub struct EvenUnenrolled<S = SessionOnly>(pub SignedIn<S>);

impl<S: Scope> FromRequest for EvenUnenrolled<S> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let (request, gate) = (request.clone(), Gate::close(request));
        Box::pin(async move {
            let who = live::<S>(&request).await?;
            who.reaches(None)?;
            gate.open();
            Ok(Self(who))
        })
    }
}

impl<S: Scope> FromRequest for SignedIn<S> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let (request, gate) = (request.clone(), Gate::close(request));
        Box::pin(async move {
            let who = signed_in_for::<S>(&request).await?;
            who.reaches(None)?;
            gate.open();
            Ok(who)
        })
    }
}

/// Finds the live session of a request: for other permission extractors, which open the gate themselves. Somebody whose time to set
/// up a second factor is over is refused (403).
pub async fn signed_in(request: &HttpRequest) -> Result<SignedIn> {
    signed_in_for::<SessionOnly>(request).await
}

/// The same, or an API token of the demanded scope. Call [`SignedIn::reaches`] with what the request is about.
pub async fn signed_in_for<S: Scope>(request: &HttpRequest) -> Result<SignedIn<S>> {
    let who = live::<S>(request).await?;
    if who.account.second_factor_overdue {
        return Err(AppError::new(ErrorCode::SecondFactorRequired));
    }
    Ok(who)
}

async fn live<S: Scope>(request: &HttpRequest) -> Result<SignedIn<S>> {
    let unauthenticated = || AppError::new(ErrorCode::Unauthenticated);
    let missing = || AppError::internal("the application has no identity or platform data");
    let platform = request.app_data::<Data<Platform>>().ok_or_else(missing)?;
    let identity = request.app_data::<Data<Identity>>().ok_or_else(missing)?;
    let cookie = request.cookie(cookies::ACCESS);
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        // Which of the two is meant can't be told: a page of ours sends no such header, a program has no cookie.
        if cookie.is_some() || request.cookie(cookies::REFRESH).is_some() {
            return Err(unauthenticated().detail("Send the session's cookie or an API token, not both."));
        }
        let (account, token) = named("API token", tokens::bearer(platform, header, S::SCOPE)).await?;
        return Ok(SignedIn { account, token: Some(token), demand: PhantomData });
    }
    let now = platform.clock.now();
    let session = cookie.and_then(|cookie| identity.keys.session_of(cookie.value(), now)).ok_or_else(unauthenticated)?;
    if is_change(request.method()) {
        let given = request.headers().get(&CSRF_HEADER).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !identity.keys.csrf_matches(session, given)? {
            return Err(AppError::new(ErrorCode::Csrf).detail("The X-CSRF-Token header does not belong to this session."));
        }
    }
    let account = named("session", queries::live_session(&platform.db, session, now)).await?.ok_or_else(unauthenticated)?;
    Ok(SignedIn { account, token: None, demand: PhantomData })
}

/// Whether a session that was live when its request came still is: for answers that take long.
pub async fn is_still_live(platform: &Platform, who: &SignedIn) -> Result<bool> {
    let account = named("session", queries::live_session(&platform.db, who.session(), platform.clock.now())).await?;
    Ok(account.is_some_and(|account| !account.second_factor_overdue))
}

/// An administrator of the installation.
#[derive(Debug, Clone)]
pub struct Admin<S = SessionOnly>(pub SignedIn<S>);

impl<S: Scope> FromRequest for Admin<S> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let (request, gate) = (request.clone(), Gate::close(request));
        Box::pin(async move {
            let who = signed_in_for::<S>(&request).await?;
            who.reaches(None)?;
            if !who.account.admin {
                return Err(AppError::new(ErrorCode::Forbidden).detail("This needs an administrator of the installation."));
            }
            gate.open();
            Ok(Self(who))
        })
    }
}
