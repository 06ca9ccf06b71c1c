//! The HTTP application.

use crate::{client, document, health, published};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{App, Error};
use identity::Identity;
use platform::Platform;
use platform::http::operations::Operations;
use platform::http::{Part, Routes, context, csrf, head, headers, limits};
use seals::SealKey;
use single_sign_on::SingleSignOn;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt, scope};

/// What every worker of the server shares.
#[derive(Clone)]
pub struct State {
    /// Database, clock, chance, settings.
    pub platform: Data<Platform>,
    /// Keys and password threads.
    pub identity: Data<Identity>,
    /// The single sign-on provider, if there is one.
    pub single_sign_on: Data<SingleSignOn>,
    /// The key that signs seals.
    pub seal_key: Data<SealKey>,
}

/// The application with all its operations.
pub fn build(
    state: State,
) -> App<
    impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<impl MessageBody>, Error = Error, InitError = ()>,
> {
    App::new()
        .app_data(state.platform)
        .app_data(state.identity)
        .app_data(Data::new(Operations::new(published::operation_names())))
        .app_data(state.single_sign_on)
        .app_data(state.seal_key)
        .service(health::healthz)
        .service(health::readyz)
        .service(web::scope("/api/v1").configure(features))
        .service(published::publish)
        .service(published::show)
        .service(published::redirect)
        .default_service(web::to(client::serve))
        // The last one wrapped is the first to see a request.
        .wrap(from_fn(head::head_as_get))
        .wrap(from_fn(csrf::same_origin))
        .wrap(from_fn(limits::rate_limits))
        .wrap(from_fn(headers::security_headers))
        .wrap(from_fn(context::request_context))
}

/// Every operation, feature by feature. The router tries them in this order, so what is asked most comes first.
fn features(config: &mut impl Routes) {
    config.within::<System>("/systems/{system}");
    systems::configure(config);
    reports::configure(config);
    seals::configure(config);
    notifications::configure(config);
    jobs::configure(config);
    identity::configure(config);
    single_sign_on::configure(config);
}

/// What belongs to one system.
struct System;

impl Part for System {
    fn configure(config: &mut impl Routes) {
        controls::configure_system(config);
        reports::configure_system(config);
        tasks::configure_system(config);
        evidence::configure_system(config);
        seals::configure_system(config);
        systems::configure_system(config);
        webhooks::configure_system(config);
    }
}

/// The OpenAPI document, without a database or a server.
pub fn openapi() -> OpenApi {
    let app = App::new().into_utoipa_app().openapi(document::Head::openapi());
    let app = app.service(health::healthz).service(health::readyz).service(scope("/api/v1").configure(|config| features(config)));
    let (_app, api) = app.split_for_parts();
    document::finish(api)
}
