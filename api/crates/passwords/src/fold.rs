//! How texts are compared: letters and digits only, in lower case, with what people write instead of letters turned back.

/// A text as a guesser sees it. `P@ssw0rd-2026` and `password2026` are the same to one.
pub(crate) fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        '@' => Some('a'),
        '$' => Some('s'),
        c if c.is_alphanumeric() => Some(c),
        _ => None,
    };
    text.chars().filter_map(plain).flat_map(char::to_lowercase).collect()
}

/// The same with digits that stand for letters turned into those.
pub(crate) fn letters(folded: &str) -> String {
    let letter = |c: char| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        c => c,
    };
    folded.chars().map(letter).collect()
}
