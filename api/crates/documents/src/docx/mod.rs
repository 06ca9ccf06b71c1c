//! The Word document: real headings, contents, tables whose head is repeated on every page, the marking in head and foot.
//!
//! - `contents.rs`: the contents and what they lead to
//! - `package.rs`: what the library can't be told, and the compressed file

mod contents;
mod package;

use crate::logo::fitted;
use crate::pdf::Measure;
use crate::words::hex;
use crate::{Picture, WriteError};
use docx_rs::{
    AlignmentType, BreakType, Docx, Footer, Header, LineSpacing, LineSpacingType, NumPages, PageMargin, PageNum,
    PageOrientationType, Paragraph, Pic, Run, RunFonts, Shading, Style, StyleType, Table, TableBorder, TableBorderPosition,
    TableCell, TableCellMargins, TableLayoutType, TableRow, WidthType,
};
use shared_types::reports::{CellTone, ColumnKind, ReportBlock, ReportCell, ReportDocument, ReportFact, ReportKind, ReportTable};

/// US Letter in twentieths of a point.
const LETTER: (u32, u32) = (12_240, 15_840);
/// The margin at the sides, in the same.
const MARGIN: u32 = 1_080;
/// The most that a logo takes, across and down, in points.
const LOGO: (f32, f32) = (150.0, 50.0);
/// Bytes of a cell up to which its row stays on one page.
const SHORT: usize = 300;
/// The last section: the rules that the report rests on.
const RULES: &str = "Rules";
/// Half points of the text in tables: as large as in the typeset form, by whose measure columns are wide.
const CELL: usize = 16;

/// Writes the parts of a document one below the other.
struct Writer {
    docx: Docx,
    measure: Measure,
    /// The width of the text, in twentieths of a point.
    across: usize,
    /// Sections of the first level so far.
    sections: usize,
}

pub(crate) fn write(document: &ReportDocument, picture: Option<Picture<'_>>) -> Result<Vec<u8>, WriteError> {
    let lying = document.lies();
    let (width, height) = if lying { (LETTER.1, LETTER.0) } else { LETTER };
    let across = usize::try_from(width - 2 * MARGIN).unwrap_or_default();
    let mut writer =
        Writer { docx: styled(document, (width, height), lying), measure: Measure::new(document)?, across, sections: 0 };
    if let Some((logo, png)) = picture {
        let (wide, high) = fitted((logo.width, logo.height), LOGO);
        let pic = Pic::new_with_dimensions(png.to_vec(), logo.width, logo.height).size(units(wide), units(high));
        writer.add(Paragraph::new().line_spacing(after(160)).add_run(Run::new().add_image(pic)));
    }
    writer.add(Paragraph::new().style("Title").add_run(Run::new().add_text(&document.title)));
    writer.add(Paragraph::new().line_spacing(after(40)).add_run(Run::new().add_text(&document.subtitle).size(24)));
    writer.add(words(&document.made(), CellTone::Muted));
    if let Some(notice) = &document.notice {
        writer.add(words(notice, CellTone::Bad));
    }
    writer.facts(&document.facts);
    let contents = document.has_contents();
    if contents {
        writer.contents(document);
    }
    for section in &document.sections {
        writer.heading(&section.title, section.level);
        for block in &section.blocks {
            match block {
                ReportBlock::Paragraph { text } => writer.add(words(text, CellTone::Plain)),
                ReportBlock::Facts { facts } => writer.facts(facts),
                ReportBlock::Table(table) => writer.table(&section.title, table),
            }
        }
    }
    if !document.footnotes.is_empty() {
        writer.heading(RULES, 1);
    }
    for note in &document.footnotes {
        let citation = Run::new().add_text(format!("{}: ", note.citation)).bold().size(17);
        let text = Run::new().add_text(&note.text).size(17);
        writer.add(Paragraph::new().line_spacing(after(40)).add_run(citation).add_run(text));
    }
    let title = format!("{}: {}", document.title, document.subtitle);
    package::packed(writer.docx.build(), &title, picture.map(|(logo, _)| logo.alt.as_str()), contents)
}

