use crate::export::{csv_pieces, file_name, gather};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get};
use controls::Selection;
use futures_util::stream;
use platform::http::{Query, etag};
use platform::{AppError, Platform, Result};
use shared_types::dashboard::AssessmentExport;
use shared_types::{Problem, SystemId};
use systems::{SystemMember, Viewer};

/// The head of a download.
fn attachment(member: &SystemMember<Viewer>, tag: &str, export: &AssessmentExport, extension: &str) -> HttpResponseBuilder {
    let scope = &member.scope;
    let name = file_name(&scope.name, export.notice.is_some(), scope.today, extension);
    let mut response = etag::tagged(HttpResponse::Ok(), tag);
    response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response
}

/// The assessment as CSV for a spreadsheet: a row for each objective. Says in every row where it is a working copy.
#[utoipa::path(operation_id = "export_assessment_csv", tag = "reports", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), Selection),
    responses(
        (status = 200, body = String, content_type = "text/csv", description = "An attachment"),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/exports/assessment.csv")]
pub(super) async fn export_assessment_csv(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
    Query(selection): Query<Selection>,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let export = gather(&platform, &member.scope, &selection).await?;
    let mut response = attachment(&member, &tag, &export, "csv");
    response.insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"));
    let pieces = csv_pieces(export).map(|piece| Ok::<_, AppError>(Bytes::from(piece)));
    Ok(response.streaming(stream::iter(pieces)))
}

/// The assessment as JSON.
#[utoipa::path(operation_id = "export_assessment_json", tag = "reports", extensions(("x-role" = json!("viewer")), ("x-scope" = json!("read"))),
    params(("system" = SystemId, Path, description = "The system"), Selection),
    responses(
        (status = 200, body = AssessmentExport, description = "An attachment"),
        (status = 304, description = "Unchanged"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter is not valid"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such system, or not yours")))]
#[get("/exports/assessment.json")]
pub(super) async fn export_assessment_json(
    platform: Data<Platform>,
    member: SystemMember<Viewer>,
    request: HttpRequest,
    Query(selection): Query<Selection>,
) -> Result<HttpResponse> {
    let (tag, unchanged) = member.unchanged(&request)?;
    if let Some(response) = unchanged {
        return Ok(response);
    }
    let export = gather(&platform, &member.scope, &selection).await?;
    Ok(attachment(&member, &tag, &export, "json").json(export))
}
