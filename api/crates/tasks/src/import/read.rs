//! Reads a CSV file of tasks. Pure; of a large file, work for a thread that may block.

use chrono::{Datelike, NaiveDate};
use platform::{AppError, Result};
use shared_types::tasks::{IMPORT_COLUMNS, ImportLine, MAX_CHECKLIST, MAX_ESTIMATE_HOURS, MAX_IMPORT_LINES, Priority};
use shared_types::text::{Email, Note, Title, ValueError};
use shared_types::{ErrorCode, FieldCode, FieldError, UserId};
use uuid::Uuid;

/// A line of a file. What it names is not looked for yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// Where it begins in the file, from 1.
    pub begins: u64,
    pub title: Option<Title>,
    pub description: Option<Note>,
    pub control: Option<String>,
    pub assignee: Option<String>,
    pub backup: Option<String>,
    pub reviewer: Option<String>,
    pub due: Option<NaiveDate>,
    pub priority: Option<Priority>,
    pub estimate_hours: Option<u16>,
    pub checklist: Vec<Title>,
    pub errors: Vec<FieldError>,
    /// What was found: control, assignee, backup, reviewer.
    pub control_id: Option<Uuid>,
    pub people: [Option<UserId>; 3],
    said: String,
    formula: bool,
}

impl Line {
    /// Adds a fault.
    pub(crate) fn fault(&mut self, column: &str, code: FieldCode, detail: impl Into<String>) {
        self.errors.push(FieldError { pointer: format!("/{column}"), code, detail: detail.into() });
    }

    fn keep<T>(&mut self, column: &str, value: std::result::Result<T, ValueError>) -> Option<T> {
        value.map_err(|error| self.fault(column, error.code, error.detail)).ok()
    }

    /// As an answer shows it.
    pub(crate) fn shown(&self) -> ImportLine {
        ImportLine { line: self.begins, title: self.said.clone(), errors: self.errors.clone(), formula: self.formula }
    }
}

/// Whether a spreadsheet would take a cell for a formula.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The text of a cell. Our own exports guard formulas by an apostrophe: what comes back is what it was.
fn text(cell: &str) -> &str {
    let trimmed = cell.trim();
    trimmed.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(trimmed)
}

fn unreadable(detail: String) -> AppError {
    AppError::new(ErrorCode::FileRefused).detail(detail)
}

/// Reads a file. What is no CSV of tasks at all is refused; a line with a fault is a line with a fault.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Line>> {
    // What spreadsheets save unless they are told otherwise: a ZIP archive, or the compound file of older ones.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(unreadable("This is a workbook. Save it as CSV UTF-8.".to_owned()));
    }
    let file =
        std::str::from_utf8(bytes).map_err(|_bad| unreadable("The file is not UTF-8. Save it as CSV UTF-8.".to_owned()))?;
    // Each way of ending a line is one: what reads the records takes a lone carriage return for an end, too.
    let file = file.strip_prefix('\u{feff}').unwrap_or(file).replace("\r\n", "\n").replace('\r', "\n");
    let first = file.lines().next().unwrap_or_default();
    // Spreadsheets write semicolons where the comma is the decimal sign.
    let delimiter = if first.contains(';') && !first.contains(',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(file.as_bytes());
    let broken = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        unreadable(format!("The file can't be read as CSV, from line {line} on."))
    };
    let names: Vec<String> =
        reader.headers().map_err(broken)?.iter().map(|name| name.trim().to_lowercase().replace(' ', "_")).collect();
    let columns = columns(&names)?;
    let mut lines = Vec::new();
    let (mut seen, mut number) = (0, 1);
    for record in reader.records() {
        let record = record.map_err(broken)?;
        // The reader's own count stands before the empty lines that it passes over.
        let from = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(seen);
        let begins = from + file.get(from..).map_or(0, |rest| rest.len() - rest.trim_start_matches('\n').len());
        number += file.get(seen..begins).map_or(0, |passed| passed.matches('\n').count());
        seen = begins;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() == MAX_IMPORT_LINES {
            return Err(AppError::new(ErrorCode::TooLarge).detail(format!("A file has at most {MAX_IMPORT_LINES} tasks.")));
        }
        lines.push(line(&record, &columns, names.len(), u64::try_from(number).unwrap_or(u64::MAX)));
    }
    if lines.is_empty() {
        return Err(unreadable("The file has no line besides its head.".to_owned()));
    }
    Ok(lines)
}

