//! What the address tells after a round, in its fragment.

use crate::api::code_words;
use crate::router::decode;
use shared_types::ErrorCode;
use shared_types::second_factor::SecondFactorKind;
use shared_types::single_sign_on::landing::{FAILED, SECOND_FACTOR, TO};
use shared_types::text::ReturnPath;

/// Where the reader came out, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Landing {
    /// Why the round failed.
    pub failed: Option<ErrorCode>,
    /// A second factor is asked for, one of these.
    pub second_factor: Option<Vec<SecondFactorKind>>,
    /// The page that was asked for.
    pub to: Option<ReturnPath>,
}

impl Landing {
    /// Reads a fragment. Whatever a stranger may have written there, it leads to pages of ours and to words of ours.
    pub fn parse(fragment: &str) -> Self {
        let mut landing = Self::default();
        for part in fragment.split('&') {
            match part.split_once('=').unwrap_or((part, "")) {
                (FAILED, code) => landing.failed = ErrorCode::ALL.iter().copied().find(|known| known.as_str() == code),
                (SECOND_FACTOR, kinds) => {
                    landing.second_factor = Some(kinds.split(',').filter_map(SecondFactorKind::parse).collect());
                }
                (TO, to) => landing.to = ReturnPath::parse(&decode(to)).ok(),
                _ => {}
            }
        }
        landing
    }

    /// Why it failed, in words.
    pub fn words(&self) -> Option<&'static str> {
        self.failed.map(code_words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_fragment_says_what_became_of_the_round() {
        let landing = Landing::parse("failed=no_account&to=%2Fs%2Fx%2Ftasks%3Fstate%3Dopen");
        assert_eq!(landing.failed, Some(ErrorCode::NoAccount));
        assert_eq!(landing.to.as_ref().map(ReturnPath::as_str), Some("/s/x/tasks?state=open"));
        assert!(landing.words().is_some_and(|words| words.contains("invite")));
        let kinds = vec![SecondFactorKind::Totp, SecondFactorKind::BackupCode];
        assert_eq!(Landing::parse("second-factor=totp,<b>,backup_code&to=%2F").second_factor, Some(kinds));
        assert_eq!(Landing::parse(""), Landing::default());
        assert_eq!(Landing::parse("failed=<b>&to=%2F%2Fevil.example"), Landing::default());
        assert_eq!(Landing::parse("to=https%3A%2F%2Fevil.example&token=x"), Landing::default());
    }
}
