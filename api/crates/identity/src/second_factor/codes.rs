//! What a person types: six digits, or a backup code.

use platform::{Result, Rng};
use shared_types::second_factor::OneTimeCode;

/// Backup codes of a person.
pub(super) const CODES: usize = 10;
/// Characters of one: fifty bits of chance.
const LENGTH: usize = 10;
/// Crockford's alphabet, without letters that look like digits or each other.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What was typed, without spaces and hyphens.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Six digits.
    Totp(String),
    /// A backup code.
    Backup(String),
}

impl Given {
    /// Reads a code; none if it is neither kind.
    pub fn parse(code: &OneTimeCode) -> Option<Self> {
        let plain: String = code.0.chars().filter(|c| !c.is_whitespace() && *c != '-').take(LENGTH + 1).collect();
        if plain.len() == 6 && plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::Totp(plain));
        }
        // People write what they read: the letters that the alphabet leaves out are taken for the digits that they look like.
        let read = |c: char| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        let text: String = plain.chars().map(read).collect();
        let known = text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte));
        known.then_some(Self::Backup(text))
    }
}

/// A fresh backup code, plain.
pub(super) fn new_code(rng: &Rng) -> Result<String> {
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).copied().map_or('0', char::from);
    Ok(rng.bytes::<LENGTH>()?.iter().map(letter).collect())
}

/// As it is shown: two groups of five.
pub(super) fn shown(code: &str) -> String {
    let (first, second) = code.split_at_checked(LENGTH / 2).unwrap_or((code, ""));
    format!("{first}-{second}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Option<Given> {
        Given::parse(&OneTimeCode(text.to_owned()))
    }

    #[test]
    fn digits_and_backup_codes_are_told_apart() {
        assert_eq!(given("123 456"), Some(Given::Totp("123456".to_owned())));
        assert_eq!(given(" 7K2M9-pqrs4 "), Some(Given::Backup("7k2m9pqrs4".to_owned())));
        assert_eq!(given("OIL00-00000"), Some(Given::Backup("0110000000".to_owned())));
        for bad in ["", "12345", "1234567", "12345a", "uuuuu-uuuuu", "7k2m9pqrs44", &"1".repeat(1_000_000), "７k2m9pqrs4"] {
            assert_eq!(given(bad), None, "{bad:.20}");
        }
    }

    #[test]
    fn fresh_codes_read_back_as_shown() {
        let code = new_code(&Rng::system()).unwrap();
        assert_eq!(given(&shown(&code)), Some(Given::Backup(code.clone())));
        assert_ne!(code, new_code(&Rng::system()).unwrap());
    }
}
