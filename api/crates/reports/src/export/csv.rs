//! Rows of a CSV file that a spreadsheet opens safely. Pure.
//!
//! RFC 4180: commas, CRLF, quotes doubled. UTF-8 with a byte order mark, without which Excel takes it for the machine's old code
//! page. A cell that a spreadsheet would execute begins with an apostrophe, which says "this is text".

/// Tells Excel that the file is UTF-8.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

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

/// A line of cells with its end.
pub(crate) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
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
