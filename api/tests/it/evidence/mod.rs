//! Integration tests of evidence.
