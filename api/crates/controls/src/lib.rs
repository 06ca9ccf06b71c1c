//! Controls, findings and score.
