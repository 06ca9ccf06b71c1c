//! Integration tests of jobs.
