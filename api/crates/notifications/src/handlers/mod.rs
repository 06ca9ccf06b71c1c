//! The API of notifications.

mod list;
mod preferences;
mod read;
mod stream;
mod unsubscribe;

use platform::http::Routes;

/// Adds the operations.
pub fn configure(config: &mut impl Routes) {
    config
        .service(list::list_notifications)
        .service(list::count_unread_notifications)
        .service(stream::stream_notifications)
        .service(read::read_notification)
        .service(read::read_all_notifications)
        .service(preferences::get_notification_preferences)
        .service(preferences::update_notification_preferences)
        .service(unsubscribe::open_unsubscribe_link)
        .service(unsubscribe::show_unsubscribe_link)
        .service(unsubscribe::unsubscribe);
}
