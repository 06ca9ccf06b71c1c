//! Personal API tokens: `cmmc_<lookup>_<secret>`.
//!
//! The lookup part finds the row and is no secret; of the whole token only the SHA-256 is stored, and compared in constant time.

use crate::Account;
use crate::features::{self, API_TOKENS};
use crate::notices::{Notice, notice};
use crate::queries::{ACCOUNT, ACCOUNT_OF};
use crate::service::token_hash;
use actix_web::http::header::{HeaderValue, WWW_AUTHENTICATE};
use audit::{Door, Event};
use chrono::{DateTime, Duration, Utc};
use platform::db::{execute, rows};
use platform::limiter::Bucket;
use platform::{AppError, Platform, Result, Tx};
use sea_orm::FromQueryResult;
use shared_types::operation::Feature;
use shared_types::tokens::{ApiToken, CreateApiToken, CreatedApiToken, MAX_TOKEN_DAYS, TOKEN_PREFIX, TokenScope};
use shared_types::{ApiTokenId, ErrorCode, FieldCode, SystemId, UserId};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Last use is written down at most this often.
const USE_STEP: Duration = Duration::minutes(1);
/// Live tokens of one person.
const MOST: usize = 50;

/// The token of a request, found good.
#[derive(Debug, Clone)]
pub(crate) struct Bearer {
    pub id: ApiTokenId,
    pub system: Option<SystemId>,
}

#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
    hash: String,
    scopes: String,
    system_id: Option<Uuid>,
    token_expires_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
    allowed: bool,
}

/// The account behind a bearer token that lives and has the scope. An operation without a scope takes no token at all.
pub(crate) async fn bearer(platform: &Platform, header: &HeaderValue, scope: Option<TokenScope>) -> Result<(Account, Bearer)> {
    let refused = || challenge(AppError::new(ErrorCode::Unauthenticated), "Bearer error=\"invalid_token\"");
    let token = header.to_str().ok().and_then(of_header).ok_or_else(refused)?;
    let lookup = lookup_of(token).ok_or_else(refused)?;
    let now = platform.clock.now();
    // A token proves nothing anew: `revoked_at`, which is empty here, stands where a session has the times of its proofs.
    let sql = format!(
        "SELECT s.id, s.hash, s.scopes, s.system_id, s.expires_at AS token_expires_at, s.last_used_at, s.id AS session_id, \
         s.expires_at AS idle_expires_at, s.expires_at, s.revoked_at AS stepped_up_at, s.revoked_at AS provider_mfa_at, {API_TOKENS} AS allowed, {ACCOUNT} FROM api_tokens s {ACCOUNT_OF} \
         WHERE s.lookup = $1 AND s.revoked_at IS NULL AND u.deactivated_at IS NULL"
    );
    let row = platform.db.row::<Pair>(&sql, [lookup.into()]).await?.ok_or_else(refused)?;
    let Pair { found, account } = row;
    let given = token_hash(token);
    if !bool::from(given.as_bytes().ct_eq(found.hash.as_bytes())) || found.token_expires_at <= now {
        return Err(refused());
    }
    if !found.allowed {
        return Err(features::off(Feature::ApiTokens));
    }
    let id = ApiTokenId(found.id);
    platform.limiter.take(Bucket::Token, &id.to_string()).await?;
    let Some(scope) = scope else {
        return Err(AppError::new(ErrorCode::InsufficientScope).detail("No API token does this. Sign in in the browser."));
    };
    if !scopes_of(&found.scopes).contains(&scope) {
        let words = format!("This needs a token with the scope {}.", scope.as_str());
        let said = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", scope.as_str());
        return Err(challenge(AppError::new(ErrorCode::InsufficientScope).detail(words), &said));
    }
    if found.last_used_at.is_none_or(|at| now - at >= USE_STEP) {
        note_use(platform, id, now).await;
    }
    Ok((account.at(now), Bearer { id, system: found.system_id.map(SystemId) }))
}

/// A token's row and its user's, read in one statement.
struct Pair {
    found: Found,
    account: Account,
}

impl FromQueryResult for Pair {
    fn from_query_result(row: &sea_orm::QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        let found = Found::from_query_result(row, prefix)?;
        Ok(Self { found, account: Account::from_query_result(row, prefix)? })
    }
}

