//! The way back: does the answer belong to a round of this browser, and whom does the provider mean?

use crate::handlers::refusal;
use crate::rounds::{self, Purpose, Round};
use audit::{Actor, Event, change_installation};
use openid::{Person, Provider, ProviderError, Secrets};
use platform::{AppError, Platform, Result};
use serde_json::json;
use shared_types::ErrorCode;
use subtle::ConstantTimeEq;

/// What the provider put into the address.
#[derive(Debug, Default)]
pub(crate) struct Back {
    state: String,
    code: Option<String>,
    error: Option<String>,
    issuer: Option<String>,
}

impl Back {
    /// Reads the query of the address.
    pub fn of(query: &str) -> Self {
        let mut back = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "state" => back.state = value.into_owned(),
                "code" => back.code = Some(value.into_owned()),
                "error" => back.error = Some(value.into_owned()),
                "iss" => back.issuer = Some(value.into_owned()),
                _ => {}
            }
        }
        back
    }
}

/// Why a round failed before anybody was known.
pub(crate) enum Stop {
    /// A word of ours for the log, and what the person is told.
    Because(&'static str, ErrorCode),
    /// Something broke on our side.
    Broken(AppError),
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        Self::Broken(error)
    }
}

const FAILED: ErrorCode = ErrorCode::SingleSignOnFailed;

/// Takes up the round that the browser's token and the provider's answer belong to. From there on it is spent.
pub(crate) async fn round_of(platform: &Platform, token: Option<&str>, back: &Back) -> Result<(Round, Secrets), Stop> {
    let token = token.ok_or(Stop::Because("no_cookie", FAILED))?;
    let secrets = Secrets::of(token)?;
    if !bool::from(secrets.state.as_bytes().ct_eq(back.state.as_bytes())) {
        return Err(Stop::Because("state", FAILED));
    }
    let round = rounds::take(platform, token).await?.ok_or(Stop::Because("no_round", FAILED))?;
    Ok((round, secrets))
}

/// Whom the provider means by its answer.
pub(crate) async fn person_of(
    platform: &Platform,
    provider: &Provider,
    round: &Round,
    secrets: &Secrets,
    back: Back,
) -> Result<Person, Stop> {
    if back.issuer.is_some_and(|issuer| issuer != platform.settings.single_sign_on.issuer) {
        return Err(Stop::Because("issuer", FAILED));
    }
    match back.error.as_deref() {
        Some("access_denied") => return Err(Stop::Because("cancelled", ErrorCode::SingleSignOnCancelled)),
        Some(_) => return Err(Stop::Because("provider_error", FAILED)),
        None => {}
    }
    let code = back.code.ok_or(Stop::Because("no_code", FAILED))?;
    let since = (round.purpose != Purpose::SignIn).then_some(round.begun_at);
    provider.finish(secrets, code, since).await.map_err(|error| {
        tracing::warn!("single sign-on: {error}");
        let cause = if matches!(error, ProviderError::Unavailable(_)) { "unavailable" } else { "not_believed" };
        Stop::Because(cause, refusal(error).code())
    })
}

/// Records that a round failed before anybody was known.
pub(crate) async fn record(platform: &Platform, cause: &'static str) -> Result<()> {
    change_installation(platform, Actor::anonymous(), move |door| {
        Box::pin(async move {
            door.record(Event::without_object("single_sign_on.refused", "session").details(json!({ "cause": cause })));
            Ok(())
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::Back;

    #[test]
    fn the_address_is_read() {
        let back = Back::of("code=a%2Bb&state=s&iss=https%3A%2F%2Fx&other=1");
        assert_eq!((back.code.as_deref(), back.state.as_str(), back.issuer.as_deref()), (Some("a+b"), "s", Some("https://x")));
        assert!(back.error.is_none());
        assert_eq!(Back::of("").state, "");
    }
}
