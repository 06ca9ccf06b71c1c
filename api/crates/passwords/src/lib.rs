//! Which passwords are accepted. The server decides with it, the browser explains with it; so both say the same.
//!
//! After NIST SP 800-63B-4, section 3.1.1: 15 characters or more where the password is the only factor, 8 or more beside a second
//! one, up to 128, any Unicode, each code point counting as one; nothing is cut off; no rules of composition, no change by the
//! calendar; compared with a list of common passwords and of words that belong to the person and the field.
//!
//! Architecture Invariant: pure. No database, no HTTP, no clock of its own; compiles for wasm32.
//!
//! - `fold.rs`: how texts are compared
//! - `lists.rs`: common passwords, and the field's words; the lists themselves are in `lists/`
//! - `context.rs`: the words that belong to a person
//! - `fault.rs`: why a password is refused
//! - `estimate.rs`: how easily it is guessed (zxcvbn), behind the feature `estimate`

mod context;
#[cfg(feature = "estimate")]
mod estimate;
mod fault;
mod fold;
mod lists;

pub use context::Context;
#[cfg(feature = "estimate")]
pub use estimate::{Estimate, Strength, estimate};
pub use fault::Fault;

/// Fewest characters of a password that is the only factor.
pub const LEAST_ALONE: usize = 15;
/// Fewest characters of a password beside a second factor.
pub const LEAST_WITH_SECOND_FACTOR: usize = 8;
/// Most characters. Longer ones are refused, never cut.
pub const MOST: usize = 128;
/// What has to be left of a password when what a guesser tries first is taken out.
const LEAST_OF_ITS_OWN: usize = 4;

/// Fewest characters of this person's password.
pub fn least(second_factor: bool) -> usize {
    if second_factor { LEAST_WITH_SECOND_FACTOR } else { LEAST_ALONE }
}

/// Refuses a password for what can be said of it without an estimate: its length, that it is a common one, that it consists of
/// words which belong to the person or the field.
pub fn check(text: &str, second_factor: bool, context: &Context) -> Result<(), Fault> {
    let least = least(second_factor);
    let length = text.chars().count();
    if length == 0 {
        return Err(Fault::Empty);
    }
    if length < least {
        return Err(Fault::TooShort { least, length });
    }
    if length > MOST {
        return Err(Fault::TooLong { length });
    }
    let folded = fold::fold(text);
    if lists::is_common(&folded) {
        return Err(Fault::Common);
    }
    if context.leaves(&folded) < LEAST_OF_ITS_OWN {
        return Err(Fault::OnlyContext);
    }
    Ok(())
}

/// The whole policy, as the server applies it.
#[cfg(feature = "estimate")]
pub fn judge(text: &str, second_factor: bool, context: &Context) -> Result<Estimate, Fault> {
    check(text, second_factor, context)?;
    let estimate = estimate(text, context);
    if estimate.strength.is_enough(second_factor) { Ok(estimate) } else { Err(Fault::Guessable(estimate.warning)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> Context {
        Context::new(["Ana María Ortega", "ana.ortega@harlan-precision.example", "Harlan Precision LLC"])
    }

    #[test]
    fn length_counts_code_points_and_nothing_is_cut() {
        let fault = |text: &str, second_factor| check(text, second_factor, &Context::default()).err();
        assert_eq!(fault("", false), Some(Fault::Empty));
        assert_eq!(fault(&"é".repeat(14), false), Some(Fault::TooShort { least: 15, length: 14 }));
        assert_eq!(fault("пятнадцать журавлей", false), None);
        assert_eq!(fault("wet lamp", true), None);
        assert_eq!(fault("wet lam", true), Some(Fault::TooShort { least: 8, length: 7 }));
        let long: String = ('a'..='z').cycle().take(MOST + 1).collect();
        assert_eq!(fault(&long, false), Some(Fault::TooLong { length: 129 }));
        assert_eq!(fault(&long[..MOST], false), None);
    }

    #[test]
    fn common_ones_are_known_however_they_are_written() {
        for text in [
            "passwordpassword",
            "Password-Password!!",
            "P a s s w o r d 1 2 3 4 5 6 7",
            "correct horse battery staple",
            "123456789012345",
            "QwertyUiopAsdfgh",
        ] {
            assert_eq!(check(text, false, &Context::default()), Err(Fault::Common), "{text}");
        }
    }

    #[test]
    fn names_company_and_the_fields_words_are_not_enough() {
        for text in [
            "AnaOrtega2026!!!",
            "Harlan-Precision-2026",
            "CMMC-Compliance-Level2-2026",
            "ortega.ana@harlan-precision",
            "NIST 800-171 assessment",
            "Mar\u{ed}aMar\u{ed}aMar\u{ed}a1",
        ] {
            assert_eq!(check(text, false, &ana()), Err(Fault::OnlyContext), "{text}");
        }
        for text in ["violet harbor nine lanterns", "ana keeps nine lanterns", "cmmc needs umbrellas"] {
            assert_eq!(check(text, false, &ana()), Ok(()), "{text}");
        }
    }

    #[cfg(feature = "estimate")]
    #[test]
    fn what_is_easily_guessed_is_refused_and_long_phrases_are_not() {
        for text in ["aaaaaaaaaaaaaaaaaaaa", "abcdefghijklmnopqrst", "19900101199001011990"] {
            assert!(judge(text, false, &ana()).is_err(), "{text}");
        }
        for text in ["violet harbor nine lanterns", "пятнадцать журавлей летят", "\u{1F980}\u{1F40C} walk home at dusk"]
        {
            assert!(judge(text, false, &ana()).is_ok(), "{text}");
        }
        assert!(judge("mK4#vq8z", true, &ana()).is_ok());
        assert!(judge("monkey12", true, &ana()).is_err());
    }
}
