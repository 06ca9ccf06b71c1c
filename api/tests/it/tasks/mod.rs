//! Integration tests of tasks.
