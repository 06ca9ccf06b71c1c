//! What the requirement asks, what it means, what it is worth.

use super::state::ControlState;
use leptos::prelude::*;
use shared_types::controls::ControlDetail;

/// The card.
#[component]
pub fn Statement(state: ControlState) -> impl IntoView {
    let words = state.part(|detail| (detail.statement.clone(), detail.meaning.clone(), detail.evidence_examples.clone()));
    let worth = state.part(note);
    view! {
        <section class="card" aria-label="Requirement">
            <div class="card-in stack tight">
                {move || words.get().map(|(statement, meaning, examples)| view! {
                    <p class="control-statement">{statement}</p>
                    {meaning.map(|meaning| view! { <p class="muted prose">{meaning}</p> })}
                    {(!examples.is_empty()).then(|| view! {
                        <details class="examples small">
                            <summary>"What would show it"</summary>
                            <ul>{examples.into_iter().map(|example| view! { <li>{example}</li> }).collect_view()}</ul>
                        </details>
                    })}
                })}
                {move || worth.get().flatten().map(|note| view! { <div class="citation">{note}</div> })}
            </div>
        </section>
    }
}

/// What it is worth and what follows, with its rules; else the rule of its POA&M eligibility.
fn note(detail: &ControlDetail) -> Option<String> {
    match (&detail.value_note, &detail.poam_citation) {
        (Some(note), _) => Some(note.clone()),
        (None, Some(citation)) => Some(format!("POA&M: {citation}")),
        (None, None) => None,
    }
}
