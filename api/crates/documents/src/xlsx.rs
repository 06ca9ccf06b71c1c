//! The workbook: a sheet of facts, then a sheet for each table. Every cell is stored as text, a number or a day, never as a formula:
//! what looks like one is the text that somebody typed.

use crate::WriteError;
use crate::words::{NOTICE, hex, made};
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};
use shared_types::reports::{CellTone, ColumnKind, ReportBlock, ReportCell, ReportDocument, ReportFact, ReportTable};
use std::collections::HashSet;

/// What a cell of a workbook holds at most, in characters.
const MOST: usize = 32_767;
/// What is said where text was cut.
const CUT: &str = " … (cut; the JSON and PDF formats hold all of it)";

pub(crate) fn write(document: &ReportDocument) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(document.made_at.timestamp())?;
    let properties =
        DocProperties::new().set_title(&document.title).set_subject(&document.subtitle).set_creation_datetime(&made_at);
    workbook.set_properties(&properties);
    let mut names = HashSet::new();
    summary(document, workbook.add_worksheet())?;
    names.insert("summary".to_owned());
    for section in &document.sections {
        for block in &section.blocks {
            if let ReportBlock::Table(table) = block {
                let title = if document.sections.len() == 1 || section.title == table.title {
                    table.title.clone()
                } else {
                    format!("{} {}", section.title, table.title)
                };
                let sheet = workbook.add_worksheet();
                sheet.set_name(sheet_name(&title, &mut names))?;
                page(document, sheet);
                rows(document, table, sheet)?;
            }
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// A name that a sheet may have: at most 31 characters, none of `[]:*?/\`, no apostrophe at an end, and none twice.
fn sheet_name(title: &str, taken: &mut HashSet<String>) -> String {
    let safe: String = title.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).collect();
    let words = safe.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = if words.is_empty() { "Table".to_owned() } else { words };
    let cut = |most: usize| words.chars().take(most).collect::<String>().trim_end().to_owned();
    let mut name = cut(31);
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        let end = format!(" {number}");
        name = format!("{}{end}", cut(31 - end.len()));
        number += 1;
    }
    name
}

/// `&` begins a code in the head of a printed page.
fn literal(text: &str) -> String {
    text.replace('&', "&&").chars().take(80).collect()
}

fn page(document: &ReportDocument, sheet: &mut Worksheet) {
    let notice = document.notice.as_deref().map(|notice| format!("\n{}", literal(notice))).unwrap_or_default();
    sheet.set_header(format!("&C&B{}&B{notice}", literal(&document.marking)));
    sheet.set_footer(format!("&L{}&C&B{}&B&RPage &P of &N", literal(&document.subtitle), literal(&document.marking)));
    // US Letter, lying, one page wide.
    sheet.set_paper_size(1).set_landscape().set_print_fit_to_pages(1, 0);
}

fn head() -> Format {
    Format::new().set_bold().set_background_color(Color::RGB(0x00E8_ECF1)).set_border_bottom(FormatBorder::Thin)
}

fn plain() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Top)
}

fn toned(tone: CellTone) -> Format {
    let format = plain();
    match tone {
        CellTone::Plain => format,
        tone => format.set_font_color(Color::from(format!("#{}", hex(tone)).as_str())).set_bold(),
    }
}

fn text(sheet: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), WriteError> {
    if text.chars().count() > MOST {
        let kept: String = text.chars().take(MOST - CUT.chars().count()).collect();
        sheet.write_string_with_format(row, column, format!("{kept}{CUT}"), format)?;
    } else {
        sheet.write_string_with_format(row, column, text, format)?;
    }
    Ok(())
}

