//! Reports as files. One document goes in (`shared_types::reports::ReportDocument`), the bytes of a file come out: each format has a
//! writer of its own, none of them knows what the report is about.
//!
//! Architecture Invariant: pure. No database, no clock, no disk: the same document gives the same words in every format, and the
//! heavy crates stay in this leaf. Writing takes time: call it on the threads for blocking work.
//!
//! - `csv.rs`: cells that a spreadsheet opens safely, and the tables of a document
//! - `xlsx.rs`, `docx.rs`: the office formats
//! - `pdf/`: the typeset one, with its own small layouter (ADR 8)
//! - `logo.rs`: the logo of an installation, taken in and fitted
//! - `words.rs`: what all writers say alike

pub mod csv;
mod docx;
pub mod logo;
mod pdf;
mod words;
mod xlsx;

use shared_types::reports::{ReportDocument, ReportFormat, ReportLogo};

/// A logo with its PNG.
type Picture<'a> = (&'a ReportLogo, &'a [u8]);

/// The file could not be written. It is a fault of this program or its font, never of what people typed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The PDF.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    /// The Word document.
    #[error("the DOCX could not be written: {0}")]
    Docx(String),
    /// The workbook.
    #[error("the XLSX could not be written: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The logo.
    #[error("the logo could not be drawn: {0}")]
    Logo(#[from] logo::LogoFault),
    /// JSON.
    #[error("the JSON could not be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// The document as a file. It is taken whole: what its text holds that no format can is left out in place, and a large report is in
/// memory once. `logo` is the picture of the document's logo as `logo::read` gave it; where either is missing there is none. CSV and JSON
/// show no pictures.
pub fn write(document: ReportDocument, format: ReportFormat, logo: Option<&[u8]>) -> Result<Vec<u8>, WriteError> {
    let document = words::cleaned(document);
    let picture = document.logo.as_ref().zip(logo);
    match format {
        ReportFormat::Pdf => pdf::write(&document, picture),
        ReportFormat::Docx => docx::write(&document, picture),
        ReportFormat::Xlsx => xlsx::write(&document, picture),
        ReportFormat::Csv => Ok(csv::write(&document).into_bytes()),
        ReportFormat::Json => Ok(serde_json::to_vec_pretty(&document)?),
    }
}

#[cfg(test)]
mod tests;
