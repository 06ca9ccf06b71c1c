//! The one-time link of the first start: whoever holds it becomes the first administrator. There is no default password.

use crate::features;
use crate::service::token_hash;
use audit::{Door, Event};
use platform::db::{execute, rows};
use platform::settings::MailBackend;
use platform::{AppError, Platform, Result};
use sea_orm::FromQueryResult;
use shared_types::ErrorCode;
use shared_types::identity::SetupState;
use subtle::ConstantTimeEq;

#[derive(FromQueryResult)]
struct Row {
    done: bool,
    demo: bool,
    setup_token_hash: Option<String>,
}

const ROW: &str = "SELECT setup_completed_at IS NOT NULL AS done, demo, setup_token_hash FROM installation WHERE id = 1";

/// Whether the first administrator is still awaited.
pub async fn setup_state(platform: &Platform) -> Result<SetupState> {
    let row = platform.db.row::<Row>(ROW, []).await?.ok_or_else(|| AppError::internal("the installation has no row"))?;
    let mail = platform.settings.mail.backend == MailBackend::Smtp;
    Ok(SetupState { required: !row.done, demo: row.demo, mail, features: features::enabled(&platform.db).await? })
}

/// While the first administrator is awaited: a new token for the link, which replaces the one before.
pub async fn issue_setup_token(platform: &Platform) -> Result<Option<String>> {
    if !setup_state(platform).await?.required {
        return Ok(None);
    }
    let token = platform.rng.token()?;
    let hash = token_hash(&token);
    platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                let sql = "UPDATE installation SET setup_token_hash = $1 WHERE id = 1 AND setup_completed_at IS NULL";
                execute(tx, sql, [hash.into()]).await
            })
        })
        .await?;
    Ok(Some(token))
}

/// Uses the link up.
pub(crate) async fn complete(door: &mut Door<'_>, token: &str) -> Result<()> {
    let row = rows::<Row>(door.tx, ROW, []).await?.into_iter().next().ok_or_else(AppError::not_found)?;
    let given = token_hash(token);
    let good = row.setup_token_hash.is_some_and(|hash| bool::from(hash.as_bytes().ct_eq(given.as_bytes())));
    if row.done || !good {
        return Err(AppError::new(ErrorCode::BadToken));
    }
    let sql = "UPDATE installation SET setup_completed_at = $1, setup_token_hash = NULL WHERE id = 1";
    execute(door.tx, sql, [door.now.into()]).await?;
    door.record(Event::without_object("installation.set_up", "installation"));
    Ok(())
}
