//! The workbook: a sheet of facts, then a sheet for each table; tables of the same title and columns share one. Where they are parts of
//! sections, the first column says of which. Every cell is stored as text, a number or a day, never as a formula:
//! what looks like one is the text that somebody typed.

use crate::words::{NOTICE, hex, made};
use crate::{Picture, WriteError};
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, HeaderImagePosition, Image, Workbook, Worksheet,
};
use shared_types::reports::{
    CellTone, ColumnKind, ReportBlock, ReportCell, ReportColumn, ReportDocument, ReportFact, ReportTable,
};
use std::borrow::Cow;
use std::collections::HashSet;

/// What a cell of a workbook holds at most, in units of UTF-16, which Excel counts.
const MOST: usize = 32_767;
/// What the head and the foot of a page have room for, in the same, of 255 with their codes: a marking of sixty characters whole, were
/// each of them two units or doubled.
const MARKING: usize = 120;
const BESIDE: usize = 100;
/// Characters of a line of the summary's two columns, with some to spare; the height of a line in points, and the lines of the highest row
/// that a spreadsheet has.
const LABEL: usize = 30;
const VALUE: usize = 84;
const LINE: f64 = 15.0;
const MOST_LINES: usize = 27;
/// The most that a logo in the head of a printed page takes, across and down, in pixels.
const LOGO: (f64, f64) = (120.0, 36.0);
/// The column that says from which section a row is.
const SECTION: &str = "Section";
/// What is said where text was cut.
const CUT: &str = " … (cut; the JSON and PDF formats hold all of it)";

pub(crate) fn write(document: &ReportDocument, picture: Option<Picture<'_>>) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(document.made_at.timestamp())?;
    let properties =
        DocProperties::new().set_title(&document.title).set_subject(&document.subtitle).set_creation_datetime(&made_at);
    workbook.set_properties(&properties);
    let mut names = HashSet::new();
    let logo = match picture {
        Some((logo, png)) => Some(Image::new_from_buffer(png)?.set_alt_text(&logo.alt).set_scale_to_size(LOGO.0, LOGO.1, true)),
        None => None,
    };
    summary(document, logo.as_ref(), workbook.add_worksheet())?;
    names.insert("summary".to_owned());
    for tables in sheets(document) {
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(tables.title, &mut names))?;
        page(document, logo.as_ref(), sheet)?;
        rows(document, &tables, sheet)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// The tables of one sheet.
struct Sheet<'a> {
    title: &'a str,
    columns: &'a [ReportColumn],
    /// Each with the title of its section.
    tables: Vec<(&'a str, &'a ReportTable)>,
}

/// The sheets in the order in which their first tables stand: a sheet for each requirement would be more than anybody opens.
fn sheets(document: &ReportDocument) -> Vec<Sheet<'_>> {
    let mut sheets: Vec<Sheet<'_>> = Vec::new();
    for section in &document.sections {
        for block in &section.blocks {
            let ReportBlock::Table(table) = block else { continue };
            let tables = (section.title.as_str(), table);
            let same = |sheet: &&mut Sheet<'_>| sheet.columns == table.columns && sheet.title == table.title;
            match sheets.iter_mut().find(same) {
                Some(sheet) => sheet.tables.push(tables),
                None => sheets.push(Sheet { title: &table.title, columns: &table.columns, tables: vec![tables] }),
            }
        }
    }
    sheets
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

/// Text in the head of a printed page, where `&` begins a code and is written twice: at most so many units of UTF-16, no pair cut in
/// the middle, and a mark where it was cut.
fn literal(text: &str, most: usize) -> String {
    let units = |c: char| if c == '&' { 2 } else { c.len_utf16() };
    let cut = text.chars().map(units).sum::<usize>() > most;
    let mut left = if cut { most - 1 } else { most };
    let mut kept = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(units(c)) else { break };
        left = rest;
        kept.push(c);
        if c == '&' {
            kept.push('&');
        }
    }
    if cut {
        kept.push('…');
    }
    kept
}

fn page(document: &ReportDocument, logo: Option<&Image>, sheet: &mut Worksheet) -> Result<(), WriteError> {
    let marking = literal(&document.marking, MARKING);
    let notice = document.notice.as_deref().map(|notice| format!("\n{}", literal(notice, BESIDE))).unwrap_or_default();
    let place = if logo.is_some() { "&L&G" } else { "" };
    sheet.set_header(format!("{place}&C&B{marking}&B{notice}"));
    if let Some(logo) = logo {
        sheet.set_header_image(logo, HeaderImagePosition::Left)?;
    }
    sheet.set_footer(format!("&L{}&C&B{marking}&B&RPage &P of &N", literal(&document.subtitle, BESIDE)));
    // US Letter, lying, one page wide.
    sheet.set_paper_size(1).set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
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

/// The text as far as a cell holds it.
fn fitted(text: &str) -> Cow<'_, str> {
    // No text has more units than bytes.
    if text.len() <= MOST || text.encode_utf16().count() <= MOST {
        return Cow::Borrowed(text);
    }
    let mut left = MOST - CUT.encode_utf16().count();
    let mut kept = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.len_utf16()) else { break };
        left = rest;
        kept.push(c);
    }
    kept.push_str(CUT);
    Cow::Owned(kept)
}

