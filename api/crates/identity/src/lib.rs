//! Sign-in, users and sessions.
