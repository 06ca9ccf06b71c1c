//! The rows of the tables of a sheet. Widths and heights are set by what the cells hold: not every program works them out by itself.

use super::Sheet;
use super::text::{head, plain, text, toned};
use crate::WriteError;
use crate::words::NOTICE;
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, FormatAlign, Worksheet};
use shared_types::reports::{CellTone, ColumnKind, ReportCell, ReportDocument};

/// The height of a line in points, and the lines of the highest row that a spreadsheet has.
pub(super) const LINE: f64 = 15.0;
pub(super) const MOST_LINES: usize = 27;
/// The column that says from which section a row is.
const SECTION: &str = "Section";
/// Characters that the button of a filter takes, and that bold letters and the edges of a cell take more.
const BUTTON: usize = 4;
const EDGES: usize = 2;

/// The fewest and the most characters that a column shows in a line.
fn bounds(kind: ColumnKind) -> (usize, usize) {
    match kind {
        ColumnKind::Text => (12, 50),
        // A hash stands on two lines.
        ColumnKind::Identifier => (12, 34),
        ColumnKind::Number => (9, 12),
        ColumnKind::Date => (13, 13),
        ColumnKind::Status => (11, 30),
    }
}

fn longest(text: &str) -> usize {
    text.split('\n').map(|line| line.chars().count()).max().unwrap_or_default()
}

/// The characters of a column of this name with these texts.
fn width<'a>(name: &str, kind: ColumnKind, texts: impl Iterator<Item = &'a str>) -> usize {
    let (least, most) = bounds(kind);
    // A head of several words may stand on several lines.
    let word = name.split(' ').map(|word| word.chars().count()).max().unwrap_or_default() + BUTTON;
    (texts.map(longest).max().unwrap_or_default() + EDGES).clamp(least, most).max(word)
}

/// The lines that a text takes in a column of so many characters: what words leave empty at the ends of lines, narrow letters make up for.
fn lines(text: &str, width: usize) -> usize {
    let room = width.max(1);
    text.split('\n').map(|line| line.chars().count().div_ceil(room).max(1)).sum()
}

fn characters(width: usize) -> f64 {
    f64::from(u32::try_from(width).unwrap_or(u32::MAX))
}

/// A sheet's columns: whether it tells sections, and the characters of each column.
struct Columns {
    section: Option<usize>,
    widths: Vec<usize>,
    notice: Option<usize>,
}

impl Columns {
    fn of(document: &ReportDocument, tables: &Sheet<'_>) -> Self {
        let parts = tables.tables.iter().any(|(section, table)| *section != table.title);
        let section = parts.then(|| width(SECTION, ColumnKind::Text, tables.tables.iter().map(|(section, _)| *section)));
        let rows = || tables.tables.iter().flat_map(|(_, table)| &table.rows);
        let texts = |at: usize| rows().filter_map(move |cells| cells.get(at)).map(|cell| cell.text.as_str());
        let widths = tables.columns.iter().enumerate().map(|(at, column)| width(&column.name, column.kind, texts(at)));
        let notice = short(document).map(|notice| notice.chars().count() + 2 * EDGES);
        Self { section, widths: widths.collect(), notice }
    }

    /// The lines of the row that takes most.
    fn lines(&self, section: &str, cells: &[ReportCell]) -> usize {
        let of_section = self.section.map_or(1, |width| lines(section, width));
        let of_cells = cells.iter().zip(&self.widths).map(|(cell, width)| lines(&cell.text, *width));
        of_cells.fold(of_section, usize::max)
    }
}

/// That it is a working copy, without the reason, which stands in the summary and on every printed page: a row has no room for it.
fn short(document: &ReportDocument) -> Option<&str> {
    let notice = document.notice.as_deref()?;
    Some(notice.split_once(':').map_or(notice, |(what, _)| what))
}

/// Makes a row as high as its lines are.
fn heighten(sheet: &mut Worksheet, row: u32, lines: usize) -> Result<(), WriteError> {
    if lines > 1 {
        sheet.set_row_height(row, LINE * characters(lines.min(MOST_LINES)))?;
    }
    Ok(())
}

