//! The API of this feature.

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the operations.
pub fn configure(config: &mut ServiceConfig) {
    let _ = config;
}
