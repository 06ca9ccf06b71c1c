//! `Idempotency-Key`: the same key with the same request is answered as the first time.
//!
//! The row is written in the transaction of the work itself, so a key is either unused or has its answer. Bodies with secrets
//! are never stored: operations that answer with a secret don't take a key.

use crate::http::gate::after_permission;
use crate::{AppError, Result, Tx};
use actix_web::{FromRequest, HttpRequest, dev};
use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use shared_types::{ErrorCode, FieldCode, UserId};

/// The key of a request, if it has one, with the path that it was sent to.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(Option<(String, String)>);

impl FromRequest for IdempotencyKey {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let key = match request.headers().get("idempotency-key").map(|value| value.to_str()) {
            None => Ok(Self(None)),
            Some(Ok(key)) if !key.is_empty() && key.len() <= 255 => Ok(Self(Some((key.to_owned(), request.path().to_owned())))),
            Some(_) => Err(AppError::invalid("Idempotency-Key", FieldCode::BadFormat, "1 to 255 visible characters")),
        };
        after_permission(request, async move { key })
    }
}

#[derive(FromQueryResult)]
struct Stored {
    request_hash: String,
    answer: String,
}

impl IdempotencyKey {
    fn hash(path: &str, request: &impl Serialize) -> Result<String> {
        let body = serde_json::to_vec(request).map_err(AppError::internal)?;
        Ok(hex::encode(Sha256::new().chain_update(path).chain_update([0]).chain_update(body).finalize()))
    }

    /// The answer that this key was given before; call after taking the write door, so that two at once can't both miss it.
    pub async fn replay<T: DeserializeOwned>(&self, tx: &Tx, user: UserId, request: &impl Serialize) -> Result<Option<T>> {
        let Some((key, path)) = &self.0 else { return Ok(None) };
        let sql = "SELECT request_hash, answer FROM idempotency_keys WHERE user_id = $1 AND key = $2";
        let found = crate::db::rows::<Stored>(tx, sql, [user.0.into(), key.as_str().into()]).await?;
        let Some(stored) = found.into_iter().next() else { return Ok(None) };
        if stored.request_hash != Self::hash(path, request)? {
            return Err(AppError::new(ErrorCode::IdempotencyMismatch));
        }
        serde_json::from_str(&stored.answer).map(Some).map_err(AppError::internal)
    }

    /// Keeps the answer for the next time.
    pub async fn keep(
        &self,
        tx: &Tx,
        user: UserId,
        request: &impl Serialize,
        answer: &impl Serialize,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let Some((key, path)) = &self.0 else { return Ok(()) };
        let answer = serde_json::to_string(answer).map_err(AppError::internal)?;
        let sql = "INSERT INTO idempotency_keys (user_id, key, request_hash, answer, created_at) VALUES ($1, $2, $3, $4, $5)";
        let values = [user.0.into(), key.as_str().into(), Self::hash(path, request)?.into(), answer.into(), now.into()];
        tx.execute_raw(crate::db::bind(tx.get_database_backend(), sql, values)).await?;
        Ok(())
    }
}
