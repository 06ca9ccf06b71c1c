//! The finding of an objective: real radio buttons in one row.

use crate::components::icon::IconView;
use crate::words;
use leptos::prelude::*;
use shared_types::finding::Finding;

/// Met, Not met, N/A. Arrow keys move, as in any group of radio buttons; nothing is chosen while it is not assessed.
#[component]
pub fn FindingControl(
    /// The name of the group, unique on the page.
    #[prop(into)]
    name: String,
    /// What is judged, for screen readers: `Objective [a]`.
    #[prop(into)]
    label: String,
    /// The finding.
    #[prop(into)]
    value: Signal<Finding>,
    /// Chosen another.
    #[prop(into)]
    on_choose: Callback<Finding>,
    /// Can't be changed: the reader's role does not reach, or a change is under way.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let segments = [Finding::Met, Finding::NotMet, Finding::NotApplicable].map(|finding| {
        let status = words::finding(finding);
        let chosen = move || value.get() == finding;
        view! {
            <label class=format!("seg-part {}", words::finding_class(finding))>
                <input type="radio" class="sr-only" name=name.clone() value=finding.as_str() disabled=move || disabled.get()
                    prop:checked=chosen
                    on:change=move |_| on_choose.run(finding) />
                {move || chosen().then(|| view! { <IconView icon=status.icon /> })}
                {status.word}
            </label>
        }
    });
    view! { <fieldset class="seg"><legend class="sr-only">{label}</legend>{segments.collect_view()}</fieldset> }
}
