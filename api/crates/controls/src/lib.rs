//! Controls, findings and score: the chain *objective finding -> requirement finding -> score*, stored and served.
//!
//! What decides is `rules`, pure. Here its input is read, and what it derives is stored in the transaction of the change: the
//! control's finding with its four counts, and a point of the score's history when the score moves.
//!
//! Architecture Invariant: a control's `finding` and counts are written by `service/store.rs` alone, from the findings of all its
//! objectives. Nobody sets progress: it is derived when read.
//!
//! - `selection.rs`: which controls of a list, and in what order; `place.rs`: numbered places of hand-written SQL
//! - `queries/`: `list.rs` rows of the list, `detail.rs` one control, `objectives.rs` its findings, `find.rs` who is meant
//! - `score.rs`: the score, its history, the board
//! - `support.rs`: which evidence supports a finding, and what falls without it
//! - `checks.rs`: what a request may say, pure
//! - `service/`: what changes; `handlers/`: the API

mod checks;
mod handlers;
mod place;
mod queries;
mod score;
mod scores;
mod selection;
mod service;
mod support;

pub use handlers::configure_system;
pub use queries::{ControlKey, ControlText, candidates, controls, objectives_by_control, resolve_control, touch_controls_of};
pub use score::{Board, load_board, load_score};
pub use scores::load_scores;
pub use selection::Selection;
pub use support::{Impact, impacts, last_day, supporting};
