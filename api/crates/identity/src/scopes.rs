//! What a handler demands of an API token, in its type. A session of the browser has every scope.
//!
//! `SignedIn<Read>` takes a session, or a token with the scope `read`. Without a scope, `SignedIn` takes a session only: what a
//! program may do is opened operation by operation, never by default.

use shared_types::tokens::TokenScope;

/// A scope as a type.
pub trait Scope: std::fmt::Debug + Clone + 'static {
    /// The scope of a token that is let in; none at all for sessions only.
    const SCOPE: Option<TokenScope>;
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $scope:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Scope for $name {
            const SCOPE: Option<TokenScope> = $scope;
        }
    )+};
}

scopes! {
    /// No token is let in: signing in, passwords, sessions, tokens, users.
    SessionOnly = None;
    /// `read`.
    Read = Some(TokenScope::Read);
    /// `write`.
    Write = Some(TokenScope::Write);
    /// `evidence:write`.
    EvidenceWrite = Some(TokenScope::EvidenceWrite);
    /// `audit:read`.
    AuditRead = Some(TokenScope::AuditRead);
    /// `admin`.
    Administer = Some(TokenScope::Admin);
}
