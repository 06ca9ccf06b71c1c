//! Is the process alive, and can it serve?

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get};
use platform::{Platform, Result};
use shared_types::Problem;

/// Alive: answers while the process runs, whatever the database does.
#[utoipa::path(operation_id = "healthz", tag = "health", security(()), extensions(("x-role" = json!("anonymous"))),
    responses((status = 200, description = "Alive", body = inline(serde_json::Value))))]
#[get("/healthz")]
pub(crate) async fn healthz() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

/// Ready: the database answers.
#[utoipa::path(operation_id = "readyz", tag = "health", security(()), extensions(("x-role" = json!("anonymous"))),
    responses(
        (status = 200, description = "Ready", body = inline(serde_json::Value)),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The database does not answer")))]
#[get("/readyz")]
pub(crate) async fn readyz(platform: Data<Platform>) -> Result<HttpResponse> {
    platform.db.ping().await?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "status": "ready" })))
}
