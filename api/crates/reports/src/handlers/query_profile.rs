use actix_web::get;
use actix_web::web::{Data, Json as Answer};
use identity::Admin;
use platform::db::Measured;
use platform::{Platform, Result};
use shared_types::Problem;
use shared_types::operation::{QueryProfile, QueryTiming};

/// How often the database is asked what, and how long it takes. Of the process that answers, since it started: with several, each
/// has its own. Statements are counted under the operation or the job that they belong to, or a narrower name.
#[utoipa::path(operation_id = "get_query_profile", tag = "operation", extensions(("x-role" = json!("admin")), ("x-scope" = json!("never"))),
    responses(
        (status = 200, body = QueryProfile),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/query-profile")]
pub(super) async fn get_query_profile(platform: Data<Platform>, _admin: Admin) -> Result<Answer<QueryProfile>> {
    let items = platform.db.profile().measured().iter().map(timing).collect();
    Ok(Answer(QueryProfile { since: platform.started_at, slow_ms: platform.settings.database.slow_query_ms, items }))
}

fn timing(measured: &Measured) -> QueryTiming {
    let &Measured { name, count, min, total, max, slow } = measured;
    let avg_us = total.checked_div(count).unwrap_or(0);
    QueryTiming { name: name.to_owned(), count, min_us: min, avg_us, max_us: max, total_us: total, slow }
}
