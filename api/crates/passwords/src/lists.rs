//! The two lists that belong to this product. zxcvbn has tens of thousands of common short passwords; these are the long ones that
//! length alone would let through, and the words of the field.

use crate::fold::letters;

/// One a line, folded.
const COMMON: &str = include_str!("../lists/common.txt");
/// One a line, folded.
const FIELD: &str = include_str!("../lists/field.txt");

/// The words of the field: the product, its rules, the trade.
pub(crate) fn field() -> impl Iterator<Item = &'static str> {
    FIELD.lines()
}

/// Whether a folded password is a common one, perhaps with digits at its end.
pub(crate) fn is_common(folded: &str) -> bool {
    let bare = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let spelled = letters(folded);
    COMMON.lines().any(|common| {
        common == folded || common == spelled || (common == bare && !bare.is_empty()) || is_repeated(folded, common)
    })
}

/// Whether a text is another one, written several times.
fn is_repeated(text: &str, one: &str) -> bool {
    text.len() > one.len() && text.len().is_multiple_of(one.len()) && text.replace(one, "").is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn the_lists_are_folded_sorted_and_without_repetition() {
        for list in [COMMON, FIELD] {
            let lines: Vec<&str> = list.lines().collect();
            let mut sorted = lines.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(lines, sorted);
            for line in lines {
                assert!(!line.is_empty() && fold(line) == line, "{line:?}");
            }
        }
    }

    #[test]
    fn repetitions_and_digits_at_the_end_change_nothing() {
        assert!(is_common("letmeinletmeinletmein"));
        assert!(is_common("iloveyou2026"));
        assert!(!is_common("violetharborninelanterns"));
    }
}
