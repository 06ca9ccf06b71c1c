//! Step-up: dangerous acts demand that the session proved who it is a short while ago.
//!
//! A handler takes `SteppedUp<Admin>` (or `SteppedUp<SignedIn>`, ...) where it would take `Admin`, and says so in the document with
//! `("x-step-up" = json!(true))`. That is all: a session that signed in or stepped up within `session.step_up_minutes` passes, any
//! other gets 403 `step_up_required`, and the client asks, proves, and sends the same request again.

use crate::passkeys::{self, Verdict};
use crate::second_factor::{self, SecondFactorKeys};
use crate::sign_in::refusal;
use crate::{Admin, EvenUnenrolled, SignedIn, lockout};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev};
use audit::{Door, Event};
use futures_util::future::LocalBoxFuture;
use platform::db::execute;
use platform::{AppError, Platform, Result, Settings};
use shared_types::second_factor::{LockCause, OneTimeCode};
use shared_types::{ErrorCode, SessionId, UserId};

/// A permission that knows whose session it is: what [`SteppedUp`] can be put around.
pub trait Permission: FromRequest<Error = AppError, Future = LocalBoxFuture<'static, Result<Self>>> + 'static {
    /// The session.
    fn who(&self) -> &SignedIn;
}

impl Permission for SignedIn {
    fn who(&self) -> &SignedIn {
        self
    }
}

impl Permission for Admin {
    fn who(&self) -> &SignedIn {
        &self.0
    }
}

impl Permission for EvenUnenrolled {
    fn who(&self) -> &SignedIn {
        &self.0
    }
}

/// A permission whose session proved a short while ago who it is.
#[derive(Debug, Clone)]
pub struct SteppedUp<P>(pub P);

impl<P: Permission> FromRequest for SteppedUp<P> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, permission) = (request.clone(), P::from_request(request, payload));
        Box::pin(async move {
            let permission = permission.await?;
            let platform = request.app_data::<Data<Platform>>().ok_or_else(|| AppError::internal("no platform data"))?;
            let account = &permission.who().account;
            if !account.stepped_up(platform.clock.now(), platform.settings.session.step_up_minutes) {
                let how = if account.second_factor { "the second factor" } else { "the password" };
                let detail = format!("Prove that it is you: POST /api/v1/session/step-up with {how}, then send this again.");
                return Err(AppError::new(ErrorCode::StepUpRequired).detail(detail));
            }
            Ok(Self(permission))
        })
    }
}

/// What is given as proof.
pub(crate) enum Proof {
    /// The password was compared before the door: was it right?
    Password(bool),
    /// A code of the second factor.
    Code(OneTimeCode),
    /// A passkey. What its answer is worth was found out before the door.
    Passkey(Verdict),
}

/// Takes a proof. False if it is none, or the account is locked; failures count like those of a sign-in.
pub(crate) async fn prove_session(
    door: &mut Door<'_>,
    settings: &Settings,
    keys: &SecondFactorKeys,
    (session, user): (SessionId, UserId),
    proof: Proof,
) -> Result<bool> {
    let locked = lockout::is_locked(door, user).await?;
    let (good, cause, why) = match proof {
        // Somebody who has set up a second factor since can't go on with the password alone.
        Proof::Password(good) => (!locked && good && !second_factor::is_enrolled(door, user).await?, LockCause::Password, None),
        Proof::Code(code) => (!locked && second_factor::prove(door, keys, user, &code).await?, LockCause::SecondFactor, None),
        Proof::Passkey(_) if locked => (false, LockCause::SecondFactor, None),
        Proof::Passkey(verdict) => match passkeys::settle(door, user, verdict).await? {
            Ok(()) => (true, LockCause::SecondFactor, None),
            Err(why) => (false, LockCause::SecondFactor, Some(why)),
        },
    };
    if good {
        execute(door.tx, "UPDATE sessions SET stepped_up_at = $2 WHERE id = $1", [session.0.into(), door.now.into()]).await?;
        door.record(Event::new("session.step_up", "session", session));
    } else {
        door.record(Event::new("session.step_up_refused", "session", session).details(refusal(cause, why, locked)));
        lockout::count(door, &settings.lockout, Some(user), cause).await?;
    }
    Ok(good)
}
