//! The demonstration data as it stands in `demo.toml`.

use platform::{AppError, Result};
use serde::Deserialize;

const TEXT: &str = include_str!("demo.toml");

/// Everything.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    pub company: Company,
    pub level2: SystemContent,
    pub level1: SystemContent,
}

/// The company and its people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Company {
    pub organization: String,
    pub people: Vec<PersonContent>,
}

/// Key, name, role in the Level 2 system, role in the Level 1 system; no member where the role is empty.
#[derive(Debug, Deserialize)]
pub(super) struct PersonContent(pub String, pub String, pub String, pub String);

/// A system with what was done in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SystemContent {
    pub name: String,
    pub pack: String,
    pub description: String,
    pub cage_codes: Vec<String>,
    pub uei: String,
    pub ssp_version: String,
    pub families: Vec<Family>,
    #[serde(default)]
    pub not_met: Vec<NotMet>,
    #[serde(default)]
    pub not_assessed: Vec<String>,
    #[serde(default)]
    pub not_applicable: Vec<(String, String)>,
    #[serde(default)]
    pub by_basis: Vec<(String, String, String)>,
    #[serde(default)]
    pub partial_credit: Vec<(String, String)>,
    pub tasks: Vec<Task>,
    pub evidence: Vec<Evidence>,
}

/// Code, day of the assessment, owner, how it is done.
#[derive(Debug, Deserialize)]
pub(super) struct Family(pub String, pub i64, pub String, pub String);

/// Requirement, objective, what is missing, day on which it was mended or 0.
#[derive(Debug, Deserialize)]
pub(super) struct NotMet(pub String, pub String, pub String, pub i64);

/// Title, requirement, assignee, reviewer, created, due, priority, state.
#[derive(Debug, Deserialize)]
pub(super) struct Task(pub String, pub String, pub String, pub String, pub i64, pub i64, pub String, pub String);

/// Title, file, owner, day, expiry or 0, what it supports.
#[derive(Debug, Deserialize)]
pub(super) struct Evidence(pub String, pub String, pub String, pub i64, pub i64, pub Vec<String>);

/// Reads it.
pub(super) fn content() -> Result<Content> {
    toml::from_str(TEXT).map_err(|error| AppError::internal(format!("demo.toml: {error}")))
}