fn text(sheet: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), WriteError> {
    sheet.write_string_with_format(row, column, fitted(text), format)?;
    Ok(())
}

fn summary(document: &ReportDocument, logo: Option<&Image>, sheet: &mut Worksheet) -> Result<(), WriteError> {
    sheet.set_name("Summary")?;
    page(document, logo, sheet)?;
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 90)?;
    let mut row = 0;
    text(sheet, row, 0, &document.title, &Format::new().set_bold().set_font_size(16))?;
    row += 1;
    for (label, value) in [("About", &document.subtitle), ("Marking", &document.marking), ("Made", &made(document))] {
        pair(sheet, row, (label, value), &plain())?;
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
                    pair(sheet, row, (&section.title, words), &plain())?;
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
        pair(sheet, row, (&note.citation, &note.text), &plain())?;
        row += 1;
    }
    Ok(())
}

/// A row of the summary: what, and its value. Its height is that of its lines, which not every program works out by itself.
fn pair(sheet: &mut Worksheet, row: u32, (label, value): (&str, &str), format: &Format) -> Result<(), WriteError> {
    let lines = |text: &str, across: usize| -> usize { text.split('\n').map(|line| line.chars().count() / across + 1).sum() };
    let most = lines(label, LABEL).max(lines(value, VALUE)).min(MOST_LINES);
    if most > 1 {
        sheet.set_row_height(row, LINE * f64::from(u32::try_from(most).unwrap_or(1)))?;
    }
    text(sheet, row, 0, label, &head().set_text_wrap().set_align(FormatAlign::Top))?;
    text(sheet, row, 1, value, format)
}

fn facts(sheet: &mut Worksheet, mut row: u32, facts: &[ReportFact]) -> Result<u32, WriteError> {
    for fact in facts {
        pair(sheet, row, (&fact.label, &fact.value.text), &toned(fact.value.tone))?;
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

fn rows(document: &ReportDocument, tables: &Sheet<'_>, sheet: &mut Worksheet) -> Result<(), WriteError> {
    let first = u16::from(tables.tables.iter().any(|(section, table)| *section != table.title));
    if first > 0 {
        sheet.set_column_width(0, width(ColumnKind::Text))?;
        text(sheet, 0, 0, SECTION, &head())?;
    }
    let columns = || (first..).zip(tables.columns);
    for (at, column) in columns() {
        sheet.set_column_width(at, width(column.kind))?;
        text(sheet, 0, at, &column.name, &head())?;
    }
    let end = u16::try_from(tables.columns.len()).unwrap_or(u16::MAX).saturating_add(first);
    if document.notice.is_some() {
        sheet.set_column_width(end, 44)?;
        text(sheet, 0, end, NOTICE, &head())?;
    }
    let all = tables.tables.iter().flat_map(|(section, table)| table.rows.iter().map(move |cells| (*section, cells)));
    let mut last_row = 0;
    for (at, (section, cells)) in (1_u32..).zip(all) {
        last_row = at;
        if first > 0 {
            text(sheet, at, 0, section, &plain())?;
        }
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

    #[test]
    fn cells_are_measured_as_excel_measures_them() {
        let plain = "a".repeat(MOST);
        assert_eq!(fitted(&plain), plain);
        for long in ["😀".repeat(MOST / 2 + 1), "a".repeat(MOST + 1), format!("a{}", "😀".repeat(20_000))] {
            let cell = fitted(&long);
            assert!((MOST - 1..=MOST).contains(&cell.encode_utf16().count()), "{}", cell.encode_utf16().count());
            assert!(cell.ends_with(CUT));
        }
        let whole = "😀".repeat(MOST / 2);
        assert_eq!(fitted(&whole), whole);
    }

    #[test]
    fn a_marking_is_whole_in_the_head_of_a_page() {
        assert_eq!(literal("R&D // CUI", MARKING), "R&&D // CUI");
        assert_eq!(literal(&"&".repeat(60), MARKING), "&".repeat(120));
        assert_eq!(literal(&"😀".repeat(60), MARKING), "😀".repeat(60));
        assert_eq!(literal("ab&cd", 4), "ab…", "a doubled sign is not cut in the middle");
        assert_eq!(literal(&"😀".repeat(4), 5), "😀😀…");
        let fixed = "&L&G&C&B&B\n".len().max("&L&C&B&B&RPage &P of &N".len());
        assert!(fixed + MARKING + BESIDE <= 255);
    }

    #[test]
    fn tables_of_one_kind_share_a_sheet() {
        let document = crate::tests::document(2, 40);
        let sheets = sheets(&document);
        assert_eq!(sheets.len(), 1);
        assert_eq!((sheets[0].title, sheets[0].tables.len()), ("Requirements", 40));
        assert_eq!(sheets[0].tables[7].0, "Section 7");
        let one = crate::tests::document(2, 1);
        assert_eq!(super::sheets(&one)[0].title, "Requirements");
    }
}
