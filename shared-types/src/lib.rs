//! What the API and the browser client say to each other: ids, pages, problems, validated values and the DTOs of each feature.
//!
//! Architecture Invariant: this crate is pure. It knows neither a database nor HTTP, compiles for `wasm32-unknown-unknown`, and
//! a value that passes its parsers in the browser passes them on the server too. The feature `openapi` adds schema derivations
//! for the API's document; the browser client leaves it off.

pub mod access;
pub mod audit;
pub mod calendar;
pub mod controls;
pub mod dashboard;
pub mod error_code;
pub mod evidence;
pub mod files;
pub mod finding;
pub mod identity;
pub mod ids;
pub mod jobs;
pub mod markdown;
pub mod notifications;
pub mod operation;
pub mod page;
pub mod passkeys;
pub mod patch;
pub mod portfolio;
pub mod problem;
pub mod recovery;
pub mod report_filters;
pub mod report_schedules;
pub mod report_template;
pub mod reports;
pub mod score;
pub mod seals;
pub mod second_factor;
pub mod single_sign_on;
pub mod systems;
pub mod tasks;
pub mod text;
pub mod tokens;
pub mod webhooks;
pub mod words;

pub use error_code::ErrorCode;
pub use ids::*;
pub use page::{Page, PageInfo};
pub use patch::Patch;
pub use problem::{FieldCode, FieldError, Problem};