/// The known column of each place.
fn columns(names: &[String]) -> Result<Vec<&'static str>> {
    let mut columns: Vec<&'static str> = Vec::with_capacity(names.len());
    for name in names {
        let known = IMPORT_COLUMNS.into_iter().find(|known| known == name);
        let shown: String = name.chars().take(40).collect();
        let known = known.ok_or_else(|| {
            unreadable(format!("There is no column {shown:?}. The first line has some of: {}.", IMPORT_COLUMNS.join(", ")))
        })?;
        if columns.contains(&known) {
            return Err(unreadable(format!("The column {known:?} stands twice.")));
        }
        columns.push(known);
    }
    if !columns.contains(&"title") {
        return Err(unreadable(format!("The first line names the columns; {:?} is missing.", "title")));
    }
    Ok(columns)
}

fn line(record: &csv::StringRecord, columns: &[&'static str], width: usize, begins: u64) -> Line {
    let mut line = Line { begins, ..Line::default() };
    line.formula = record.iter().any(|cell| is_formula(cell.trim_start()));
    if record.len() != width {
        let words = format!("{} cells, not {width}: is a comma or a quote missing or too many?", record.len());
        line.errors.push(FieldError { pointer: String::new(), code: FieldCode::BadFormat, detail: words });
    }
    for (column, cell) in columns.iter().zip(record.iter()) {
        read_cell(&mut line, column, text(cell));
    }
    if line.title.is_none() && !line.errors.iter().any(|fault| fault.pointer == "/title") {
        line.fault("title", FieldCode::Required, "fill this in");
    }
    line
}

fn read_cell(line: &mut Line, column: &str, cell: &str) {
    if column == "title" {
        line.said = cell.chars().filter(|c| !c.is_control()).take(200).collect();
    }
    if cell.is_empty() {
        return;
    }
    match column {
        "title" => line.title = line.keep(column, Title::parse(cell)),
        "description" => line.description = line.keep(column, Note::parse(cell)),
        "control" => line.control = Some(cell.to_owned()),
        "assignee" => line.assignee = line.keep(column, Email::parse(cell)).map(String::from),
        "backup" => line.backup = line.keep(column, Email::parse(cell)).map(String::from),
        "reviewer" => line.reviewer = line.keep(column, Email::parse(cell)).map(String::from),
        "due" => match cell.parse::<NaiveDate>() {
            Ok(due) if (2000..2200).contains(&due.year()) => line.due = Some(due),
            Ok(_) => line.fault(column, FieldCode::OutOfRange, "a date from 2000 to 2199"),
            Err(_) => line.fault(column, FieldCode::BadFormat, "a date such as 2026-11-30"),
        },
        "priority" => match Priority::parse(&cell.to_lowercase()) {
            Some(priority) => line.priority = Some(priority),
            None => line.fault(column, FieldCode::WrongType, "one of urgent, high, normal, low"),
        },
        "estimate_hours" => match cell.parse::<u16>() {
            Ok(hours) if (1..=MAX_ESTIMATE_HOURS).contains(&hours) => line.estimate_hours = Some(hours),
            _ => line.fault(column, FieldCode::OutOfRange, format!("whole hours, 1 to {MAX_ESTIMATE_HOURS}")),
        },
        "checklist" => read_checklist(line, cell),
        _ => {}
    }
}

/// The items stand on lines of their own within the cell, or between bars.
fn read_checklist(line: &mut Line, cell: &str) {
    let items: Vec<&str> = cell.split(['\n', '|']).map(str::trim).filter(|item| !item.is_empty()).collect();
    if items.len() > MAX_CHECKLIST {
        return line.fault("checklist", FieldCode::TooLong, format!("at most {MAX_CHECKLIST} items"));
    }
    for item in items {
        if let Some(item) = line.keep("checklist", Title::parse(item)) {
            line.checklist.push(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(line: &Line) -> Vec<(&str, FieldCode)> {
        line.errors.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect()
    }

    #[test]
    fn a_whole_line() {
        let file = "\u{feff}Title,Description,Control,Assignee,Backup,Reviewer,Due,Priority,Estimate hours,Checklist\r\n\
                    \"Say \"\"no\"\", twice\",\"two\nlines\",3.1.1,Ana@Example.com,,,2026-12-01,HIGH,8,one|two\r\n,,,,,,,,,\r\nNext,,,,,,,,,\r\n";
        let lines = read(file.as_bytes()).unwrap();
        assert_eq!(lines.len(), 2, "an empty line is none");
        let first = &lines[0];
        assert_eq!((first.title.as_ref().unwrap().as_str(), first.begins), ("Say \"no\", twice", 2));
        assert_eq!(first.description.as_ref().unwrap().as_str(), "two\nlines");
        assert_eq!((first.control.as_deref(), first.assignee.as_deref()), (Some("3.1.1"), Some("ana@example.com")));
        assert_eq!((first.priority, first.estimate_hours, first.checklist.len()), (Some(Priority::High), Some(8), 2));
        assert!(lines.iter().all(|line| line.errors.is_empty() && !line.formula));
        assert_eq!(lines[1].begins, 5, "a cell may span lines");
    }

    #[test]
    fn lines_are_counted_as_a_person_counts_them() {
        for end in ["\n", "\r\n"] {
            let file = ["title,due", "a,", "", "", "\"b", "b\",", "c,"].join(end);
            let lines = read(file.as_bytes()).unwrap();
            assert_eq!(lines.iter().map(|line| line.begins).collect::<Vec<_>>(), [2, 5, 7], "{end:?}");
        }
    }

    #[test]
    fn each_fault_names_its_column() {
        let file = "title;due;priority;estimate_hours;assignee\n;2026-02-30;soon;0;ana\nx;1999-01-01;;1e3;a@b.c\ny;too few\nz;;;;;too many\n";
        let lines = read(file.as_bytes()).unwrap();
        let bad = |n: usize| faults(&lines[n]);
        assert_eq!(
            bad(0),
            [
                ("/due", FieldCode::BadFormat),
                ("/priority", FieldCode::WrongType),
                ("/estimate_hours", FieldCode::OutOfRange),
                ("/assignee", FieldCode::BadFormat),
                ("/title", FieldCode::Required)
            ]
        );
        assert_eq!(bad(1), [("/due", FieldCode::OutOfRange), ("/estimate_hours", FieldCode::OutOfRange)]);
        assert_eq!(bad(2).first(), Some(&("", FieldCode::BadFormat)));
        assert_eq!(bad(3), [("", FieldCode::BadFormat)]);
    }

    #[test]
    fn formulas_stay_text_and_our_own_guard_is_taken_off() {
        let lines = read(b"title\n=cmd|' /C calc'!A0\n'=1+1\n'quoted'\n-5 degrees\n").unwrap();
        let titles: Vec<&str> = lines.iter().map(|line| line.title.as_ref().unwrap().as_str()).collect();
        assert_eq!(titles, ["=cmd|' /C calc'!A0", "=1+1", "'quoted'", "-5 degrees"]);
        assert_eq!(lines.iter().map(|line| line.formula).collect::<Vec<_>>(), [true, false, false, true]);
    }

    #[test]
    fn what_is_no_file_of_tasks_is_refused() {
        for (file, words) in [
            (&b""[..], "is missing"),
            (b"title\n", "no line"),
            (b"title\n\n,\n", "no line"),
            (b"name,title\nx,y\n", "There is no column"),
            (b"title,title\nx,y\n", "stands twice"),
            (b"description\nx\n", "is missing"),
            (b"title\n\xff\xfe\n", "not UTF-8"),
            (b"title\nCaf\xe9\n", "not UTF-8"),
            (b"PK\x03\x04\x14\x00\x06\x00", "a workbook"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook"),
        ] {
            let problem = read(file).unwrap_err().to_problem(None);
            assert!(problem.detail.as_deref().is_some_and(|detail| detail.contains(words)), "{words}: {:?}", problem.detail);
        }
        let most = format!("title\n{}", "x\n".repeat(MAX_IMPORT_LINES));
        assert_eq!(read(most.as_bytes()).unwrap().len(), MAX_IMPORT_LINES);
        assert_eq!(read(format!("{most}x\n").as_bytes()).unwrap_err().code(), ErrorCode::TooLarge);
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_with_the_file() {
        let lines = read(format!("title\n\"open{}", "\nx".repeat(5_000)).as_bytes()).unwrap();
        assert_eq!((lines.len(), faults(&lines[0])), (1, vec![("/title", FieldCode::TooLong)]));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(256))]

        // Whatever comes: no panic, and lines that are told by where they stand in the file.
        #[test]
        fn any_file_is_read_or_refused(head in "(title|due|title,due|title;checklist|Title,control,estimate hours)", rest in "[a-zA-Z0-9,;\"'=\\-\n\r\t |\u{e9}\u{feff}]{0,300}") {
            let file = format!("{head}\n{rest}");
            if let Ok(lines) = read(file.as_bytes()) {
                let ends = u64::try_from(file.matches(['\n', '\r']).count() + 1).unwrap();
                assert!(lines.iter().all(|line| (2..=ends).contains(&line.begins)), "{file:?}");
                assert!(lines.is_sorted_by(|one, next| one.begins < next.begins), "{file:?}");
                assert!(lines.iter().all(|line| line.title.is_some() != line.errors.iter().any(|fault| fault.pointer == "/title")), "{file:?}");
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let _read = read(&[b"title\n".as_slice(), bytes.as_slice()].concat());
        }
    }
}
