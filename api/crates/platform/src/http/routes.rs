//! Where a feature puts its operations: into the router that serves, or into the OpenAPI document. One list for both, so that no
//! operation can be in one and not in the other.

use actix_web::dev::HttpServiceFactory;
use actix_web::web;
use utoipa_actix_web::OpenApiFactory;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig as Document;

/// Takes operations. A worker's router takes them without writing the document, whose pieces are megabytes for each worker.
pub trait Routes {
    /// Adds an operation.
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self;

    /// Adds the operations of a part, whose paths go on from `prefix`. The router looks at the prefix once, and then for little more than
    /// words: with the whole path in each of them it would try two hundred expressions, and keep them in memory for each worker.
    fn within<P: Part>(&mut self, prefix: &'static str) -> &mut Self;
}

/// Operations below one path.
pub trait Part {
    /// Adds them.
    fn configure(config: &mut impl Routes);
}

impl Routes for web::ServiceConfig {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self {
        web::ServiceConfig::service(self, operation)
    }

    fn within<P: Part>(&mut self, prefix: &'static str) -> &mut Self {
        web::ServiceConfig::service(self, web::scope(prefix).configure(|config| P::configure(config)))
    }
}

impl Routes for Document<'_> {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self {
        Document::service(self, operation)
    }

    fn within<P: Part>(&mut self, prefix: &'static str) -> &mut Self {
        Document::service(self, scope(prefix).configure(|config| P::configure(config)))
    }
}
