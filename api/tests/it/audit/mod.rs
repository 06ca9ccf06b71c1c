//! Integration tests of audit.
