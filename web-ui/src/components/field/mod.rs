//! Fields: label, hint, control, fault. The fault and the hint are read with the control.

mod date;
mod input;
mod select;
mod text_area;

pub use date::parse_date;
pub use input::{PasswordField, TextField};
pub use select::{Choice, SelectField};
pub use text_area::TextAreaField;

use crate::components::form::Form;
use crate::components::icon::{Icon, IconView};
use leptos::prelude::*;

/// What every field has around its control.
#[derive(Clone)]
struct Around {
    form: Form,
    pointer: &'static str,
    id: String,
    label: String,
    hint: Option<String>,
    optional: bool,
}

impl Around {
    fn new(form: Form, pointer: &'static str, label: String, hint: Option<String>, optional: bool) -> Self {
        form.name_field(pointer, &label);
        Self { form, pointer, id: form.field_id(pointer), label, hint, optional }
    }

    /// Whether the field is at fault, for `aria-invalid`.
    fn invalid(&self) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static + use<> {
        let (form, pointer) = (self.form, self.pointer);
        move || form.fault_of(pointer).map(|_| "true")
    }

    /// The ids of hint and fault, for `aria-describedby`.
    fn described_by(&self) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static + use<> {
        let (form, pointer, id, hint) = (self.form, self.pointer, self.id.clone(), self.hint.is_some());
        move || {
            let fault = form.fault_of(pointer).map(|_| format!("{id}-fault"));
            let hint = hint.then(|| format!("{id}-hint"));
            match (fault, hint) {
                (Some(fault), Some(hint)) => Some(format!("{fault} {hint}")),
                (fault, hint) => fault.or(hint),
            }
        }
    }

    /// Label, hint, control and fault.
    fn view(self, control: impl IntoView + 'static) -> AnyView {
        let Self { form, pointer, id, label, hint, optional } = self;
        let fault_id = format!("{id}-fault");
        view! {
            <div class="field">
                <label for=id.clone()>{label}{optional.then(|| view! { <span class="field-optional">" optional"</span> })}</label>
                {control.into_any()}
                {move || form.fault_of(pointer).map(|fault| view! {
                    <p class="field-fault" id=fault_id.clone()><IconView icon=Icon::Alert /><span>{fault}</span></p>
                })}
                {hint.map(|hint| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> })}
            </div>
        }
        .into_any()
    }
}
