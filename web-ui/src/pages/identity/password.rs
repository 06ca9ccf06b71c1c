//! Choosing a password: its one rule is length (NIST SP 800-63B-4), so the meter counts.

use crate::components::field::PasswordField;
use crate::components::form::Form;
use crate::components::progress::{Bar, ProgressBar};
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::identity::Password;
use shared_types::text::ValueError;

/// The fewest characters of a password without a second factor.
const LEAST: usize = 15;
/// The most.
const MOST: usize = 128;

/// Refuses what the server would refuse for its length. Whether it is easy to guess, only the server judges.
pub fn parse(text: &str) -> Result<Password, ValueError> {
    match text.chars().count() {
        0 => Err(ValueError::new(FieldCode::Required, "choose a password")),
        length if length < LEAST => {
            Err(ValueError::new(FieldCode::TooShort, format!("at least {LEAST} characters, these are {length}")))
        }
        length if length > MOST => Err(ValueError::new(FieldCode::TooLong, format!("at most {MOST} characters"))),
        _ => Ok(Password(text.to_owned())),
    }
}

/// How far a password has come, in words.
fn progress(length: usize) -> String {
    match LEAST.saturating_sub(length) {
        0 => format!("{length} characters. Long enough; the server refuses only what is easy to guess."),
        1 => "1 character to go.".to_owned(),
        missing => format!("{missing} characters to go."),
    }
}

/// The field of a new password, with its meter.
#[component]
pub fn NewPasswordField(
    /// The form that it belongs to.
    form: Form,
    /// The value.
    value: RwSignal<String>,
) -> impl IntoView {
    let length = Memo::new(move |_| value.with(|text| text.chars().count()));
    #[expect(clippy::cast_precision_loss, reason = "a length of some characters")]
    let percent = Signal::derive(move || length.get() as f64 / LEAST as f64 * 100.0);
    let bar = Signal::derive(move || if length.get() >= LEAST { Bar::Done } else { Bar::Halted });
    view! {
        <div class="password-meter">
            <PasswordField form pointer="/password" label="Password" value autocomplete="new-password"
                hint="15 characters or more. Four or five unrelated words are strong and easy to type; no digits or symbols are demanded." />
            <Show when=move || { length.get() > 0 }>
                <ProgressBar label="Length of the password" percent bar />
                <p class="tiny muted" aria-live="polite">{move || progress(length.get())}</p>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(parse("").unwrap_err().code, FieldCode::Required);
        assert_eq!(parse(&"é".repeat(14)).unwrap_err().code, FieldCode::TooShort);
        assert!(parse(&"é".repeat(15)).is_ok() && parse(&"é".repeat(128)).is_ok());
        assert_eq!(parse(&"é".repeat(129)).unwrap_err().code, FieldCode::TooLong);
        assert!(progress(14).starts_with("1 character") && progress(15).contains("Long enough"));
    }
}
