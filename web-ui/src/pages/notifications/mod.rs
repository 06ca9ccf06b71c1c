//! What the reader was told: the centre, the choice of what to be told, and the page of an e-mail's link.

mod list;
mod preferences;
mod unsubscribe;

pub use list::NotificationsPage;
pub use preferences::PreferencesPage;
pub use unsubscribe::UnsubscribePage;

/// Where the choices stand; the kinds with their words stand there too.
const PREFERENCES: &str = "/api/v1/me/notification-preferences";
