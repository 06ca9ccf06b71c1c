//! Systems: the list, a new one, its members, its settings.

mod add_member;
mod list;
mod members;
mod new;
mod people;
mod settings;

pub use list::SystemsPage;
pub use members::MembersPage;
pub use new::NewSystemPage;
pub use people::{member_choices, named, use_members};
pub use settings::SettingsPage;

use crate::api::{Api, ApiError};
use crate::session::Session;
use shared_types::identity::Me;

/// Reads the reader's systems again: one was added, renamed, archived or left.
pub async fn renew_me(api: Api, session: Session) -> Result<(), ApiError> {
    let me = api.get::<Me>("/api/v1/me").await?;
    session.set_me(me);
    Ok(())
}
