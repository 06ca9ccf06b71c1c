//! Reports as files. One document goes in (`shared_types::reports::ReportDocument`), the bytes of a file come out: each format has a
//! writer of its own, none of them knows what the report is about.
//!
//! Architecture Invariant: pure. No database, no clock, no disk: the same document gives the same words in every format, and the
//! heavy crates stay in this leaf. Writing takes time: call it on the threads for blocking work.
//!
//! - `csv.rs`: cells that a spreadsheet opens safely, and the tables of a document
//! - `xlsx.rs`, `docx.rs`: the office formats
//! - `pdf/`: the typeset one, with its own small layouter (ADR 8)
//! - `words.rs`: what all writers say alike

pub mod csv;
mod docx;
mod pdf;
mod words;
mod xlsx;

use shared_types::reports::{ReportDocument, ReportFormat};

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
    /// JSON.
    #[error("the JSON could not be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// The document as a file. It is taken whole: what its text holds that no format can is left out in place, and a large report is in
/// memory once.
pub fn write(document: ReportDocument, format: ReportFormat) -> Result<Vec<u8>, WriteError> {
    let document = words::cleaned(document);
    match format {
        ReportFormat::Pdf => pdf::write(&document),
        ReportFormat::Docx => docx::write(&document),
        ReportFormat::Xlsx => xlsx::write(&document),
        ReportFormat::Csv => Ok(csv::write(&document).into_bytes()),
        ReportFormat::Json => Ok(serde_json::to_vec_pretty(&document)?),
    }
}

#[cfg(test)]
mod tests;