fn summary(document: &ReportDocument, sheet: &mut Worksheet) -> Result<(), WriteError> {
    sheet.set_name("Summary")?;
    page(document, sheet);
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 90)?;
    let mut row = 0;
    text(sheet, row, 0, &document.title, &Format::new().set_bold().set_font_size(16))?;
    row += 1;
    for (label, value) in [("System", &document.subtitle), ("Marking", &document.marking), ("Made", &made(document))] {
        text(sheet, row, 0, label, &head())?;
        text(sheet, row, 1, value, &plain())?;
        row += 1;
    }
    if let Some(notice) = &document.notice {
        text(sheet, row, 0, NOTICE, &head())?;
        text(sheet, row, 1, notice, &toned(CellTone::Bad))?;
        row += 1;
    }
    row = facts(sheet, row, &document.facts)?;
    for section in &document.sections {
        for block in &section.blocks {
            match block {
                ReportBlock::Table(_) => {}
                ReportBlock::Paragraph { text: words } => {
                    text(sheet, row, 0, &section.title, &head())?;
                    text(sheet, row, 1, words, &plain())?;
                    row += 1;
                }
                ReportBlock::Facts { facts: these } => {
                    text(sheet, row, 0, &section.title, &Format::new().set_bold())?;
                    row = facts(sheet, row + 1, these)?;
                }
            }
        }
    }
    for note in &document.footnotes {
        text(sheet, row, 0, &note.citation, &head())?;
        text(sheet, row, 1, &note.text, &plain())?;
        row += 1;
    }
    Ok(())
}

fn facts(sheet: &mut Worksheet, mut row: u32, facts: &[ReportFact]) -> Result<u32, WriteError> {
    for fact in facts {
        text(sheet, row, 0, &fact.label, &head())?;
        text(sheet, row, 1, &fact.value.text, &toned(fact.value.tone))?;
        row += 1;
    }
    Ok(row)
}

/// Characters that a column shows.
fn width(kind: ColumnKind) -> f64 {
    match kind {
        ColumnKind::Text => 38.0,
        ColumnKind::Identifier => 22.0,
        ColumnKind::Number => 10.0,
        ColumnKind::Date => 12.0,
        ColumnKind::Status => 17.0,
    }
}

fn rows(document: &ReportDocument, table: &ReportTable, sheet: &mut Worksheet) -> Result<(), WriteError> {
    let columns = || (0_u16..).zip(&table.columns);
    for (at, column) in columns() {
        sheet.set_column_width(at, width(column.kind))?;
        text(sheet, 0, at, &column.name, &head())?;
    }
    let end = u16::try_from(table.columns.len()).unwrap_or(u16::MAX);
    if document.notice.is_some() {
        sheet.set_column_width(end, 44)?;
        text(sheet, 0, end, NOTICE, &head())?;
    }
    for (at, cells) in (1_u32..).zip(&table.rows) {
        for ((place, column), cell) in columns().zip(cells) {
            value(sheet, (at, place), column.kind, cell)?;
        }
        if let Some(notice) = &document.notice {
            text(sheet, at, end, notice, &toned(CellTone::Bad))?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    let last_column = if document.notice.is_some() { end } else { end.saturating_sub(1) };
    let last_row = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    sheet.autofilter(0, 0, last_row, last_column)?;
    Ok(())
}

fn value(sheet: &mut Worksheet, (row, column): (u32, u16), kind: ColumnKind, cell: &ReportCell) -> Result<(), WriteError> {
    let number = cell.text.parse::<i32>().ok().filter(|_| kind == ColumnKind::Number);
    let day = cell.text.parse::<NaiveDate>().ok().filter(|day| kind == ColumnKind::Date && (1900..=9999).contains(&day.year()));
    if let Some(number) = number {
        sheet.write_number_with_format(row, column, number, &Format::new().set_align(FormatAlign::Top))?;
    } else if let Some(day) = day {
        let year = u16::try_from(day.year()).unwrap_or(1900);
        let value = ExcelDateTime::from_ymd(year, u8::try_from(day.month()).unwrap_or(1), u8::try_from(day.day()).unwrap_or(1))?;
        let format = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Top);
        sheet.write_datetime_with_format(row, column, &value, &format)?;
    } else {
        text(sheet, row, column, &cell.text, &toned(cell.tone))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_a_spreadsheet_takes() {
        let mut taken = HashSet::from(["summary".to_owned()]);
        let mut name = |title: &str| sheet_name(title, &mut taken);
        assert_eq!(name("Summary"), "Summary 2");
        assert_eq!(name("a/b [c]: 'd'?"), "a b c d");
        assert_eq!(name(""), "Table");
        let long = "Identification and authentication objectives";
        assert_eq!(name(long), "Identification and authenticati");
        assert_eq!(name(long), "Identification and authentica 2");
    }
}
