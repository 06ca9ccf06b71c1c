//! The typeset form: tagged PDF (PDF/UA-1) with contents, bookmarks, page numbers and the marking on every page.
//!
//! First everything is laid out on pages (`layout.rs`, `table.rs`), which tells on which page each section begins; then it is drawn
//! (`paint.rs`). What is read aloud, and in which order, is a tree beside the pages (`tree.rs`).
//!
//! - `face.rs`: the fonts: glyphs, widths, lines of a width

mod face;
mod layout;
mod paint;
mod table;
mod tree;

use crate::logo::pixels;
use crate::words::made;
use crate::{Picture, WriteError};
use layout::{Layout, Look};
use shared_types::reports::{CellTone, ReportBlock, ReportDocument, ReportKind};
use tree::Kind;

/// Sections and rows of tables from which on a document has contents: what is seen at a glance needs none.
const CONTENTS_FROM: usize = 3;
const CONTENTS_ROWS: usize = 40;

/// Whether the pages lie: a table of many columns needs the width.
pub(crate) fn lies(document: &ReportDocument) -> bool {
    let blocks = document.sections.iter().flat_map(|section| &section.blocks);
    blocks.into_iter().any(|block| matches!(block, ReportBlock::Table(table) if table.columns.len() > 6))
}

fn titles(document: &ReportDocument) -> Vec<&str> {
    document.sections.iter().filter(|section| section.level == 1).map(|section| section.title.as_str()).collect()
}

/// Whether a document has contents.
pub(crate) fn has_contents(document: &ReportDocument) -> bool {
    let rows = |block: &ReportBlock| if let ReportBlock::Table(table) = block { table.rows.len() } else { 0 };
    let rows: usize = document.sections.iter().flat_map(|section| &section.blocks).map(rows).sum();
    titles(document).len() >= CONTENTS_FROM && rows >= CONTENTS_ROWS
}

pub(crate) fn write(document: &ReportDocument, picture: Option<Picture<'_>>) -> Result<Vec<u8>, WriteError> {
    paint::paint(document, laid_out(document, picture)?)
}

/// The document on its pages, before it is drawn.
fn laid_out(document: &ReportDocument, picture: Option<Picture<'_>>) -> Result<Layout, WriteError> {
    let mut layout = Layout::new(lies(document), document.notice.is_some())?;
    layout.dense = document.kind == ReportKind::Executive;
    if let Some((logo, png)) = picture {
        layout.picture(&logo.alt, pixels(png)?);
    }
    layout.heading(&document.title, 1, Look::TITLE);
    layout.paragraph(&document.subtitle, Look::LEAD);
    layout.paragraph(&made(document), Look::BODY.toned(CellTone::Muted));
    if let Some(notice) = &document.notice {
        layout.paragraph(notice, Look::STRONG.toned(CellTone::Bad));
    }
    layout.below_picture();
    layout.space(6.0);
    layout.facts(&document.facts);
    if has_contents(document) {
        layout.contents(&titles(document));
    }
    for section in &document.sections {
        layout.section(&section.title, section.level);
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
