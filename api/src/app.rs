//! The HTTP application.

use crate::{client, document, health};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, Error};
use identity::Identity;
use platform::Platform;
use platform::http::{context, csrf, headers, limits};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt, scope};
use utoipa_swagger_ui::SwaggerUi;

/// What every worker of the server shares.
#[derive(Clone)]
pub struct State {
    /// Database, clock, chance, settings.
    pub platform: Data<Platform>,
    /// Keys and password threads.
    pub identity: Data<Identity>,
}

/// The application with all its operations.
pub fn build(
    state: State,
) -> App<
    impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<impl MessageBody>, Error = Error, InitError = ()>,
> {
    let (app, api) = App::new()
        .app_data(state.platform)
        .app_data(state.identity)
        .into_utoipa_app()
        .openapi(document::Head::openapi())
        .configure(operations)
        .split_for_parts();
    app.service(SwaggerUi::new("/api/docs/{_:.*}").url("/api/openapi.json", document::finish(api)))
        .service(client::redirect_to_docs)
        .default_service(actix_web::web::to(client::serve))
        // The last one wrapped is the first to see a request.
        .wrap(from_fn(csrf::same_origin))
        .wrap(from_fn(limits::rate_limits))
        .wrap(from_fn(headers::security_headers))
        .wrap(from_fn(context::request_context))
}

/// Every operation, feature by feature.
fn operations(config: &mut ServiceConfig) {
    let v1 = scope("/api/v1")
        .configure(identity::configure)
        .configure(systems::configure)
        .configure(controls::configure)
        .configure(tasks::configure)
        .configure(evidence::configure)
        .configure(notifications::configure)
        .configure(reports::configure);
    config.service(health::healthz).service(health::readyz).service(v1);
}

/// The OpenAPI document, without a database or a server.
pub fn openapi() -> OpenApi {
    let (_app, api) = App::new().into_utoipa_app().openapi(document::Head::openapi()).configure(operations).split_for_parts();
    document::finish(api)
}
