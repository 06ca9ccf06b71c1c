//! The fields of a reference to proof that stays where it is.

use crate::components::field::TextField;
use crate::components::form::Form;
use leptos::prelude::*;
use shared_types::evidence::ExternalReference;
use shared_types::text::{Sha256, Title, Uri};

/// What is typed.
#[derive(Clone, Copy)]
pub struct ReferenceInputs {
    name: RwSignal<String>,
    uri: RwSignal<String>,
    sha256: RwSignal<String>,
    custodian: RwSignal<String>,
}

impl ReferenceInputs {
    /// Empty fields.
    pub fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self { name: text(), uri: text(), sha256: text(), custodian: text() }
    }

    /// The reference, or the faults at their fields.
    pub fn checked(self, form: Form) -> Option<ExternalReference> {
        let checked = (
            form.check("/reference/name", Title::parse(&self.name.get_untracked())),
            form.check("/reference/uri", Uri::parse(&self.uri.get_untracked())),
            form.check("/reference/sha256", Sha256::parse(&self.sha256.get_untracked())),
            form.check("/reference/custodian", Title::parse(&self.custodian.get_untracked())),
        );
        let (Some(name), Some(uri), Some(sha256), Some(custodian)) = checked else { return None };
        Some(ExternalReference { name, uri, sha256, custodian })
    }
}

/// The fields.
#[component]
pub fn ReferenceFields(
    /// The form that they belong to.
    form: Form,
    /// What is typed.
    inputs: ReferenceInputs,
) -> impl IntoView {
    view! {
        <TextField form pointer="/reference/name" label="Name" value=inputs.name focus=true hint="As it is called there: the file's name or the document's title." />
        <TextField form pointer="/reference/uri" label="Where it is" value=inputs.uri hint="An address with its scheme, such as https://enclave.example/policy.pdf." />
        <TextField form pointer="/reference/sha256" label="SHA-256" value=inputs.sha256 hint="64 hexadecimal digits, computed where the file is: Get-FileHash, sha256sum." />
        <TextField form pointer="/reference/custodian" label="Custodian" value=inputs.custodian hint="The person or office that keeps it and shows it to an assessor." />
    }
}
