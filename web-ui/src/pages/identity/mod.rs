//! Signing in, setting up, joining, the account, and the people of the installation.

mod account;
mod invite;
mod join;
mod outside;
mod password;
mod people;
mod person;
mod person_acts;
mod requests;
mod second_factor;
mod second_step;
mod sessions;
mod setup;
mod sign_in;
mod tokens;

pub use account::{AccountPage, ZoneList};
pub use join::JoinPage;
pub use people::PeoplePage;
pub use second_factor::MustEnrolPage;
pub use second_step::SecondStep;
pub use setup::SetupPage;
pub use sign_in::SignInPage;
