//! Signing in, setting up, joining, the account, and the people of the installation.

mod account;
mod change_email;
mod change_password;
mod confirm_email;
mod forgot;
mod invite;
mod join;
mod meter;
mod outside;
mod passkey_button;
mod password;
mod people;
mod person;
mod person_acts;
mod requests;
mod reset;
mod second_factor;
mod second_step;
mod sessions;
mod setup;
mod sign_in;
mod single_sign_on;
mod tokens;

pub use account::{AccountPage, ZoneList};
pub use confirm_email::ConfirmEmailPage;
pub use forgot::ForgotPasswordPage;
pub use join::JoinPage;
pub use outside::{OutsideFrame, token};
pub use passkey_button::PasskeyButton;
pub use people::PeoplePage;
pub use reset::ResetPasswordPage;
pub use second_factor::MustEnrolPage;
pub use second_step::{SecondStep, code_hint};
pub use setup::SetupPage;
pub use sign_in::SignInPage;
pub use single_sign_on::{ProveElsewhere, ProvePage, use_label};
