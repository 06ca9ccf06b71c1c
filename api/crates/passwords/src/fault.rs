//! Why a password is refused.

use crate::MOST;
use shared_types::FieldCode;
use shared_types::text::ValueError;

/// Why a password is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// There is none.
    Empty,
    /// Too few characters.
    TooShort {
        /// The fewest.
        least: usize,
        /// These.
        length: usize,
    },
    /// More characters than are taken.
    TooLong {
        /// These.
        length: usize,
    },
    /// On the list of common ones.
    Common,
    /// Made of the person's name, the company, or the words of the field.
    OnlyContext,
    /// Easily guessed, with the reason if there is one.
    Guessable(Option<String>),
}

impl Fault {
    /// The kind of fault.
    pub fn code(&self) -> FieldCode {
        match self {
            Self::Empty => FieldCode::Required,
            Self::TooShort { .. } => FieldCode::TooShort,
            Self::TooLong { .. } => FieldCode::TooLong,
            Self::Common | Self::OnlyContext | Self::Guessable(_) => FieldCode::Weak,
        }
    }

    /// What is wrong and what would be right.
    pub fn words(&self) -> String {
        match self {
            Self::Empty => "choose a password".to_owned(),
            Self::TooShort { least, length } => format!("at least {least} characters, these are {length}; a few words will do"),
            Self::TooLong { length } => format!("at most {MOST} characters, these are {length}"),
            Self::Common => "many people use this one, so it is tried first; add words of your own".to_owned(),
            Self::OnlyContext => {
                "made of your name, your company or words of the trade, which are tried first; add words that have nothing to do with you"
                    .to_owned()
            }
            Self::Guessable(None) => "too easy to guess; add another word or two".to_owned(),
            Self::Guessable(Some(warning)) => format!("too easy to guess: {warning}"),
        }
    }
}

impl From<Fault> for ValueError {
    fn from(fault: Fault) -> Self {
        Self::new(fault.code(), fault.words())
    }
}
