//! A password hash of yesterday's parameters is made again when its password is at hand: at a sign-in.

use crate::{Identity, hasher, recovery};
use audit::{Actor, change_installation};
use platform::{Platform, Result};
use shared_types::UserId;
use shared_types::identity::Password;

/// Makes the stored hash again if its parameters are not today's. The password was verified a moment ago.
pub(crate) async fn if_stale(
    platform: &Platform,
    identity: &Identity,
    user: UserId,
    stored: Option<&str>,
    password: &Password,
) -> Result<()> {
    let Some(before) = stored.filter(|stored| hasher::is_stale(stored)).map(str::to_owned) else { return Ok(()) };
    let hash = identity.hasher.hash(&platform.rng, password).await?;
    change_installation(platform, Actor::user(user), move |door| {
        Box::pin(async move { recovery::rehash(door, user, &before, hash).await })
    })
    .await
}
