use crate::template;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{BytesMut, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse, delete, dev, get, put};
use audit::change_installation;
use documents::logo;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use identity::{Admin, Read, SignedIn};
use platform::files::blocking;
use platform::http::gate::after_permission;
use platform::http::{IfMatch, Json, etag, not_modified};
use platform::{AppError, Platform, Result};
use shared_types::report_template::{ReportTemplate, SetReportTemplate};
use shared_types::{ErrorCode, Problem};

/// The bytes of a picture, read when the permission is known. What it is says its content, later.
#[derive(Debug)]
pub(super) struct LogoBody(Vec<u8>);

impl FromRequest for LogoBody {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let mut payload = payload.take();
        after_permission(request, async move {
            match essence.as_str() {
                "image/png" | "image/jpeg" => {}
                "image/svg+xml" => return Err(AppError::new(ErrorCode::UnsupportedType).detail(logo::LogoFault::Svg.to_string())),
                _ => return Err(AppError::new(ErrorCode::UnsupportedType).detail("Send the picture as image/png or image/jpeg.")),
            }
            let mut body = BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|error| AppError::new(ErrorCode::Malformed).cause(error.to_string()))?;
                if body.len() + chunk.len() > logo::MOST_BYTES {
                    return Err(AppError::new(ErrorCode::TooLarge).detail("A logo has at most 512 KiB."));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Self(body.to_vec()))
        })
    }
}

/// The bytes of the logo, for the document.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
struct LogoBytes(#[expect(dead_code, reason = "stands for its schema")] Vec<u8>);

/// What the installation puts on its reports.
#[utoipa::path(operation_id = "get_report_template", tag = "reports", extensions(("x-role" = json!("admin"))),
    responses(
        (status = 200, body = ReportTemplate),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator")))]
#[get("/report-template")]
pub(super) async fn get_report_template(platform: Data<Platform>, _admin: Admin) -> Result<HttpResponse> {
    let template = template::load(platform.db.read()).await?;
    Ok(platform::http::object(HttpResponse::Ok(), template.version, &template))
}

/// Change the name and the texts that the installation puts on its reports. Plain text: an empty line parts paragraphs. Reports that were made stay as they are.
#[utoipa::path(operation_id = "set_report_template", tag = "reports", extensions(("x-role" = json!("admin"))),
    params(("If-Match" = String, Header, description = "The version that you know")),
    request_body = SetReportTemplate,
    responses(
        (status = 200, body = ReportTemplate),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A field is not valid, or a kind is named twice"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[put("/report-template")]
pub(super) async fn set_report_template(
    platform: Data<Platform>,
    Admin(who): Admin,
    known: IfMatch,
    Json(body): Json<SetReportTemplate>,
) -> Result<HttpResponse> {
    let template =
        change_installation(&platform, who.actor(), move |door| Box::pin(async move { template::set(door, body, &known).await }))
            .await?;
    Ok(platform::http::object(HttpResponse::Ok(), template.version, &template))
}

/// Set the logo of reports: PNG or JPEG by its content, at most 512 KiB and 2,000 by 2,000 pixels. It is decoded, made small enough for a report, and kept as PNG without what is not a pixel.
#[utoipa::path(operation_id = "set_report_logo", tag = "reports", extensions(("x-role" = json!("admin"))),
    params(("If-Match" = String, Header, description = "The version of the template that you know")),
    request_body(content = Vec<u8>, content_type = "image/png", description = "The picture, as image/png or image/jpeg"),
    responses(
        (status = 200, body = ReportTemplate),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "More than 512 KiB"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Another type; SVG is a program as much as a picture"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The content is no such picture, is damaged, or has too many pixels"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[put("/report-template/logo")]
pub(super) async fn set_report_logo(
    platform: Data<Platform>,
    Admin(who): Admin,
    known: IfMatch,
    body: LogoBody,
) -> Result<HttpResponse> {
    let read = blocking(move || Ok(logo::read(&body.0))).await?;
    let logo = read.map_err(|fault| AppError::new(ErrorCode::FileRefused).detail(fault.to_string()))?;
    let template = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { template::set_logo(door, Some(logo), &known).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), template.version, &template))
}

/// Take the logo away.
#[utoipa::path(operation_id = "remove_report_logo", tag = "reports", extensions(("x-role" = json!("admin"))),
    params(("If-Match" = String, Header, description = "The version of the template that you know")),
    responses(
        (status = 200, body = ReportTemplate),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not an administrator"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is none"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else saved first"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "If-Match is missing")))]
#[delete("/report-template/logo")]
pub(super) async fn remove_report_logo(platform: Data<Platform>, Admin(who): Admin, known: IfMatch) -> Result<HttpResponse> {
    let template = change_installation(&platform, who.actor(), move |door| {
        Box::pin(async move { template::set_logo(door, None, &known).await })
    })
    .await?;
    Ok(platform::http::object(HttpResponse::Ok(), template.version, &template))
}

/// The logo of reports, as everybody who is signed in sees it on them.
#[utoipa::path(operation_id = "get_report_logo", tag = "reports", extensions(("x-role" = json!("signed_in")), ("x-scope" = json!("read"))),
    responses(
        (status = 200, content_type = "image/png", body = LogoBytes),
        (status = 304, description = "Unchanged"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is none")))]
#[get("/report-template/logo")]
pub(super) async fn get_report_logo(
    platform: Data<Platform>,
    _who: SignedIn<Read>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let logo = template::load(platform.db.read()).await?.logo.ok_or_else(AppError::not_found)?;
    if let Some(unchanged) = not_modified(&request, &logo.sha256) {
        return Ok(unchanged);
    }
    let bytes = template::picture(platform.db.read(), &logo.sha256).await?.ok_or_else(AppError::not_found)?;
    Ok(etag::tagged(HttpResponse::Ok(), &logo.sha256).content_type("image/png").body(bytes))
}
