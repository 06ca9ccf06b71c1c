//! A choice from a list: the browser's own select, which works everywhere.

use super::Around;
use crate::components::form::Form;
use crate::components::icon::{Icon, IconView};
use leptos::prelude::*;

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// An entry.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// A choice from a list.
#[component]
pub fn SelectField(
    /// The form that it belongs to.
    form: Form,
    /// Where its value stands in the request's body.
    pointer: &'static str,
    /// What it is.
    #[prop(into)]
    label: String,
    /// The value.
    value: RwSignal<String>,
    /// The entries.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// How to choose.
    #[prop(optional, into)]
    hint: Option<String>,
    /// May stay empty.
    #[prop(optional)]
    optional: bool,
    /// Shown but not changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let around = Around::new(form, pointer, label, hint, optional);
    let control = view! {
        <div class="select"><select class="input" id=around.id.clone() name=pointer.trim_start_matches('/') disabled=move || disabled.get()
            aria-required=(!optional).then_some("true") aria-invalid=around.invalid() aria-describedby=around.described_by()
            on:change=move |event| value.set(event_target_value(&event))>
            {move || choices.get().into_iter().map(|choice| {
                let own = choice.value.clone();
                view! { <option value=choice.value selected=move || value.get() == own>{choice.label}</option> }
            }).collect_view()}
        </select><IconView icon=Icon::ChevronDown /></div>
    };
    around.view(control)
}
