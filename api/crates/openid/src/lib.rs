//! An OpenID Connect provider (Entra ID, Okta, Keycloak and their like), asked who somebody is: the authorization code flow with PKCE.
//!
//! A leaf crate: the protocol's library is large, and a change to accounts or sign-in must not compile it again. It knows no
//! database and no account; what follows from the answer is decided by the crate `single-sign-on`.
//!
//! - `provider.rs`: [`Provider`], the two halves of a round; `known.rs`: what the provider says of itself, kept for a while
//! - `secrets.rs`: [`Secrets`], which tie the halves together; `person.rs`: [`Person`], the answer
//! - `http.rs`: how it is reached
//!
//! Architecture Invariant: nothing is read from the network before somebody wants to sign in. A provider that is down when the
//! service starts, or later, closes its own door only.
//!
//! Architecture Invariant: what a provider writes is never shown. It goes to the log; people get words of ours.

mod http;
mod known;
mod person;
mod provider;
mod secrets;

pub use person::{Groups, Person};
pub use provider::{Ask, Provider, ProviderError};
pub use secrets::Secrets;
