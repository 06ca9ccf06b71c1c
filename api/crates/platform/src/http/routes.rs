//! Where a feature puts its operations: into the router that serves, or into the OpenAPI document. One list for both, so that no
//! operation can be in one and not in the other.

use actix_web::dev::HttpServiceFactory;
use actix_web::web;
use utoipa_actix_web::OpenApiFactory;
use utoipa_actix_web::service_config::ServiceConfig as Document;

/// Takes operations. A worker's router takes them without writing the document, whose pieces are megabytes for each worker.
pub trait Routes {
    /// Adds an operation.
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self;
}

impl Routes for web::ServiceConfig {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self {
        web::ServiceConfig::service(self, operation)
    }
}

impl Routes for Document<'_> {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self {
        Document::service(self, operation)
    }
}
