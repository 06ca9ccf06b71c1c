//! The API of webhooks. All of it is for managers in person: a webhook carries what the system holds to the outside.

mod change;
mod deliveries;
mod list;

use platform::http::Routes;

/// Adds the operations of a system: their paths go on from `/systems/{system}`.
pub fn configure_system(config: &mut impl Routes) {
    config
        .service(list::list_webhooks)
        .service(change::create_webhook)
        .service(change::update_webhook)
        .service(change::delete_webhook)
        .service(change::renew_webhook_secret)
        .service(deliveries::test_webhook)
        .service(deliveries::list_webhook_deliveries)
        .service(deliveries::replay_webhook_delivery)
        .service(deliveries::replay_webhook_since);
}
