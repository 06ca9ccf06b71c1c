//! What an installation puts on its reports: the organisation that makes them, texts, a logo.

use crate::identity::Person;
use crate::reports::{ReportKind, ReportLogo};
use crate::text::{Line, ReportText};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The template of reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportTemplate {
    /// The organisation that makes the reports; empty for none. Reports name it beside the system's own, and the logo is read aloud with it.
    pub organization: String,
    /// The texts of the kinds that have any.
    pub texts: Vec<KindTexts>,
    /// The logo.
    pub logo: Option<ReportLogo>,
    /// Who changed it last.
    pub changed_by: Option<Person>,
    /// When.
    pub changed_at: Option<DateTime<Utc>>,
    /// Version for If-Match.
    pub version: i64,
}

/// What reports of a kind begin and end with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KindTexts {
    /// Which kind.
    pub kind: ReportKind,
    /// Stands before everything else; empty for none. An empty line parts paragraphs.
    pub introduction: ReportText,
    /// Stands after everything but the rules; empty for none.
    pub closing: ReportText,
}

/// Changes name and texts of the template, all of them; the logo stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetReportTemplate {
    /// The organisation that makes the reports; may be empty.
    pub organization: Line,
    /// The texts, each kind at most once; a kind that is not named has none.
    pub texts: Vec<KindTexts>,
}