fn challenge(error: AppError, text: &str) -> AppError {
    match HeaderValue::from_str(text) {
        Ok(value) => error.header(WWW_AUTHENTICATE, value),
        Err(_) => error,
    }
}

/// The token of an `Authorization` header. The scheme's name has no case.
fn of_header(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The part that finds the row, with the prefix: what lists show.
fn lookup_of(token: &str) -> Option<&str> {
    let rest = token.strip_prefix(TOKEN_PREFIX)?;
    let (lookup, secret) = rest.split_once('_')?;
    (lookup.len() == 12 && lookup.bytes().all(|b| b.is_ascii_hexdigit()) && secret.len() == 43)
        .then(|| token.get(..TOKEN_PREFIX.len() + 12))
        .flatten()
}

fn scopes_of(text: &str) -> Vec<TokenScope> {
    text.split(' ').filter_map(TokenScope::parse).collect()
}

/// Past the door of `audit`: when a token was last used is no change of the installation, and no row of its log. A disk that is
/// full must not keep a program from reading, so a failure is logged and forgotten.
async fn note_use(platform: &Platform, id: ApiTokenId, now: DateTime<Utc>) {
    let sql = "UPDATE api_tokens SET last_used_at = $1 WHERE id = $2 AND (last_used_at IS NULL OR last_used_at <= $3)";
    let values = [now.into(), id.0.into(), (now - USE_STEP).into()];
    if let Err(error) = platform.db.write(move |tx| Box::pin(execute(tx, sql, values))).await {
        tracing::warn!(token = %id, cause = %error.with_cause(), "the use of an API token was not written down");
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    lookup: String,
    scopes: String,
    system_id: Option<Uuid>,
    system_name: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}

impl Row {
    fn token(self, now: DateTime<Utc>) -> ApiToken {
        let Self { id, name, lookup, scopes, system_id, system_name, created_at, expires_at, last_used_at } = self;
        ApiToken {
            id: ApiTokenId(id),
            name,
            begins_with: lookup,
            scopes: scopes_of(&scopes),
            system: system_id.map(SystemId),
            system_name,
            created_at,
            expires_at,
            last_used_at,
            expired: expires_at <= now,
        }
    }
}

const ROW: &str = "SELECT t.id, t.name, t.lookup, t.scopes, t.system_id, s.name AS system_name, t.created_at, t.expires_at, t.last_used_at \
    FROM api_tokens t LEFT JOIN systems s ON s.id = t.system_id WHERE t.user_id = $1 AND t.revoked_at IS NULL";

/// A person's tokens, the newest first; revoked ones are gone, expired ones stay for a while to be recognised.
pub(crate) async fn tokens_of(db: &platform::Db, user: UserId, now: DateTime<Utc>) -> Result<Vec<ApiToken>> {
    let found = db.rows::<Row>(&format!("{ROW} ORDER BY t.created_at DESC, t.id DESC LIMIT 200"), [user.0.into()]).await?;
    Ok(found.into_iter().map(|row| row.token(now)).collect())
}

#[derive(FromQueryResult)]
struct Seen {
    id: Uuid,
}

/// Whether a person may see a system: as a member, or as an administrator.
async fn sees(tx: &Tx, user: UserId, system: SystemId) -> Result<bool> {
    let sql = "SELECT s.id FROM systems s WHERE s.id = $1 AND (EXISTS (SELECT 1 FROM members m WHERE m.system_id = s.id \
               AND m.user_id = $2) OR EXISTS (SELECT 1 FROM users u WHERE u.id = $2 AND u.admin))";
    Ok(!rows::<Seen>(tx, sql, [system.0.into(), user.0.into()]).await?.is_empty())
}

/// Creates a token of the acting user.
pub(crate) async fn create(door: &mut Door<'_>, request: CreateApiToken) -> Result<CreatedApiToken> {
    features::demand(door.tx, Feature::ApiTokens).await?;
    let user = door.user()?;
    let CreateApiToken { name, mut scopes, system, expires_in_days } = request;
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(AppError::invalid("/scopes", FieldCode::Required, "choose at least one scope"));
    }
    if !(1..=MAX_TOKEN_DAYS).contains(&expires_in_days) {
        return Err(AppError::invalid("/expires_in_days", FieldCode::OutOfRange, format!("from 1 to {MAX_TOKEN_DAYS} days")));
    }
    if let Some(system) = system
        && !sees(door.tx, user, system).await?
    {
        return Err(AppError::invalid("/system", FieldCode::NotFound, "there is no such system, or you don't see it"));
    }
    let live = rows::<Row>(door.tx, &format!("{ROW} AND t.expires_at > $2 LIMIT 200"), [user.0.into(), door.now.into()]).await?;
    if live.len() >= MOST {
        return Err(AppError::conflict(format!("You have {MOST} live tokens. Revoke one that is not used any more.")));
    }
    let id: ApiTokenId = door.id()?;
    let lookup = format!("{TOKEN_PREFIX}{}", hex::encode(door.rng.bytes::<6>()?));
    let token = format!("{lookup}_{}", door.rng.token()?);
    let expires_at = door.now + Duration::days(i64::from(expires_in_days));
    let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    let sql = "INSERT INTO api_tokens (id, user_id, name, lookup, hash, scopes, system_id, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = [
        id.0.into(),
        user.0.into(),
        name.as_str().into(),
        lookup.into(),
        token_hash(&token).into(),
        names.join(" ").into(),
        system.map(|system| system.0).into(),
        door.now.into(),
        expires_at.into(),
    ];
    execute(door.tx, sql, values).await?;
    let details = serde_json::json!({ "scopes": names, "system": system, "expires_at": expires_at });
    door.record(Event::new("token.create", "api_token", id).details(details));
    notice(door, user, Notice::ApiTokenCreated { name: name.as_str().to_owned() }).await?;
    let row = rows::<Row>(door.tx, &format!("{ROW} AND t.id = $2"), [user.0.into(), id.0.into()]).await?.into_iter().next();
    let details = row.ok_or_else(|| AppError::internal("a token that was just made is not there"))?.token(door.now);
    Ok(CreatedApiToken { token, details })
}

