//! How easily a password is guessed, by zxcvbn.

use crate::Context;
use zxcvbn::Score;

/// How easily a password is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Among the first that anybody tries.
    VeryWeak,
    /// Found in seconds.
    Weak,
    /// Found in hours by somebody who has the hash.
    Fair,
    /// Holds.
    Good,
    /// Holds with a margin.
    Strong,
}

impl Strength {
    /// Whether it is accepted. Beside a second factor it need only hold against guessing at the door, where attempts are counted.
    pub fn is_enough(self, second_factor: bool) -> bool {
        self >= if second_factor { Self::Fair } else { Self::Good }
    }

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::VeryWeak => "Very weak",
            Self::Weak => "Weak",
            Self::Fair => "Fair",
            Self::Good => "Good",
            Self::Strong => "Strong",
        }
    }

    /// From 1 to 5.
    pub fn step(self) -> u8 {
        match self {
            Self::VeryWeak => 1,
            Self::Weak => 2,
            Self::Fair => 3,
            Self::Good => 4,
            Self::Strong => 5,
        }
    }
}

/// What a guesser would make of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// How easily it is guessed.
    pub strength: Strength,
    /// What makes it weak.
    pub warning: Option<String>,
    /// What would make it better.
    pub suggestions: Vec<String>,
}

/// Estimates. The work grows with the square of the length: give it what [`check`](crate::check) has passed, 128 characters at most.
pub fn estimate(text: &str, context: &Context) -> Estimate {
    let entropy = zxcvbn::zxcvbn(text, &context.words());
    let strength = match entropy.score() {
        Score::Zero => Strength::VeryWeak,
        Score::One => Strength::Weak,
        Score::Two => Strength::Fair,
        Score::Three => Strength::Good,
        _ => Strength::Strong,
    };
    let feedback = entropy.feedback();
    Estimate {
        strength,
        warning: feedback.and_then(zxcvbn::feedback::Feedback::warning).map(|warning| warning.to_string()),
        suggestions: feedback
            .map(|feedback| feedback.suggestions().iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
    }
}
