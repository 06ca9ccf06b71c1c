//! Controls, findings and score.

mod list;
