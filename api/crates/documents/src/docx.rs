//! The Word document: real headings, tables whose head is repeated on every page, the marking in head and foot.

use crate::logo::fitted;
use crate::words::{hex, made};
use crate::{Picture, WriteError};
use docx_rs::{
    AlignmentType, BreakType, Docx, Footer, Header, NumPages, PageMargin, PageNum, PageOrientationType, Paragraph, Pic, Run,
    RunFonts, Shading, Style, StyleType, Table, TableBorder, TableBorderPosition, TableCell, TableCellMargins, TableLayoutType,
    TableOfContents, TableRow, WidthType,
};
use shared_types::reports::{CellTone, ColumnKind, ReportBlock, ReportCell, ReportDocument, ReportFact, ReportTable};
use std::io::Cursor;

/// US Letter in twentieths of a point.
const LETTER: (u32, u32) = (12_240, 15_840);
/// The margin at the sides, in the same.
const MARGIN: u32 = 1_080;
/// What the library writes for a row that may not be split, which only heads of tables are given here: it knows no head that is
/// repeated on every page, so this is completed by that.
const UNSPLIT: &str = "<w:cantSplit />";
/// Where the library sets the page numbers of the contents: beyond every page.
const FAR_RIGHT: &str = "w:pos=\"80000\"";
/// How the library names a picture: it knows no words for those who don't see it.
const UNSAID: &str = "name=\"Figure\"";
/// The most that a logo takes, across and down, in points.
const LOGO: (f32, f32) = (150.0, 50.0);
const REPEATED: &str = "<w:cantSplit /><w:tblHeader />";