pub(super) fn rows(document: &ReportDocument, tables: &Sheet<'_>, sheet: &mut Worksheet) -> Result<(), WriteError> {
    let wide = Columns::of(document, tables);
    let first = u16::from(wide.section.is_some());
    if let Some(width) = wide.section {
        sheet.set_column_width(0, characters(width))?;
        text(sheet, 0, 0, SECTION, &head())?;
    }
    let columns = || (first..).zip(tables.columns);
    let mut most = 1;
    for ((at, column), width) in columns().zip(&wide.widths) {
        sheet.set_column_width(at, characters(*width))?;
        let format = if column.kind == ColumnKind::Number { head().set_align(FormatAlign::Right).set_indent(1) } else { head() };
        text(sheet, 0, at, &column.name, &format)?;
        most = most.max(lines(&column.name, width.saturating_sub(BUTTON - 1)));
    }
    heighten(sheet, 0, most)?;
    let end = u16::try_from(tables.columns.len()).unwrap_or(u16::MAX).saturating_add(first);
    if let Some(width) = wide.notice {
        sheet.set_column_width(end, characters(width))?;
        text(sheet, 0, end, NOTICE, &head().set_indent(1))?;
    }
    let all = tables.tables.iter().flat_map(|(section, table)| table.rows.iter().map(move |cells| (*section, cells)));
    let mut last_row = 0;
    for (at, (section, cells)) in (1_u32..).zip(all) {
        last_row = at;
        heighten(sheet, at, wide.lines(section, cells))?;
        if wide.section.is_some() {
            text(sheet, at, 0, section, &plain())?;
        }
        for ((place, column), cell) in columns().zip(cells) {
            value(sheet, (at, place), column.kind, cell)?;
        }
        if let Some(notice) = short(document) {
            text(sheet, at, end, notice, &toned(CellTone::Bad).set_indent(1))?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    let last_column = if wide.notice.is_some() { end } else { end.saturating_sub(1) };
    sheet.autofilter(0, 0, last_row, last_column)?;
    Ok(())
}

fn value(sheet: &mut Worksheet, (row, column): (u32, u16), kind: ColumnKind, cell: &ReportCell) -> Result<(), WriteError> {
    let number = cell.text.parse::<i32>().ok().filter(|_| kind == ColumnKind::Number);
    let day = cell.text.parse::<NaiveDate>().ok().filter(|day| kind == ColumnKind::Date && (1900..=9999).contains(&day.year()));
    if let Some(number) = number {
        sheet.write_number_with_format(
            row,
            column,
            number,
            &toned(cell.tone).unset_text_wrap().set_align(FormatAlign::Right).set_indent(1),
        )?;
    } else if let Some(day) = day {
        let year = u16::try_from(day.year()).unwrap_or(1900);
        let value = ExcelDateTime::from_ymd(year, u8::try_from(day.month()).unwrap_or(1), u8::try_from(day.day()).unwrap_or(1))?;
        sheet.write_datetime_with_format(row, column, &value, &toned(cell.tone).set_num_format("yyyy-mm-dd"))?;
    } else {
        text(sheet, row, column, &cell.text, &toned(cell.tone))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_what_it_holds_within_bounds() {
        let of = |name, kind, texts: &[&str]| width(name, kind, texts.iter().copied());
        assert_eq!(of("Owner", ColumnKind::Text, &["Bartholomew Featherstonehaugh"]), 31);
        assert_eq!(of("Owner", ColumnKind::Text, &["x"]), 12);
        assert_eq!(of("Title", ColumnKind::Text, &[&"x".repeat(900)]), 50);
        assert_eq!(of("Hash", ColumnKind::Identifier, &[&"f".repeat(64)]), 34);
        assert_eq!(of("State", ColumnKind::Status, &["Pending confirmation, overdue"]), 30);
        assert_eq!(of("Not assessed", ColumnKind::Number, &["3"]), 12, "a head breaks between its words, not within them");
    }

    #[test]
    fn a_row_is_as_high_as_its_fullest_cell() {
        assert_eq!((lines("", 12), lines("one", 12), lines("one\ntwo", 12)), (1, 1, 2));
        assert_eq!(lines(&"f".repeat(64), 34), 2);
        let wide = Columns { section: Some(12), widths: vec![12, 50], notice: None };
        assert_eq!(wide.lines("AC.L2-3.1.1", &[ReportCell::plain("x".repeat(33)), ReportCell::plain("short")]), 3);
    }
}
