use crate::score;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use platform::http::Query;
use platform::page::PageRequest;
use platform::{Platform, Result};
use serde::Deserialize;
use shared_types::score::{Score, ScorePoint};
use shared_types::{Page, Problem, SystemId};
use systems::{SystemMember, Viewer};
use utoipa::IntoParams;

/// The score: its value, what it rests on, and what it means for a status.
#[utoipa::path(operation_id = "get_score", tag = "controls", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system")),
    responses(
        (status = 200, body = Score),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/score")]
pub(super) async fn get_score(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let score = score::load_score(platform.db.read(), member.scope.system).await?;
    platform.answers.keep(&tag, &score)
}

/// Which part of the history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryPage {
    /// Points of a page, 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// From the page before.
    cursor: Option<String>,
}

/// The score over time, the newest first: a point for each change that moved it.
#[utoipa::path(operation_id = "list_score_history", tag = "controls", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), HistoryPage),
    responses(
        (status = 200, body = Page<ScorePoint>),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/score/history")]
pub(super) async fn list_score_history(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
    Query(wanted): Query<HistoryPage>,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let page = PageRequest::<i64>::parse(wanted.limit, wanted.cursor.as_deref(), &())?;
    let from = page.cursor.as_ref().map(|cursor| cursor.k);
    let rows = score::history(platform.db.read(), member.scope.system, from, page.backwards(), page.fetch()).await?;
    let total = rows.first().map(|row| row.total.unsigned_abs()).or(from.is_none().then_some(0));
    let page: Page<ScorePoint> = page.page(rows, total, |row| row.revision, ScorePoint::from)?;
    platform.answers.keep(&tag, &page)
}
