//! How easily a password is guessed, explained while it is typed. The server decides, by the same rules.

use crate::components::progress::{Bar, ProgressBar};
use crate::dom;
use leptos::prelude::*;
use leptos::task::spawn_local;
use passwords::Context;

/// How long the typing must rest before the estimate is made, in milliseconds.
const REST: u32 = 250;

/// What a guesser would make of the password. Everything else of the meter does without it: this is the one entrance to zxcvbn and
/// its word lists, which are larger than all pages together. In a release build they are a chunk of their own, fetched at the
/// first password that is long enough; `None` while it can't be fetched, and where this client was built without it.
#[cfg_attr(not(feature = "split"), expect(clippy::unused_async, reason = "it waits where its code is fetched first"))]
pub async fn estimate(text: String, second_factor: bool, about: Vec<String>) -> Option<Verdict> {
    #[cfg(all(feature = "meter", feature = "split"))]
    return cut::guess(text, second_factor, about).await.ok();
    #[cfg(all(feature = "meter", not(feature = "split")))]
    return Some(verdict_of(&text, second_factor, about));
    #[cfg(not(feature = "meter"))]
    return None;
}

#[cfg(all(feature = "meter", feature = "split"))]
mod cut {
    #![expect(clippy::unnecessary_wraps, reason = "the fetch may fail, and this is how a chunk says so")]

    use super::{Verdict, verdict_of};
    use leptos::wasm_split::SplitLoaderError;

    #[leptos::wasm_split::wasm_split(meter, wasm_split_path = ::leptos::wasm_split, fallible)]
    pub fn guess(text: String, second_factor: bool, about: Vec<String>) -> Result<Verdict, SplitLoaderError> {
        Ok(verdict_of(&text, second_factor, about))
    }
}

#[cfg(feature = "meter")]
fn verdict_of(text: &str, second_factor: bool, about: Vec<String>) -> Verdict {
    let passwords::Estimate { strength, warning, suggestions } = passwords::estimate(text, &Context::new(about));
    Verdict {
        percent: f64::from(strength.step()) * 20.0,
        enough: strength.is_enough(second_factor),
        word: strength.word(),
        advice: warning.or_else(|| suggestions.into_iter().next()),
    }
}

/// An estimate in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// How far the bar goes.
    pub percent: f64,
    /// Whether the server would take it.
    pub enough: bool,
    /// How strong.
    pub word: &'static str,
    /// What is wrong with it, or what would make it better.
    pub advice: Option<String>,
}

/// What the meter shows.
#[derive(Debug, Clone, PartialEq)]
struct Reading {
    percent: f64,
    good: bool,
    words: String,
}

impl Reading {
    /// What can be said without an estimate.
    fn at_once(text: &str, second_factor: bool, about: &[String]) -> Result<Self, Self> {
        match passwords::check(text, second_factor, &Context::new(about)) {
            Ok(()) => Ok(Self { percent: 60.0, good: false, words: "Long enough.".to_owned() }),
            Err(passwords::Fault::TooShort { least, length }) => {
                #[expect(clippy::cast_precision_loss, reason = "lengths of some characters")]
                let percent = length as f64 / least as f64 * 40.0;
                let missing = least - length.min(least);
                let words = if missing == 1 { "1 character to go.".to_owned() } else { format!("{missing} characters to go.") };
                Err(Self { percent, good: false, words })
            }
            Err(fault) => Err(Self { percent: 40.0, good: false, words: crate::api::sentence(&fault.words()) }),
        }
    }
}

impl From<Verdict> for Reading {
    fn from(verdict: Verdict) -> Self {
        let Verdict { percent, enough, word, advice } = verdict;
        let words = match advice.filter(|_| !enough) {
            Some(advice) => format!("{word}: {advice}"),
            None if enough => format!("{word}. Hard to guess."),
            None => format!("{word}: add another word or two."),
        };
        Self { percent, good: enough, words }
    }
}

/// The meter below a field.
#[component]
pub fn Meter(
    /// The password.
    value: RwSignal<String>,
    /// What a guesser knows of the person: name, address, company.
    about: Signal<Vec<String>>,
    /// Signing in asks for a second factor too.
    second_factor: bool,
) -> impl IntoView {
    let reading = RwSignal::new(None::<Reading>);
    Effect::new(move || {
        let (text, about) = (value.get(), about.get());
        if text.is_empty() {
            return reading.set(None);
        }
        match Reading::at_once(&text, second_factor, &about) {
            Err(fault) => reading.set(Some(fault)),
            Ok(so_far) => {
                reading.update(|shown| {
                    // While somebody types on, the last verdict stays: a bar that jumps at each key tells nothing.
                    if !shown.as_ref().is_some_and(|shown| shown.good) {
                        *shown = Some(so_far);
                    }
                });
                dom::later(REST, move || judge(text, second_factor, about, value, reading));
            }
        }
    });
    let percent = Signal::derive(move || reading.with(|shown| shown.as_ref().map_or(0.0, |shown| shown.percent)));
    let bar = Signal::derive(move || {
        if reading.with(|shown| shown.as_ref().is_some_and(|shown| shown.good)) { Bar::Done } else { Bar::Halted }
    });
    let words = move || reading.with(|shown| shown.as_ref().map(|shown| shown.words.clone()));
    view! {
        <Show when=move || reading.with(Option::is_some)>
            <ProgressBar label="Strength of the password" percent bar />
        </Show>
        <p class="tiny muted password-words" aria-live="polite">{words}</p>
    }
}

/// Makes the estimate, unless somebody has typed on.
fn judge(text: String, second_factor: bool, about: Vec<String>, value: RwSignal<String>, reading: RwSignal<Option<Reading>>) {
    let still = move |text: &str| value.try_with_untracked(|now| now == text).unwrap_or(false);
    if !still(&text) {
        return;
    }
    spawn_local(async move {
        let verdict = estimate(text.clone(), second_factor, about).await;
        if let Some(verdict) = verdict.filter(|_| still(&text)) {
            let _gone = reading.try_set(Some(verdict.into()));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn it_says_what_is_missing() {
        let words = |text: &str| {
            Reading::at_once(text, false, &["Ana Ortega".to_owned()]).map_or_else(|fault| fault.words, |so_far| so_far.words)
        };
        assert_eq!(words("fourteen chars"), "1 character to go.");
        assert_eq!(words("short"), "10 characters to go.");
        assert_eq!(words("violet harbor nine lanterns"), "Long enough.");
        assert!(words("passwordpassword").starts_with("Many people use this one"));
        assert!(words("ana.ortega.ana.ortega").starts_with("Made of your name"));
    }

    #[test]
    fn a_verdict_explains_what_to_do() {
        let verdict =
            |enough, advice: Option<&str>| Verdict { percent: 40.0, enough, word: "Weak", advice: advice.map(str::to_owned) };
        assert_eq!(Reading::from(verdict(false, Some("Add a word."))).words, "Weak: Add a word.");
        assert_eq!(Reading::from(verdict(false, None)).words, "Weak: add another word or two.");
        assert_eq!(Reading::from(verdict(true, Some("Add a word."))).words, "Weak. Hard to guess.");
    }
}
