//! What is read of a person's passkeys.

use chrono::{DateTime, Utc};
use platform::Result;
use platform::db::rows;
use sea_orm::{ConnectionTrait, FromQueryResult};
use shared_types::passkeys::{Passkey, Transport};
use shared_types::{PasskeyId, UserId};
use uuid::Uuid;
use webauthn::Known;

/// A passkey as stored; what is binary in base64url.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Row {
    pub id: Uuid,
    pub credential_id: String,
    pub public_key: String,
    pub state: String,
    pub transports: String,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub suspended_at: Option<DateTime<Utc>>,
}

impl Row {
    /// As its owner sees it.
    pub fn passkey(self) -> Passkey {
        let Self { id, name, created_at, last_used_at, suspended_at, .. } = self;
        Passkey { id: PasskeyId(id), name, created_at, last_used_at, suspended_at }
    }

    /// As the browser names it to an authenticator.
    pub fn known(&self) -> Known {
        let transports = self.transports.split(' ').filter_map(Transport::parse).collect();
        Known { id: self.credential_id.clone(), transports }
    }
}

/// All passkeys of a person, the oldest first.
pub(super) async fn stored(connection: &impl ConnectionTrait, user: UserId) -> Result<Vec<Row>> {
    let sql = "SELECT id, credential_id, public_key, state, transports, name, created_at, last_used_at, suspended_at FROM passkeys \
               WHERE user_id = $1 ORDER BY created_at, id";
    rows(connection, sql, [user.0.into()]).await
}

/// A person's passkeys, the oldest first.
pub(crate) async fn passkeys_of(connection: &impl ConnectionTrait, user: UserId) -> Result<Vec<Passkey>> {
    Ok(stored(connection, user).await?.into_iter().map(Row::passkey).collect())
}

#[derive(FromQueryResult)]
struct Any {
    id: Uuid,
}

/// Whether a person has a passkey, suspended ones included: what is under suspicion must not lower the bar to the password alone.
pub(crate) async fn is_any(connection: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    let sql = "SELECT id FROM passkeys WHERE user_id = $1 LIMIT 1";
    Ok(rows::<Any>(connection, sql, [user.0.into()]).await?.iter().any(|row| !row.id.is_nil()))
}
