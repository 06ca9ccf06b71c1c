//! Rows of a CSV file that a spreadsheet opens safely. Pure.
//!
//! RFC 4180: commas, CRLF, quotes doubled. UTF-8 with a byte order mark, without which Excel takes it for the machine's old code
//! page. A cell that a spreadsheet would execute begins with an apostrophe, which says "this is text".

use crate::words::NOTICE;
use shared_types::reports::{ReportBlock, ReportDocument, ReportFact, ReportTable};

/// Tells Excel that the file is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Whether a spreadsheet would take the text for a formula, now or after it has cut off a blank character. The wide forms are
/// what East Asian versions take for the same.
fn is_executable(text: &str) -> bool {
    let first = text.trim_start_matches([' ', '\u{a0}', '\u{feff}']).chars().next();
    first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
}

/// Appends a cell.
fn cell(line: &mut String, text: &str) {
    let guard = if is_executable(text) { "'" } else { "" };
    if guard.is_empty() && !text.contains([',', '"', '\r', '\n', '\t']) {
        line.push_str(text);
        return;
    }
    line.push('"');
    line.push_str(guard);
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
}

/// A line of cells with its end (RFC 4180), each made harmless for spreadsheets.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (index, text) in cells.into_iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        cell(&mut line, text);
    }
    line.push_str("\r\n");
    line
}

/// The document as its facts, its running text and its tables, one below the other with an empty line between; each begins with its
/// title. A working copy says so in the last column of every row.
pub(crate) fn write(document: &ReportDocument) -> String {
    let mut text = BYTE_ORDER_MARK.to_owned();
    let notice = document.notice.as_deref();
    let made = document.made();
    for cells in [[document.title.as_str(), &document.subtitle], ["Marking", &document.marking], ["Made", &made]] {
        text.push_str(&noticed(cells, notice));
    }
    facts(&mut text, &document.facts, notice);
    for section in &document.sections {
        for block in &section.blocks {
            match block {
                ReportBlock::Paragraph { text: words } => {
                    text.push_str("\r\n");
                    text.push_str(&noticed([section.title.as_str(), words], notice));
                }
                ReportBlock::Facts { facts: these } => {
                    text.push_str("\r\n");
                    text.push_str(&noticed([section.title.as_str()], notice));
                    facts(&mut text, these, notice);
                }
                ReportBlock::Table(table) => lines(&mut text, &section.title, table, notice),
            }
        }
    }
    if !document.footnotes.is_empty() {
        text.push_str("\r\n");
        text.push_str(&noticed(["Rule", "What it says here"], notice));
    }
    for note in &document.footnotes {
        text.push_str(&noticed([note.citation.as_str(), &note.text], notice));
    }
    text
}

fn noticed<'a>(cells: impl IntoIterator<Item = &'a str>, notice: Option<&'a str>) -> String {
    line(cells.into_iter().chain(notice))
}

fn facts(text: &mut String, facts: &[ReportFact], notice: Option<&str>) {
    for fact in facts {
        text.push_str(&noticed([fact.label.as_str(), &fact.value.text], notice));
    }
}

fn lines(text: &mut String, section: &str, table: &ReportTable, notice: Option<&str>) {
    let title = if table.title == section { section.to_owned() } else { format!("{section}: {}", table.title) };
    text.push_str("\r\n");
    text.push_str(&noticed([title.as_str()], notice));
    text.push_str(&noticed(table.columns.iter().map(|column| column.name.as_str()), notice.map(|_| NOTICE)));
    for row in &table.rows {
        text.push_str(&noticed(row.iter().map(|cell| cell.text.as_str()), notice));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(line(["a", "b c", ""]), "a,b c,\r\n");
        assert_eq!(line(["a,b", "say \"no\"", "two\nlines"]), "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\r\n");
        assert_eq!(line(["Müller", "3.1.10[b]"]), "Müller,3.1.10[b]\r\n");
    }

    #[test]
    fn what_a_spreadsheet_would_execute_is_text() {
        for dangerous in
            ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\u{a0}=1", "＝1", "=HYPERLINK(\"x\")"]
        {
            let cell = line([dangerous]);
            assert!(cell.starts_with("\"'"), "{dangerous:?}: {cell}");
            assert_eq!(cell, format!("\"'{}\"\r\n", dangerous.replace('"', "\"\"")));
        }
        assert_eq!(line(["a=1", "1-2", "x@y"]), "a=1,1-2,x@y\r\n");
    }
}
