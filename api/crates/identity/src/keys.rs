//! The keys of the installation, and the two kinds of token that they make.

use crate::second_factor::SecondFactorKeys;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use platform::{AppError, Platform, Result, key_file};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use shared_types::{SessionId, UserId};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// What an access token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sid: Uuid,
    sub: Uuid,
    jti: Uuid,
    iat: i64,
    exp: i64,
}

/// Keys of access tokens, CSRF tokens and second factors, all derived from the session key.
pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    csrf: [u8; 32],
    pub(crate) second_factor: SecondFactorKeys,
}

impl Keys {
    /// Derives them from the session key.
    pub fn load(platform: &Platform) -> Result<Self> {
        let key = session_key(platform)?;
        let access = derive(key.as_bytes(), b"cmmc-tracker access token v1")?;
        let csrf = derive(key.as_bytes(), b"cmmc-tracker csrf token v1")?;
        let second_factor = SecondFactorKeys::derive(key.as_bytes())?;
        Ok(Self { encoding: EncodingKey::from_secret(&access), decoding: DecodingKey::from_secret(&access), csrf, second_factor })
    }

    /// A signed token that names a session.
    pub fn access_token(
        &self,
        session: SessionId,
        user: UserId,
        jti: Uuid,
        now: DateTime<Utc>,
        expires: DateTime<Utc>,
    ) -> Result<String> {
        let claims = Claims { sid: session.0, sub: user.0, jti, iat: now.timestamp(), exp: expires.timestamp() };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map_err(AppError::internal)
    }

    /// The session that a token names, if it is ours and not expired.
    pub(crate) fn session_of(&self, token: &str, now: DateTime<Utc>) -> Option<SessionId> {
        let mut validation = Validation::new(Algorithm::HS256);
        // The library would ask the machine's clock; expiry is checked below against ours.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation).ok()?.claims;
        (claims.exp > now.timestamp()).then_some(SessionId(claims.sid))
    }

    /// The CSRF token of a session.
    pub fn csrf_token(&self, session: SessionId) -> Result<String> {
        derive(&self.csrf, session.0.as_bytes()).map(hex::encode)
    }

    /// Compares a CSRF token in constant time.
    pub(crate) fn csrf_matches(&self, session: SessionId, token: &str) -> Result<bool> {
        Ok(self.csrf_token(session)?.as_bytes().ct_eq(token.as_bytes()).into())
    }
}

/// The session key: of the settings or its file; the local profile makes one at the first start.
pub(crate) fn session_key(platform: &Platform) -> Result<String> {
    let session = &platform.settings.session;
    let key = key_file::load(platform, session.key.expose(), session.key_file.as_deref(), "session.key")?;
    if key.len() < 32 {
        return Err(AppError::internal("the session key is shorter than 32 characters"));
    }
    Ok(key)
}

/// A key for one purpose: knowing it tells nothing about the others.
pub(crate) fn derive(key: &[u8], label: &[u8]) -> Result<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(AppError::internal)?;
    mac.update(label);
    Ok(mac.finalize().into_bytes().into())
}
