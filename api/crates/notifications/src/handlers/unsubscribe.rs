use crate::kinds::Kind;
use crate::unsubscribe::{kinds_of, unsubscribe as end_mails};
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, post};
use platform::{Platform, Result};
use shared_types::Problem;
use shared_types::notifications::Unsubscribed;

/// The link of an e-mail, opened in a browser: leads to the page that asks before anything is turned off.
#[utoipa::path(operation_id = "open_unsubscribe_link", tag = "notifications", extensions(("x-role" = json!("anonymous"))),
    params(("token" = String, Path, description = "From an e-mail")),
    responses((status = 303, description = "To the page, with the token in its fragment")))]
#[get("/unsubscribe/{token}")]
pub(super) async fn open_unsubscribe_link(platform: Data<Platform>, path: Path<String>) -> HttpResponse {
    let token: String = path.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let page = format!("{}/unsubscribe#token={token}", platform.settings.public_url());
    HttpResponse::SeeOther().insert_header((LOCATION, page)).finish()
}

/// What the link of an e-mail would end, for the page that asks before anything is turned off.
#[utoipa::path(operation_id = "show_unsubscribe_link", tag = "notifications", extensions(("x-role" = json!("anonymous"))),
    params(("token" = String, Path, description = "From an e-mail")),
    responses(
        (status = 200, body = Unsubscribed),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "The token is not one of ours")))]
#[get("/unsubscribe/{token}/kinds")]
pub(super) async fn show_unsubscribe_link(platform: Data<Platform>, path: Path<String>) -> Result<Answer<Unsubscribed>> {
    Ok(Answer(told(kinds_of(&platform, &path).await?)))
}

fn told(kinds: Vec<&'static Kind>) -> Unsubscribed {
    Unsubscribed { kinds: kinds.into_iter().map(|kind| kind.label.to_owned()).collect() }
}

/// End e-mails of the kinds that an e-mail told of. Mail programs send this by themselves (RFC 8058); doing it again changes nothing.
#[utoipa::path(operation_id = "unsubscribe", tag = "notifications", extensions(("x-role" = json!("anonymous"))),
    params(("token" = String, Path, description = "From an e-mail")),
    responses(
        (status = 200, body = Unsubscribed),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "The token is not one of ours")))]
#[post("/unsubscribe/{token}")]
pub(super) async fn unsubscribe(platform: Data<Platform>, path: Path<String>) -> Result<Answer<Unsubscribed>> {
    Ok(Answer(told(end_mails(&platform, &path).await?)))
}