/// Revokes a token of a user; 404 where there is none that could be revoked.
pub(crate) async fn revoke(door: &mut Door<'_>, user: UserId, id: ApiTokenId) -> Result<()> {
    let sql = "UPDATE api_tokens SET revoked_at = $1 WHERE id = $2 AND user_id = $3 AND revoked_at IS NULL";
    if execute(door.tx, sql, [door.now.into(), id.0.into(), user.0.into()]).await? == 0 {
        return Err(AppError::not_found());
    }
    door.record(Event::new("token.revoke", "api_token", id));
    Ok(())
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
}

/// An administrator revokes somebody's token; 404 where there is none that could be revoked. Its owner is told.
pub(crate) async fn revoke_of(door: &mut Door<'_>, user: UserId, id: ApiTokenId) -> Result<()> {
    let sql = "SELECT name FROM api_tokens WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL";
    let found = rows::<Named>(door.tx, sql, [id.0.into(), user.0.into()]).await?.into_iter().next();
    let Named { name } = found.ok_or_else(AppError::not_found)?;
    revoke(door, user, id).await?;
    notice(door, user, Notice::ApiTokenRevoked { name }).await
}

/// Revokes all tokens of a user: the account is deactivated or deleted.
pub(crate) async fn revoke_all(door: &mut Door<'_>, user: UserId) -> Result<()> {
    let sql = "UPDATE api_tokens SET revoked_at = $1 WHERE user_id = $2 AND revoked_at IS NULL RETURNING id";
    for Seen { id } in rows::<Seen>(door.tx, sql, [door.now.into(), user.0.into()]).await? {
        door.record(Event::new("token.revoke", "api_token", id));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_tokens_are_looked_up() {
        let token = format!("cmmc_0123456789ab_{}", "x".repeat(43));
        assert_eq!(lookup_of(&token), Some("cmmc_0123456789ab"));
        for bad in ["", "cmmc_", "cmmc_0123456789ab", &token[1..], &token[..60], "cmmc_0123456789aé_", &format!("{token}x")] {
            assert_eq!(lookup_of(bad), None, "{bad}");
        }
        assert_eq!(of_header("bearer  a"), Some("a"));
        assert_eq!((of_header("Basic a"), of_header("Bearer")), (None, None));
    }
}
