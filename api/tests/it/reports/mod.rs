//! Integration tests of reports.
