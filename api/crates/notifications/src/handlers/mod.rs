//! The API of notifications.

mod list;
mod read;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the operations.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list::list_notifications).service(read::read_notification).service(read::read_all_notifications);
}
