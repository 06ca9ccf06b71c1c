//! Integration tests of controls.
