//! Several lines of text.

use super::Around;
use crate::components::form::Form;
use leptos::prelude::*;

/// Several lines of text. Grows with what is typed where the browser can.
#[component]
pub fn TextAreaField(
    /// The form that it belongs to.
    form: Form,
    /// Where its value stands in the request's body.
    pointer: &'static str,
    /// What it is.
    #[prop(into)]
    label: String,
    /// The value.
    value: RwSignal<String>,
    /// How to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// May stay empty.
    #[prop(optional)]
    optional: bool,
    /// Lines at first.
    #[prop(default = 3)]
    rows: u32,
    /// Gets the focus when it appears.
    #[prop(optional)]
    focus: bool,
) -> impl IntoView {
    let around = Around::new(form, pointer, label, hint, optional);
    let id = around.id.clone();
    if focus {
        let id = id.clone();
        crate::dom::later(0, move || crate::dom::focus(&id));
    }
    let control = view! {
        <textarea class="input" id=id name=pointer.trim_start_matches('/') rows=rows
            aria-required=(!optional).then_some("true") aria-invalid=around.invalid() aria-describedby=around.described_by()
            prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event))></textarea>
    };
    around.view(control)
}