pub(crate) fn write(document: &ReportDocument, picture: Option<Picture<'_>>) -> Result<Vec<u8>, WriteError> {
    let lying = crate::pdf::lies(document);
    let (width, height) = if lying { (LETTER.1, LETTER.0) } else { LETTER };
    let across = usize::try_from(width - 2 * MARGIN).unwrap_or_default();
    let side = i32::try_from(MARGIN).unwrap_or_default();
    let margin = PageMargin { top: 1_300, bottom: 1_200, left: side, right: side, header: 500, footer: 500, gutter: 0 };
    let at = document.made_at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut docx = Docx::new()
        .created_at(&at)
        .updated_at(&at)
        .page_size(width, height)
        .page_margin(margin)
        .page_orient(if lying { PageOrientationType::Landscape } else { PageOrientationType::Portrait })
        .default_fonts(RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri"))
        .default_size(20)
        .add_style(heading("Title", "Title", 40))
        .add_style(heading("Heading1", "heading 1", 30).outline_lvl(0))
        .add_style(heading("Heading2", "heading 2", 24).outline_lvl(1))
        .header(header(document))
        .footer(footer(document));
    if let Some((logo, png)) = picture {
        let (wide, high) = fitted((logo.width, logo.height), LOGO);
        let pic = Pic::new_with_dimensions(png.to_vec(), logo.width, logo.height).size(units(wide), units(high));
        docx = docx.add_paragraph(Paragraph::new().add_run(Run::new().add_image(pic)));
    }
    docx = docx.add_paragraph(Paragraph::new().style("Title").add_run(Run::new().add_text(&document.title)));
    docx = docx.add_paragraph(words(&document.subtitle, CellTone::Plain));
    docx = docx.add_paragraph(words(&made(document), CellTone::Muted));
    if let Some(notice) = &document.notice {
        docx = docx.add_paragraph(words(notice, CellTone::Bad));
    }
    docx = facts(docx, &document.facts, across);
    if crate::pdf::has_contents(document) {
        docx = docx.add_paragraph(Paragraph::new());
        docx = docx.add_table_of_contents(TableOfContents::new().heading_styles_range(1, 1).auto());
    }
    for section in &document.sections {
        let style = if section.level == 1 { "Heading1" } else { "Heading2" };
        docx = docx.add_paragraph(Paragraph::new().style(style).keep_next(true).add_run(Run::new().add_text(&section.title)));
        for block in &section.blocks {
            docx = match block {
                ReportBlock::Paragraph { text } => docx.add_paragraph(words(text, CellTone::Plain)),
                ReportBlock::Facts { facts: these } => facts(docx, these, across),
                ReportBlock::Table(these) => table(docx, &section.title, these, across),
            };
        }
    }
    if !document.footnotes.is_empty() {
        docx = docx.add_paragraph(Paragraph::new().style("Heading1").keep_next(true).add_run(Run::new().add_text("Rules")));
    }
    for note in &document.footnotes {
        let citation = Run::new().add_text(format!("{}: ", note.citation)).bold();
        docx = docx.add_paragraph(Paragraph::new().add_run(citation).add_run(Run::new().add_text(&note.text)));
    }
    let mut built = docx.build();
    let text = String::from_utf8(built.document).map_err(|error| WriteError::Docx(error.to_string()))?;
    let mut text = text.replace(UNSPLIT, REPEATED).replace(FAR_RIGHT, &format!("w:pos=\"{across}\""));
    if let Some((logo, _)) = picture {
        text = text.replacen(UNSAID, &format!("name=\"Logo\" descr=\"{}\"", attribute(&logo.alt)), 1);
    }
    built.document = text.into_bytes();
    let mut bytes = Cursor::new(Vec::new());
    built.pack(&mut bytes).map_err(|error| WriteError::Docx(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// Points in English Metric Units.
fn units(points: f32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a picture is no larger than its box")]
    let units = (points * 12_700.0).round() as u32;
    units
}

/// Text in an attribute of XML.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn heading(id: &str, name: &str, size: usize) -> Style {
    Style::new(id, StyleType::Paragraph).name(name).size(size).bold()
}

fn header(document: &ReportDocument) -> Header {
    let mut header = Header::new()
        .add_paragraph(Paragraph::new().align(AlignmentType::Center).add_run(Run::new().add_text(&document.marking).bold()));
    if let Some(notice) = &document.notice {
        let run = Run::new().add_text(notice).size(16).bold().color(hex(CellTone::Bad));
        header = header.add_paragraph(Paragraph::new().align(AlignmentType::Center).add_run(run));
    }
    header
}

fn footer(document: &ReportDocument) -> Footer {
    let marking = Paragraph::new().align(AlignmentType::Center).add_run(Run::new().add_text(&document.marking).bold());
    let name = format!("{} · {} · page ", document.title, document.subtitle);
    let pages = Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(Run::new().add_text(name).size(16))
        .add_page_num(PageNum::new())
        .add_run(Run::new().add_text(" of ").size(16))
        .add_num_pages(NumPages::new());
    Footer::new().add_paragraph(marking).add_paragraph(pages)
}

/// A run with the text's line breaks.
fn run(text: &str, tone: CellTone) -> Run {
    let mut run = Run::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            run = run.add_break(BreakType::TextWrapping);
        }
        run = run.add_text(line);
    }
    match tone {
        CellTone::Plain => run,
        CellTone::Muted => run.color(hex(tone)),
        tone => run.color(hex(tone)).bold(),
    }
}

fn words(text: &str, tone: CellTone) -> Paragraph {
    Paragraph::new().add_run(run(text, tone))
}

fn cell(cell: &ReportCell, width: usize, bold: bool) -> TableCell {
    let mut run = run(&cell.text, cell.tone).size(17);
    if bold {
        run = run.bold();
    }
    TableCell::new().width(width, WidthType::Dxa).add_paragraph(Paragraph::new().add_run(run))
}

fn laid_out(rows: Vec<TableRow>, widths: Vec<usize>) -> Table {
    let line = |position| TableBorder::new(position).color("C5CCD6").size(4);
    Table::without_borders(rows)
        .set_border(line(TableBorderPosition::Bottom))
        .set_border(line(TableBorderPosition::Top))
        .set_border(line(TableBorderPosition::InsideH))
        .margins(TableCellMargins::new().margin(40, 80, 40, 80))
        .width(widths.iter().sum(), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .set_grid(widths)
}

fn facts(docx: Docx, facts: &[ReportFact], across: usize) -> Docx {
    if facts.is_empty() {
        return docx;
    }
    let (left, right) = (across * 3 / 10, across * 7 / 10);
    let row = |fact: &ReportFact| {
        TableRow::new(vec![cell(&ReportCell::plain(fact.label.clone()), left, true), cell(&fact.value, right, false)])
    };
    docx.add_table(laid_out(facts.iter().map(row).collect(), vec![left, right])).add_paragraph(Paragraph::new())
}

fn table(docx: Docx, section: &str, table: &ReportTable, across: usize) -> Docx {
    let share = |kind| match kind {
        ColumnKind::Text => 30,
        ColumnKind::Number => 9,
        ColumnKind::Date => 13,
        ColumnKind::Identifier | ColumnKind::Status => 16,
    };
    let all: usize = table.columns.iter().map(|column| share(column.kind)).sum();
    let widths: Vec<usize> = table.columns.iter().map(|column| across * share(column.kind) / all.max(1)).collect();
    let head = table.columns.iter().zip(&widths).map(|(column, width)| {
        cell(&ReportCell::plain(column.name.clone()), *width, true).shading(Shading::new().fill("E8ECF1"))
    });
    let mut rows = vec![TableRow::new(head.collect()).cant_split()];
    rows.extend(
        table
            .rows
            .iter()
            .map(|cells| TableRow::new(cells.iter().zip(&widths).map(|(one, width)| cell(one, *width, false)).collect())),
    );
    let docx = if table.title == section {
        docx
    } else {
        docx.add_paragraph(Paragraph::new().keep_next(true).add_run(Run::new().add_text(&table.title).bold()))
    };
    if table.rows.is_empty() {
        return docx.add_paragraph(words("None.", CellTone::Muted));
    }
    docx.add_table(laid_out(rows, widths)).add_paragraph(Paragraph::new())
}
