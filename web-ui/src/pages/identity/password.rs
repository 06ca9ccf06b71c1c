//! Choosing a password: long, and nothing that a guesser tries first (NIST SP 800-63B-4). The field takes pasted passwords.

use super::meter::Meter;
use crate::components::field::PasswordField;
use crate::components::form::Form;
use leptos::prelude::*;
use passwords::Context;
use shared_types::identity::Password;
use shared_types::text::ValueError;

/// Refuses what the server would refuse, for what can be said without an estimate.
pub fn parse(text: &str, second_factor: bool, about: &[String]) -> Result<Password, ValueError> {
    passwords::check(text, second_factor, &Context::new(about))?;
    Ok(Password(text.to_owned()))
}

/// The field of a new password, with its meter.
#[component]
pub fn NewPasswordField(
    /// The form that it belongs to.
    form: Form,
    /// The value.
    value: RwSignal<String>,
    /// What it is.
    #[prop(default = "Password")]
    label: &'static str,
    /// What a guesser knows of the person: name, address, company.
    #[prop(optional, into)]
    about: Signal<Vec<String>>,
    /// Signing in asks for a second factor too: a shorter one will do.
    #[prop(optional)]
    second_factor: bool,
) -> impl IntoView {
    let hint = format!(
        "{} characters or more. Four or five unrelated words are strong and easy to type; no digits or symbols are demanded.",
        passwords::least(second_factor)
    );
    view! {
        <div class="password-meter">
            <PasswordField form pointer="/password" label value autocomplete="new-password" hint />
            <Meter value about second_factor />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::FieldCode;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn length_is_counted_in_characters() {
        let code = |text: &str| parse(text, false, &["Ana Ortega".to_owned()]).err().map(|error| error.code);
        assert_eq!(code(""), Some(FieldCode::Required));
        assert_eq!(code("шесть журавлей"), Some(FieldCode::TooShort));
        assert_eq!(code("шесть журавлей и"), None);
        assert_eq!(code("Ana-Ortega-Ana-Ortega"), Some(FieldCode::Weak));
    }
}
