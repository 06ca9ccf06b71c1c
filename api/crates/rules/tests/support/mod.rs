//! The tables of facts, read without the crate under test.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A row by column.
pub type Row = BTreeMap<String, String>;

/// The rows of `api/tests/facts/<name>`.
pub fn facts(name: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/facts").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut rows = split(&text).into_iter();
    let header = rows.next().expect("a header");
    rows.map(|fields| {
        assert_eq!(fields.len(), header.len(), "{name}: {fields:?}");
        header.iter().cloned().zip(fields).collect()
    })
    .collect()
}

/// A comma-separated table with quotes doubled inside quotes (RFC 4180).
fn split(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().filter(|c| *c != '\r').peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c => field.push(c),
        }
    }
    assert!(!quoted && field.is_empty() && row.is_empty(), "the table ends with a line end");
    rows
}
