//! Fields of one line: text, e-mail, date, password.

use super::Around;
use crate::components::button::IconButton;
use crate::components::form::Form;
use crate::components::icon::Icon;
use leptos::prelude::*;

/// One line of text, an e-mail address or a date.
#[component]
pub fn TextField(
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
    /// `text`, `email`, `date`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// May stay empty.
    #[prop(optional)]
    optional: bool,
    /// Gets the focus when it appears.
    #[prop(optional)]
    focus: bool,
    /// Suggestions, by the id of a `<datalist>`.
    #[prop(optional)]
    list: &'static str,
    /// The latest date, for dates.
    #[prop(optional, into)]
    max: Option<String>,
    /// Shown but not changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let around = Around::new(form, pointer, label, hint, optional);
    let id = around.id.clone();
    if focus {
        let id = id.clone();
        crate::dom::later(0, move || crate::dom::focus(&id));
    }
    let control = view! {
        <input class="input" id=id name=pointer.trim_start_matches('/') type=kind autocomplete=autocomplete
            list=(!list.is_empty()).then_some(list) max=max disabled=move || disabled.get()
            aria-required=(!optional).then_some("true") aria-invalid=around.invalid() aria-describedby=around.described_by()
            prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
    };
    around.view(control)
}

/// A password, which can be shown.
#[component]
pub fn PasswordField(
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
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// Gets the focus when it appears.
    #[prop(optional)]
    focus: bool,
) -> impl IntoView {
    let around = Around::new(form, pointer, label, hint, false);
    let id = around.id.clone();
    if focus {
        let id = id.clone();
        crate::dom::later(0, move || crate::dom::focus(&id));
    }
    let shown = RwSignal::new(false);
    let icon = Signal::derive(move || if shown.get() { Icon::Lock } else { Icon::Eye });
    let label = Signal::derive(move || if shown.get() { "Hide password" } else { "Show password" }.to_owned());
    let control = view! {
        <div class="input-group">
            <input class="input" id=id name=pointer.trim_start_matches('/') type=move || if shown.get() { "text" } else { "password" }
                autocomplete=autocomplete autocapitalize="none" spellcheck="false" maxlength="512"
                aria-required="true" aria-invalid=around.invalid() aria-describedby=around.described_by()
                prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
            <IconButton icon label on_press=move || shown.update(|shown| *shown = !*shown) />
        </div>
    };
    around.view(control)
}
