//! Reports: what is asked for, how far it has come, and the document itself, the same for every format and for the web view.

use crate::finding::text_enum;
use crate::identity::Person;
use crate::systems::Role;
use crate::text::Marking;
use crate::{ReportId, ReportScheduleId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What a report is about.
    ReportKind {
        /// Where the assessment stands: score, findings by family, every requirement.
        AssessmentStatus = "assessment_status",
        /// What the Supplier Performance Risk System asks for at a self-assessment of Level 1 or 2, with the finding of each requirement.
        SprsSummary = "sprs_summary",
        /// Each family in full: requirements, objectives, findings, evidence.
        FamilyDetail = "family_detail",
        /// The tasks.
        Tasks = "tasks",
        /// The evidence, with hashes.
        EvidenceRegister = "evidence_register",
        /// An extract of the audit log.
        AuditExtract = "audit_extract",
        /// One page for an executive.
        Executive = "executive",
    }
}

impl ReportKind {
    /// The least role that may have it made and read it: who may read what is in it.
    pub fn least_role(self) -> Role {
        match self {
            Self::AuditExtract => Role::Assessor,
            _ => Role::Viewer,
        }
    }

    /// Its name in the title of the report.
    pub fn title(self) -> &'static str {
        match self {
            Self::AssessmentStatus => "Assessment status",
            Self::SprsSummary => "SPRS summary",
            Self::FamilyDetail => "Family detail",
            Self::Tasks => "Tasks",
            Self::EvidenceRegister => "Evidence register",
            Self::AuditExtract => "Audit extract",
            Self::Executive => "Executive summary",
        }
    }
}

text_enum! {
    /// The form of a report's file.
    ReportFormat {
        /// Tagged PDF with contents, bookmarks and page numbers.
        Pdf = "pdf",
        /// A Word document.
        Docx = "docx",
        /// A workbook, a sheet for each table; tables of one kind share it.
        Xlsx = "xlsx",
        /// Facts, running text and tables one below the other, UTF-8 with a byte order mark.
        Csv = "csv",
        /// The document as `ReportDocument`.
        Json = "json",
    }
}

impl ReportFormat {
    /// The media type of the file.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

text_enum! {
    /// How far the making of a report has come.
    ReportState {
        /// Waits for a worker.
        Queued = "queued",
        /// Being made.
        Running = "running",
        /// Can be downloaded.
        Ready = "ready",
        /// Could not be made; `failure` says why.
        Failed = "failed",
    }
}

/// Asks for a report. It is made in the background: follow it by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateReport {
    /// What it is about.
    pub kind: ReportKind,
    /// The form of its file.
    pub format: ReportFormat,
    /// Filters as in the query string of the list that it is about, such as `family=AC&finding=not_met`: controls for
    /// `assessment_status` and `family_detail`; tasks, evidence and audit events for theirs. The other kinds take none. At most 2,000
    /// characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<String>,
    /// The marking on every page, such as `CUI`; that of the installation's settings if absent, none if empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marking: Option<Marking>,
}

/// The schedule of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeBySchedule {
    /// Which.
    pub id: ReportScheduleId,
    /// Its name today.
    pub name: String,
}

/// A report that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// Id.
    pub id: ReportId,
    /// What it is about.
    pub kind: ReportKind,
    /// The form of its file.
    pub format: ReportFormat,
    /// The filters, as they were given.
    pub filters: Option<String>,
    /// The marking.
    pub marking: String,
    /// How far it is.
    pub state: ReportState,
    /// Percent of the making, 0 to 100.
    pub progress: u8,
    /// Something is not assessed: the file says on every page that it is a working copy.
    pub working_copy: bool,
    /// Why it could not be made.
    pub failure: Option<String>,
    /// The schedule that it was made by, while there is one.
    pub schedule: Option<MadeBySchedule>,
    /// Who asked for it; of a scheduled one the owner of the schedule.
    pub requested_by: Option<Person>,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// When it was made.
    pub made_at: Option<DateTime<Utc>>,
    /// The name of the file.
    pub file_name: Option<String>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// SHA-256 of the file, lowercase hexadecimal.
    pub sha256: Option<String>,
    /// Until when it can be downloaded.
    pub expires_at: DateTime<Utc>,
    /// Version for If-Match.
    pub version: i64,
}

