//! Signing in, setting up, joining, the account, and the people of the installation.

mod account;
mod invite;
mod join;
mod outside;
mod password;
mod people;
mod setup;
mod sign_in;

pub use account::{AccountPage, ZoneList};
pub use join::JoinPage;
pub use people::PeoplePage;
pub use setup::SetupPage;
pub use sign_in::SignInPage;
