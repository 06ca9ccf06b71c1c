//! Tasks and their confirmation.