/// A report as a document. Every format is written from this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportDocument {
    /// What it is about.
    pub kind: ReportKind,
    /// Title.
    pub title: String,
    /// Below the title: system and organisation.
    pub subtitle: String,
    /// The marking on every page; empty for none.
    pub marking: String,
    /// The logo of the installation; the picture itself is at `/report-template/logo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<ReportLogo>,
    /// Says that this is a working copy and not a result, where it is.
    pub notice: Option<String>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The day in the system's time zone as of which it speaks.
    pub as_of: NaiveDate,
    /// That zone, such as `America/New_York`: all days of the document are days there.
    pub time_zone: String,
    /// The first facts: who, what, how many.
    pub facts: Vec<ReportFact>,
    /// The sections in order.
    pub sections: Vec<ReportSection>,
    /// The rules that it rests on.
    pub footnotes: Vec<ReportFootnote>,
}

/// Columns of a table up to which a page stands upright.
const UPRIGHT_COLUMNS: usize = 6;
/// Sections and rows of tables from which on a document has contents: what is seen at a glance needs none.
const CONTENTS_FROM: usize = 3;
const CONTENTS_ROWS: usize = 40;

impl ReportDocument {
    /// Whether its pages lie: a table of many columns needs the width.
    pub fn lies(&self) -> bool {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        blocks.into_iter().any(|block| matches!(block, ReportBlock::Table(table) if table.columns.len() > UPRIGHT_COLUMNS))
    }

    /// Whether it has contents.
    pub fn has_contents(&self) -> bool {
        let rows = |block: &ReportBlock| if let ReportBlock::Table(table) = block { table.rows.len() } else { 0 };
        let rows: usize = self.sections.iter().flat_map(|section| &section.blocks).map(rows).sum();
        self.sections.iter().filter(|section| section.level == 1).count() >= CONTENTS_FROM && rows >= CONTENTS_ROWS
    }

    /// As of which day it speaks, and when it was made: `As of 2026-11-22 (America/New_York) · made 2026-11-22 12:00:00 UTC`.
    pub fn made(&self) -> String {
        format!("As of {} ({}) · {}", self.as_of, self.time_zone, self.moment())
    }

    /// When it was made: `made 2026-11-22 12:00:00 UTC`.
    pub fn moment(&self) -> String {
        format!("made {}", self.made_at.format("%Y-%m-%d %H:%M:%S UTC"))
    }
}

/// The logo of an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportLogo {
    /// What is said where it is not seen.
    pub alt: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// SHA-256 of its PNG.
    pub sha256: String,
}

/// A fact: a name and a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportFact {
    /// What.
    pub label: String,
    /// Its value.
    pub value: ReportCell,
}

/// The rule behind a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportFootnote {
    /// What the rule says here.
    pub text: String,
    /// The rule, such as `32 CFR 170.24(c)(2)`.
    pub citation: String,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportSection {
    /// Title.
    pub title: String,
    /// 1 for a section of the contents, 2 for one within it.
    pub level: u8,
    /// What it holds, in order.
    pub blocks: Vec<ReportBlock>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum ReportBlock {
    /// A paragraph; line breaks count.
    Paragraph {
        /// The words.
        text: String,
    },
    /// Facts one below the other.
    Facts {
        /// The facts.
        facts: Vec<ReportFact>,
    },
    /// A table.
    Table(ReportTable),
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportTable {
    /// What it holds.
    pub title: String,
    /// The columns.
    pub columns: Vec<ReportColumn>,
    /// The rows: a cell for each column.
    pub rows: Vec<Vec<ReportCell>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportColumn {
    /// Its head.
    pub name: String,
    /// What its cells are.
    pub kind: ColumnKind,
}

text_enum! {
    /// What the cells of a column are.
    ColumnKind {
        /// Words.
        Text = "text",
        /// An identifier or a hash: never broken where it can be avoided.
        Identifier = "identifier",
        /// A whole number, or nothing.
        Number = "number",
        /// A day, `YYYY-MM-DD`, or nothing.
        Date = "date",
        /// A status in words.
        Status = "status",
    }
}

text_enum! {
    /// What a cell says besides its words.
    CellTone {
        /// Nothing.
        Plain = "plain",
        /// All is well.
        Good = "good",
        /// Look at it.
        Warn = "warn",
        /// Not well.
        Bad = "bad",
        /// Of less weight.
        Muted = "muted",
    }
}

/// A cell of a table, or the value of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportCell {
    /// The words; empty for nothing.
    pub text: String,
    /// What it says besides.
    pub tone: CellTone,
}

impl ReportCell {
    /// A cell of plain words.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: CellTone::Plain }
    }

    /// A cell with a tone.
    pub fn toned(text: impl Into<String>, tone: CellTone) -> Self {
        Self { text: text.into(), tone }
    }
}
