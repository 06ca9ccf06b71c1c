//! The API of sign-in, sessions and users.

mod administration;
mod email;
mod installation;
mod invitations;
mod locks;
mod me;
mod passkey_proofs;
mod passkeys;
mod password;
mod second_factor;
mod second_factor_policy;
mod session;
mod sessions;
mod setup;
mod step_up;
mod tokens;
mod users;

use crate::service::{OpenedSession, Origin};
use crate::{Account, Identity, cookies, devices, features, queries};
use actix_web::cookie::Cookie;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use chrono::Duration;
use platform::http::Routes;
use platform::http::client_address;
use platform::settings::MailBackend;
use platform::{AppError, Platform, Result};
use shared_types::identity::SessionInfo;
use shared_types::operation::Feature;
use shared_types::{SessionId, UserId};
use uuid::Uuid;

/// Adds the operations.
pub fn configure(config: &mut impl Routes) {
    config
        .service(setup::setup_state)
        .service(setup::set_up)
        .service(session::sign_in)
        .service(session::sign_in_second_step)
        .service(passkey_proofs::begin_second_step_passkey)
        .service(passkey_proofs::sign_in_with_passkey)
        .service(session::get_session)
        .service(session::refresh)
        .service(session::sign_out)
        .service(step_up::step_up)
        .service(passkey_proofs::begin_step_up_passkey)
        .service(passkey_proofs::step_up_with_passkey)
        .service(passkeys::list_passkeys)
        .service(passkeys::begin_passkey)
        .service(passkeys::add_passkey)
        .service(passkeys::rename_passkey)
        .service(passkeys::remove_passkey)
        .service(second_factor::get_second_factor)
        .service(second_factor::begin_second_factor)
        .service(second_factor::confirm_second_factor)
        .service(second_factor::renew_backup_codes)
        .service(second_factor::turn_off_second_factor)
        .service(second_factor_policy::get_second_factor_policy)
        .service(second_factor_policy::set_second_factor_policy)
        .service(installation::list_features)
        .service(installation::set_feature)
        .service(installation::list_settings)
        .service(locks::unlock_user)
        .service(locks::reset_second_factor)
        .service(me::me)
        .service(me::update_me)
        .service(invitations::accept_invitation)
        .service(invitations::renew_invitation)
        .service(users::list_users)
        .service(users::invite_user)
        .service(tokens::list_api_tokens)
        .service(tokens::create_api_token)
        .service(tokens::revoke_api_token)
        .service(tokens::list_user_tokens)
        .service(tokens::revoke_user_token)
        .service(sessions::list_my_sessions)
        .service(sessions::end_my_other_sessions)
        .service(sessions::end_my_session)
        .service(sessions::list_user_sessions)
        .service(sessions::end_user_sessions)
        .service(sessions::end_user_session)
        .service(administration::change_user)
        .service(administration::list_admin_requests)
        .service(administration::decide_admin_request)
        .service(password::ask_password_reset)
        .service(password::reset_password)
        .service(password::change_password)
        .service(email::ask_email_change)
        .service(email::confirm_email_change)
        .service(email::ask_email_code)
        .service(email::verify_email);
}

/// Where a request comes from, for the session's row.
pub fn origin(request: &HttpRequest) -> Origin {
    let user_agent =
        request.headers().get("user-agent").and_then(|v| v.to_str().ok()).map(|text| text.chars().take(200).collect());
    let device = request.cookie(cookies::DEVICE).and_then(|cookie| devices::token(cookie.value()));
    Origin { address: client_address(request).map(|address| address.to_string()), user_agent, device }
}

/// Whether invitations are mailed, and out of the house.
async fn is_mailed(platform: &Platform) -> Result<bool> {
    let out = platform.settings.mail.backend == MailBackend::Smtp;
    Ok(out && features::is_on(platform.db.read(), Feature::MailedInvitations).await?)
}

/// The session's state for the client.
async fn session_info(platform: &Platform, identity: &Identity, account: &Account) -> Result<SessionInfo> {
    let settings = &platform.settings.session;
    Ok(SessionInfo {
        user: queries::me(&platform.db, account).await?,
        csrf_token: identity.keys.csrf_token(SessionId(account.session_id))?,
        access_expires_at: platform.clock.now() + Duration::minutes(i64::from(settings.access_minutes)),
        session_expires_at: account.expires_at.min(account.idle_expires_at),
    })
}

/// A session's state and its cookies.
pub(crate) async fn session_cookies(
    platform: &Platform,
    identity: &Identity,
    session: SessionId,
    user: UserId,
    refresh: Option<String>,
) -> Result<(SessionInfo, Vec<Cookie<'static>>)> {
    let now = platform.clock.now();
    let account = queries::live_session(&platform.db, session, now).await?;
    let account = account.ok_or_else(|| AppError::new(shared_types::ErrorCode::Unauthenticated))?;
    let info = session_info(platform, identity, &account).await?;
    let jti: Uuid = platform.rng.id(&platform.clock)?;
    let access = identity.keys.access_token(session, user, jti, now, info.access_expires_at)?;
    let mut set = vec![cookies::live(cookies::ACCESS, access, now, info.access_expires_at)];
    set.extend(refresh.map(|refresh| cookies::live(cookies::REFRESH, refresh, now, account.idle_expires_at)));
    Ok((info, set))
}

/// Answers with both.
async fn with_cookies(
    platform: &Platform,
    identity: &Identity,
    mut response: HttpResponseBuilder,
    session: SessionId,
    user: UserId,
    refresh: Option<String>,
) -> Result<HttpResponse> {
    let (info, set) = session_cookies(platform, identity, session, user, refresh).await?;
    for cookie in set {
        response.cookie(cookie);
    }
    Ok(response.json(info))
}

/// The same for a session that has just been opened.
async fn signed_in(
    platform: &Platform,
    identity: &Identity,
    mut response: HttpResponseBuilder,
    user: UserId,
    opened: OpenedSession,
) -> Result<HttpResponse> {
    let now = platform.clock.now();
    response.cookie(cookies::lax(cookies::DEVICE, opened.device, now, now + Duration::days(devices::DAYS)));
    with_cookies(platform, identity, response, opened.id, user, Some(opened.refresh)).await
}
