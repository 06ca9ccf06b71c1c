//! Which passwords are accepted: NIST SP 800-63B-4, as the only factor.

use platform::{AppError, Result};
use shared_types::FieldCode;
use shared_types::identity::Password;

/// Fewest characters of a password that is the only factor.
pub(crate) const MIN_LENGTH: usize = 15;
/// Most characters. Longer ones are refused, never cut.
pub(crate) const MAX_LENGTH: usize = 128;

/// Refuses a password that is too short, too long or too easy to guess. `context` holds words that a guesser would try first.
pub(crate) fn check(pointer: &str, password: &Password, context: &[&str]) -> Result<()> {
    let length = password.0.chars().count();
    if length < MIN_LENGTH {
        return Err(AppError::invalid(
            pointer,
            FieldCode::TooShort,
            format!("at least {MIN_LENGTH} characters; a few words will do"),
        ));
    }
    if length > MAX_LENGTH {
        return Err(AppError::invalid(pointer, FieldCode::TooLong, format!("at most {MAX_LENGTH} characters")));
    }
    let entropy = zxcvbn::zxcvbn(&password.0, context);
    if entropy.score() < zxcvbn::Score::Three {
        let why = entropy
            .feedback()
            .and_then(zxcvbn::feedback::Feedback::warning)
            .map_or_else(|| "too easy to guess".to_owned(), |w| w.to_string());
        return Err(AppError::invalid(pointer, FieldCode::Weak, why));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_strength() {
        let code = |text: &str| {
            let result = check("/password", &Password(text.to_owned()), &["ana@example.com", "Ana Example"]);
            result.err().and_then(|error| error.errors().first().map(|field| field.code))
        };
        assert_eq!(code("Tr0ub4dor&3"), Some(FieldCode::TooShort));
        assert_eq!(code("aaaaaaaaaaaaaaaaaaaa"), Some(FieldCode::Weak));
        assert_eq!(code("passwordpassword"), Some(FieldCode::Weak));
        assert_eq!(code(&"x".repeat(129)), Some(FieldCode::TooLong));
        assert_eq!(code("violet harbor nine lanterns"), None);
        assert_eq!(code("пятнадцать журавлей летят"), None);
    }
}