/// An empty document with its styles, page, head and foot.
fn styled(document: &ReportDocument, (width, height): (u32, u32), lying: bool) -> Docx {
    let side = i32::try_from(MARGIN).unwrap_or_default();
    let margin = PageMargin { top: 1_300, bottom: 1_200, left: side, right: side, header: 500, footer: 500, gutter: 0 };
    let at = document.made_at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    // What is to be one page has less room between its parts.
    let dense = document.kind == ReportKind::Executive;
    let (size, above) = if dense { (24, 160) } else { (28, 320) };
    let around = |before, after| LineSpacing::new().before(before).after(after);
    Docx::new()
        .created_at(&at)
        .updated_at(&at)
        .page_size(width, height)
        .page_margin(margin)
        .page_orient(if lying { PageOrientationType::Landscape } else { PageOrientationType::Portrait })
        .default_fonts(RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri"))
        .default_size(20)
        .add_style(heading("Title", "Title", if dense { 32 } else { 40 }).line_spacing(after(40)))
        .add_style(heading("Heading1", "heading 1", size).outline_lvl(0).line_spacing(around(above, 80)))
        .add_style(heading("Heading2", "heading 2", 23).outline_lvl(1).line_spacing(around(240, 80)))
        .add_style(Style::new("TOC1", StyleType::Paragraph).name("toc 1").line_spacing(after(40)))
        .add_style(Style::new("Footer", StyleType::Paragraph).name("footer").size(16))
        .header(header(document))
        .footer(footer(document))
}

/// Room below a paragraph, in twentieths of a point.
fn after(room: u32) -> LineSpacing {
    LineSpacing::new().after(room)
}

/// Points in English Metric Units.
fn units(points: f32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a picture is no larger than its box")]
    let units = (points * 12_700.0).round() as u32;
    units
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
    let name = format!("{} · {} · {} · Page ", document.title, document.subtitle, document.moment());
    // The numbers take their size from the style alone.
    let pages = Paragraph::new()
        .style("Footer")
        .align(AlignmentType::Center)
        .add_run(Run::new().add_text(name))
        .add_page_num(PageNum::new())
        .add_run(Run::new().add_text(" of "))
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
    Paragraph::new().line_spacing(after(80)).add_run(run(text, tone))
}

/// A cell of so many twentieths of a point; numbers stand at its right.
fn cell(cell: &ReportCell, width: usize, bold: bool, number: bool) -> TableCell {
    let mut run = run(&cell.text, cell.tone).size(CELL);
    if bold {
        run = run.bold();
    }
    let mut paragraph = Paragraph::new().add_run(run);
    if number {
        paragraph = paragraph.align(AlignmentType::Right);
    }
    TableCell::new().width(width, WidthType::Dxa).add_paragraph(paragraph)
}

fn laid_out(rows: Vec<TableRow>, widths: Vec<usize>) -> Table {
    let line = |position| TableBorder::new(position).color("C5CCD6").size(4);
    Table::without_borders(rows)
        .set_border(line(TableBorderPosition::Bottom))
        .set_border(line(TableBorderPosition::Top))
        .set_border(line(TableBorderPosition::InsideH))
        .margins(TableCellMargins::new().margin(30, 80, 30, 80))
        .width(widths.iter().sum(), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .set_grid(widths)
}

impl Writer {
    fn with(&mut self, change: impl FnOnce(Docx) -> Docx) {
        self.docx = change(std::mem::take(&mut self.docx));
    }

    fn add(&mut self, paragraph: Paragraph) {
        self.with(|docx| docx.add_paragraph(paragraph));
    }

    /// A table with little room below it: two that touch would become one.
    fn lay(&mut self, table: Table) {
        let apart = Paragraph::new().line_spacing(LineSpacing::new().line_rule(LineSpacingType::Exact).line(120));
        self.with(|docx| docx.add_table(table).add_paragraph(apart));
    }

    fn heading(&mut self, title: &str, level: u8) {
        let paragraph = Paragraph::new().keep_next(true);
        let paragraph = if level == 1 {
            self.sections += 1;
            contents::target(paragraph.style("Heading1"), self.sections, title)
        } else {
            paragraph.style("Heading2").add_run(Run::new().add_text(title))
        };
        self.add(paragraph);
    }

    /// The sections of the first level, in the order in which they will stand.
    fn contents(&mut self, document: &ReportDocument) {
        // No heading: the contents don't name themselves.
        self.add(
            Paragraph::new().keep_next(true).line_spacing(after(80)).add_run(Run::new().add_text("Contents").bold().size(23)),
        );
        let sections = document.sections.iter().filter(|section| section.level == 1).map(|section| section.title.as_str());
        let rules = (!document.footnotes.is_empty()).then_some(RULES);
        for (number, title) in (1..).zip(sections.chain(rules)) {
            self.add(contents::line(number, title, self.across));
        }
    }

    fn facts(&mut self, facts: &[ReportFact]) {
        if facts.is_empty() {
            return;
        }
        let (left, right) = (self.across * 3 / 10, self.across * 7 / 10);
        let row = |fact: &ReportFact| {
            let label = cell(&ReportCell::plain(fact.label.clone()), left, true, false);
            TableRow::new(vec![label, cell(&fact.value, right, false, false)])
        };
        self.lay(laid_out(facts.iter().map(row).collect(), vec![left, right]));
    }

    fn table(&mut self, section: &str, table: &ReportTable) {
        if table.title != section {
            let title = Run::new().add_text(&table.title).bold();
            self.add(Paragraph::new().keep_next(true).line_spacing(after(60)).add_run(title));
        }
        if table.rows.is_empty() {
            return self.add(words("None.", CellTone::Muted));
        }
        let widths = self.measure.widths(table, self.across);
        let columns = || table.columns.iter().map(|column| column.kind == ColumnKind::Number).zip(&widths);
        let head = table.columns.iter().zip(columns()).map(|(column, (number, width))| {
            cell(&ReportCell::plain(column.name.clone()), *width, true, number).shading(Shading::new().fill("E8ECF1"))
        });
        let mut rows = vec![TableRow::new(head.collect()).cant_split()];
        rows.extend(table.rows.iter().map(|texts| {
            let cells = texts.iter().zip(columns()).map(|(one, (number, width))| cell(one, *width, false, number));
            let row = TableRow::new(cells.collect());
            // A long row goes on overleaf: as a whole it would leave half a page empty.
            if texts.iter().all(|one| one.text.len() <= SHORT) { row.cant_split() } else { row }
        }));
        self.lay(laid_out(rows, widths));
    }
}
