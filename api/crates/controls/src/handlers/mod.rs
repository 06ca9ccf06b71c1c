//! The API of controls, findings and score.

mod list;
mod score;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the operations.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list::list_controls).service(score::get_score).service(score::list_score_history);
}
