//! The API of notifications.

mod list;
mod read;

use platform::http::Routes;

/// Adds the operations.
pub fn configure(config: &mut impl Routes) {
    config.service(list::list_notifications).service(read::read_notification).service(read::read_all_notifications);
}
