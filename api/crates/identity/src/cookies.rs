//! How tokens travel: in `__Host-` cookies that no script can read, never in an URL.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use chrono::{DateTime, Utc};

/// The signed access token.
pub const ACCESS: &str = "__Host-cmmc_access";
/// The opaque refresh token: the session's id and its secret.
pub const REFRESH: &str = "__Host-cmmc_refresh";

/// The state of a sign-in between password and second factor: an opaque token that opens nothing else.
pub const SECOND_STEP: &str = "__Host-cmmc_second_step";
/// What ties the way back from the single sign-on provider to the browser that set out. Lax: the way back comes from another site.
pub const SINGLE_SIGN_ON: &str = "__Host-cmmc_sso";

/// A cookie that lives until the given time and is sent when another site sends the browser here.
pub fn lax(name: &'static str, value: String, now: DateTime<Utc>, until: DateTime<Utc>) -> Cookie<'static> {
    let mut cookie = live(name, value, now, until);
    cookie.set_same_site(SameSite::Lax);
    cookie
}

/// What a browser is recognised by at its next sign-in (`devices.rs`). It opens nothing. Lax: one way to sign in comes from another site.
pub const DEVICE: &str = "__Host-cmmc_device";

/// A cookie that lives until the given time.
pub(crate) fn live(name: &'static str, value: String, now: DateTime<Utc>, until: DateTime<Utc>) -> Cookie<'static> {
    build(name, value, Duration::seconds((until - now).num_seconds().max(0)))
}

/// The cookie that removes it.
pub fn ended(name: &'static str) -> Cookie<'static> {
    build(name, String::new(), Duration::ZERO)
}

fn build(name: &'static str, value: String, max_age: Duration) -> Cookie<'static> {
    Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(SameSite::Strict).max_age(max_age).finish()
}
