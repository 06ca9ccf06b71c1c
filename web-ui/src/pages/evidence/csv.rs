//! CSV as rows of fields (RFC 4180), as far as a preview goes.

/// The first rows of a text. Fields in quotes may hold separators, line breaks and doubled quotes.
pub fn rows(text: &str, most: usize) -> Vec<Vec<String>> {
    let separator = separator(text);
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
                if rows.len() == most {
                    return rows;
                }
            }
            char if char == separator && !quoted => row.push(std::mem::take(&mut field)),
            char => field.push(char),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows
}

/// What the first line has most of: comma, semicolon or tab.
fn separator(text: &str) -> char {
    let line = text.lines().next().unwrap_or_default();
    [',', ';', '\t'].into_iter().rev().max_by_key(|one| line.matches(*one).count()).unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn fields_in_quotes_stay_whole() {
        let text = "name,note\r\n\"Ortega, Luis\",\"said \"\"yes\"\"\nlater\"\nKaur,\n";
        assert_eq!(rows(text, 9), [vec!["name", "note"], vec!["Ortega, Luis", "said \"yes\"\nlater"], vec!["Kaur", ""]]);
        assert_eq!(rows("a;b\n1;2", 9), [vec!["a", "b"], vec!["1", "2"]]);
        assert_eq!(rows("a\nb\nc", 2).len(), 2);
        assert_eq!(rows("", 2), Vec::<Vec<String>>::new());
    }
}
