//! Adds a version: a file, a reference, or the same files for another term.

use super::reference_fields::{ReferenceFields, ReferenceInputs};
use crate::api::{Remote, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::{Choice, SelectField, TextAreaField, TextField, parse_date};
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::scope::use_scope;
use crate::upload::{Target, use_uploads};
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::evidence::{CreateVersion, Evidence, NewVersion};
use shared_types::text::Note;

const FILE: &str = "file";
const REFERENCE: &str = "reference";
const SAME: &str = "same";

/// The dialog.
#[component]
pub fn NewVersionDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    view! { <Dialog open title="New version" wide=true><NewVersionForm open remote /></Dialog> }
}

#[component]
fn NewVersionForm(open: RwSignal<bool>, remote: Remote<Evidence>) -> impl IntoView {
    let (api, scope, toasts, uploads) = (use_api(), use_scope(), use_toasts(), use_uploads());
    let form = Form::new("new-version");
    let text = || RwSignal::new(String::new());
    let (what, note, effective, expires) = (RwSignal::new(FILE.to_owned()), text(), text(), text());
    let reference = ReferenceInputs::new();
    let cadence = remote.map(|one| one.cadence_months).flatten();
    let choices = vec![
        Choice::new(FILE, "A new file"),
        Choice::new(SAME, "The same files, for another term"),
        Choice::new(REFERENCE, "A reference to a file elsewhere"),
    ];
    let (system, base) = (scope.id(), scope.api("/evidence"));
    let submit = move || {
        form.begin();
        let checked = (
            form.check_optional("/metadata/note", &note.get_untracked(), Note::parse),
            form.check_optional("/metadata/effective", &effective.get_untracked(), parse_date),
            form.check_optional("/metadata/expires", &expires.get_untracked(), parse_date),
        );
        let refers = what.get_untracked() == REFERENCE;
        let referred = if refers { reference.checked(form).map(Some) } else { Some(None) };
        let ((Some(note), Some(effective), Some(expires)), Some(referred)) = (checked, referred) else { return form.refuse() };
        if effective.zip(expires).is_some_and(|(from, until)| until < from) {
            form.fault("/metadata/expires", FieldCode::OutOfRange, "not before it takes effect");
            return form.refuse();
        }
        let Some(evidence) = remote.peek() else { return };
        let metadata = NewVersion { note, effective, expires, submit: false };
        if what.get_untracked() == FILE {
            uploads.choose(system, Target::Version(evidence.number.clone(), metadata));
            form.reset();
            open.set(false);
            return;
        }
        let path = format!("{base}/{}/versions/from", evidence.id);
        let body = CreateVersion { upload: None, sha256: None, reference: referred, metadata };
        form.run(async move { api.post(&path, &body).await }, move |evidence: Evidence| {
            open.set(false);
            toasts.say(format!("Version {} is a draft.", evidence.latest_version));
            remote.set(evidence);
        });
    };
    let words = move || if what.get() == FILE { "Choose the file" } else { "Add the version" };
    let ages = match cadence {
        Some(months) => format!("Empty: by the cadence, {months} months from when it takes effect."),
        None => "Empty: it does not age.".to_owned(),
    };
    view! {
        <FormView form on_submit=submit>
            <SelectField form pointer="/what" label="What it consists of" value=what choices />
            <Show when=move || what.get() == REFERENCE><ReferenceFields form inputs=reference /></Show>
            <div class="form-pair">
                <TextField form pointer="/metadata/effective" label="In effect from" kind="date" value=effective optional=true hint="Empty: from today." />
                <TextField form pointer="/metadata/expires" label="Expires on" kind="date" value=expires optional=true hint=ages.clone() />
            </div>
            <TextAreaField form pointer="/metadata/note" label="What is new in it" value=note optional=true />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>{words}</Button>
            </div>
        </FormView>
    }
}
