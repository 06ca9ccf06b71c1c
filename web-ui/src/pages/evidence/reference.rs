//! Evidence that stays elsewhere: a reference in place of a file.

use super::reference_fields::{ReferenceFields, ReferenceInputs};
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::TextAreaField;
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::evidence::{CreateReference, Evidence, EvidenceMetadata, Sensitivity};
use shared_types::text::Note;

/// The dialog.
#[component]
pub fn ReferenceDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Dialog open title="Refer to evidence elsewhere" wide=true><ReferenceForm open /></Dialog> }
}

#[component]
fn ReferenceForm(open: RwSignal<bool>) -> impl IntoView {
    let (api, scope, toasts, router) = (use_api(), use_scope(), use_toasts(), use_router());
    let form = Form::new("reference");
    let (inputs, description) = (ReferenceInputs::new(), RwSignal::new(String::new()));
    let submit = move || {
        form.begin();
        let reference = inputs.checked(form);
        let description = form.check_optional("/metadata/description", &description.get_untracked(), Note::parse);
        let (Some(reference), Some(description)) = (reference, description) else { return form.refuse() };
        let sensitivity = Some(Sensitivity::ControlledUnclassifiedInformation);
        let metadata = EvidenceMetadata { description, sensitivity, ..EvidenceMetadata::default() };
        let (path, scope) = (scope.api("/evidence/reference"), scope.clone());
        let body = CreateReference { reference, metadata };
        form.run(async move { api.post(&path, &body).await }, move |made: Evidence| {
            open.set(false);
            toasts.say(format!("{} is a draft.", made.number));
            router.go(&scope.href(SystemPage::EvidenceItem(made.number)));
        });
    };
    view! {
        <FormView form on_submit=submit>
            <p class="small muted">"For proof that must stay where it is, such as CUI in its enclave: an assessor finds it by this address and proves by the hash that it is the same file."</p>
            <ReferenceFields form inputs />
            <TextAreaField form pointer="/metadata/description" label="What it shows" value=description optional=true />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Add the reference"</Button>
            </div>
        </FormView>
    }
}
