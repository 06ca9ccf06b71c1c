//! The typeset form: tagged PDF (PDF/UA-1) with contents, bookmarks, page numbers and the marking on every page.
//!
//! First everything is laid out on pages (`layout.rs`, `table.rs`), which tells on which page each section begins; then it is drawn
//! (`paint.rs`). What is read aloud, and in which order, is a tree beside the pages (`tree.rs`).
//!
//! - `face.rs`: the fonts: glyphs, widths, lines of a width

mod face;
mod layout;
mod paint;
mod spelled;
mod table;
mod tree;
mod widths;

use crate::logo::pixels;
use crate::{Picture, WriteError};
use layout::{Layout, Look};
use shared_types::reports::{CellTone, ReportBlock, ReportDocument, ReportKind, ReportTable};
use tree::Kind;

fn titles(document: &ReportDocument) -> Vec<&str> {
    document.sections.iter().filter(|section| section.level == 1).map(|section| section.title.as_str()).collect()
}

/// Measures tables for other forms: how wide their columns are, by what they hold.
pub(crate) struct Measure(Layout);

impl Measure {
    pub(crate) fn new(document: &ReportDocument) -> Result<Self, WriteError> {
        Ok(Self(Layout::new(document.lies(), false)?))
    }

    /// The widths of a table's columns, `across` in all, in the same unit.
    pub(crate) fn widths(&self, table: &ReportTable, across: usize) -> Vec<usize> {
        #[expect(clippy::cast_precision_loss, reason = "a page is no wider than some thousands of twentieths of a point")]
        let scale = across as f32 / self.0.across().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a column is no wider than the page")]
        let width = |width: f32| (width * scale) as usize;
        self.0.widths(table).into_iter().map(width).collect()
    }
}

pub(crate) fn write(document: &ReportDocument, picture: Option<Picture<'_>>) -> Result<Vec<u8>, WriteError> {
    paint::paint(document, laid_out(document, picture)?)
}

/// Says that some of the text is not as it was written.
const LOST: &str = "This file's font does not have all characters of the text: each that it lacks is shown as \u{fffd}. The other formats have them.";

/// The document on its pages, before it is drawn. Whether the font lacks something is known at the end, and said at the beginning.
fn laid_out(document: &ReportDocument, picture: Option<Picture<'_>>) -> Result<Layout, WriteError> {
    let layout = laid_out_with(document, picture, None)?;
    // The marking is put on the pages when they are drawn.
    let faces = &layout.faces;
    let _marking = faces.of(true).known(&document.marking);
    if faces.lost() { laid_out_with(document, picture, Some(LOST)) } else { Ok(layout) }
}

fn laid_out_with(document: &ReportDocument, picture: Option<Picture<'_>>, lost: Option<&str>) -> Result<Layout, WriteError> {
    let mut layout = Layout::new(document.lies(), document.notice.is_some())?;
    layout.dense = document.kind == ReportKind::Executive;
    if let Some((logo, png)) = picture {
        layout.picture(&logo.alt, pixels(png)?);
    }
    layout.heading(&document.title, 1, if layout.dense { Look { size: 18.0, ..Look::TITLE } } else { Look::TITLE });
    layout.paragraph(&document.subtitle, Look::LEAD);
    layout.paragraph(&document.made(), Look::BODY.toned(CellTone::Muted));
    if let Some(notice) = &document.notice {
        layout.paragraph(notice, Look::STRONG.toned(CellTone::Bad));
    }
    if let Some(lost) = lost {
        layout.paragraph(lost, Look::BODY.toned(CellTone::Warn));
    }
    layout.below_picture();
    layout.space(6.0);
    layout.facts(&document.facts);
    if document.has_contents() {
        layout.contents(&titles(document));
    }
    for section in &document.sections {
        layout.section(&section.title, section.level, section.blocks.is_empty());
        for block in &section.blocks {
            match block {
                ReportBlock::Paragraph { text } => layout.paragraph(text, Look::BODY),
                ReportBlock::Facts { facts } => layout.facts(facts),
                ReportBlock::Table(table) => layout.table(&section.title, table),
            }
        }
    }
    if !document.footnotes.is_empty() {
        layout.subheading("Rules");
    }
    for note in &document.footnotes {
        let node = layout.node(Kind::Note);
        layout.lines(&format!("{}: {}", note.citation, note.text), Look::SMALL, node);
        layout.space(2.0);
    }
    Ok(layout)
}

#[cfg(test)]
mod tests;
