//! The words that a guesser tries first: the person's, the company's, the field's.

use crate::fold::{fold, letters};
use crate::lists;

/// Shorter words are taken for no context: they would be found in everything.
const LEAST_WORD: usize = 3;

/// What belongs to a person. The words of the field are always in it.
#[derive(Debug, Clone)]
pub struct Context {
    /// Folded, the longest first, so that a name inside another does not spoil it.
    words: Vec<String>,
}

impl Default for Context {
    fn default() -> Self {
        Self::new::<&str>([])
    }
}

impl Context {
    /// From name, address, company: each text as a whole, and each of its words.
    pub fn new<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let mut words: Vec<String> = lists::field().map(str::to_owned).collect();
        for text in texts {
            let text = text.as_ref();
            words.push(fold(text));
            words.extend(text.split(|c: char| !c.is_alphanumeric()).map(fold));
        }
        words.retain(|word| word.chars().count() >= LEAST_WORD);
        words.sort_by(|a, b| b.chars().count().cmp(&a.chars().count()).then_with(|| a.cmp(b)));
        words.dedup();
        Self { words }
    }

    /// How many characters are left of a folded password when the context and all digits are taken out.
    pub(crate) fn leaves(&self, folded: &str) -> usize {
        let strip = |text: String| {
            let rest = self.words.iter().fold(text, |rest, word| rest.replace(word.as_str(), ""));
            rest.chars().filter(|c| !c.is_ascii_digit()).count()
        };
        strip(folded.to_owned()).min(strip(letters(folded)))
    }

    /// The words, for an estimate.
    #[cfg(feature = "estimate")]
    pub(crate) fn words(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }
}
