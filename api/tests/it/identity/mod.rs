//! Integration tests of identity.
