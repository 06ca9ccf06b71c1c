//! One objective: what must be true, its finding, its reason, its evidence.

use super::evidence::{ControlEvidence, EvidenceChips};
use super::objectives::row_id;
use super::reason::{Editing, ReasonEditor};
use super::state::ControlState;
use crate::components::finding_control::FindingControl;
use crate::components::icon::{Icon, IconView};
use crate::components::time::Moment;
use crate::pages::controls::verdict::basis_word;
use leptos::prelude::*;
use shared_types::controls::ObjectiveFinding;
use shared_types::finding::{Basis, Finding};

/// The row.
#[component]
pub fn ObjectiveRow(
    state: ControlState,
    evidence: ControlEvidence,
    editing: Editing,
    letter: String,
    contributor: bool,
) -> impl IntoView {
    let own = letter.clone();
    let objective = Memo::new(move |_| state.objective(&own));
    let statement = Memo::new(move |_| objective.with(|one| one.as_ref().map(|one| one.statement.clone()).unwrap_or_default()));
    let statement_id = format!("{}-statement", row_id(&letter));
    let own = letter.clone();
    let unsupported =
        Memo::new(move |_| objective.with(|one| one.as_ref().is_some_and(|one| one.finding == Finding::Met && !one.supported)));
    // While its reason is asked for, the chosen finding is shown; it is not set yet.
    let finding = Signal::derive(move || {
        editing
            .finding_of(&own)
            .unwrap_or_else(|| objective.with(|one| one.as_ref().map_or(Finding::NotAssessed, |one| one.finding)))
    });
    let by_pointer = StoredValue::new(false);
    let own = letter.clone();
    let choose = Callback::new(move |finding| editing.choose(state, &own, finding, by_pointer.get_value()));
    let own = letter.clone();
    let is_editing = Memo::new(move |_| editing.finding_of(&own).is_some());
    let (edited, again) = (letter.clone(), letter.clone());
    let labelled = statement_id.clone();
    view! {
        <div class="obj" id=row_id(&letter) data-letter=letter.clone() tabindex="-1" role="group" aria-labelledby=labelled
            on:pointerdown=move |_| by_pointer.set_value(true) on:keydown=move |_| by_pointer.set_value(false)>
            <span class="obj-letter">"["{letter.clone()}"]"</span>
            <div class="obj-main">
                <p id=statement_id>{statement}</p>
                <EvidenceChips evidence letter=letter.clone() contributor />
                {move || unsupported.get().then(|| view! {
                    <p class="unsupported small"><IconView icon=Icon::Info /><span>"Met, but no approved, current evidence "<cite>"32 CFR 170.24(b)"</cite></span></p>
                })}
                {move || if is_editing.get() {
                    view! { <ReasonEditor state editing letter=edited.clone() /> }.into_any()
                } else {
                    let again = again.clone();
                    objective.get().and_then(|one| said(&one, contributor, Callback::new(move |()| editing.revise(state, &again)))).into_any()
                }}
            </div>
            <FindingControl name=format!("finding-{letter}") label=format!("Finding of objective [{letter}]") value=finding on_choose=choose disabled=!contributor />
        </div>
    }
}

/// Reason, basis, author and time, where there is anything to say.
fn said(objective: &ObjectiveFinding, contributor: bool, revise: Callback<()>) -> Option<AnyView> {
    if objective.finding == Finding::NotAssessed {
        return None;
    }
    let class = match objective.finding {
        Finding::NotMet => "reason not",
        Finding::Met | Finding::NotApplicable | Finding::NotAssessed => "reason",
    };
    let basis = (objective.finding != Finding::NotMet && objective.basis != Basis::Implemented)
        .then(|| view! { <span class="strong">{basis_word(objective.finding, objective.basis)}". "</span> });
    let words = objective.reason.clone();
    let text = (basis.is_some() || words.is_some()).then(|| view! { <p class=class>{basis}{words}</p> });
    let by = objective.by.as_ref().map(|person| person.name.clone());
    let at = objective.at;
    let label = if objective.finding == Finding::NotMet { "Edit reason" } else { "Basis and reason" };
    let letter = objective.letter.clone();
    Some(
        view! {
            {text}
            <p class="obj-by small muted">
                <span>{by}{at.map(|at| view! { ", " <Moment at /> })}</span>
                {contributor.then(|| view! {
                    <button type="button" class="link-btn no-print" aria-label=format!("{label} of [{letter}]") on:click=move |_| revise.run(())>{label}</button>
                })}
            </p>
        }
        .into_any(),
    )
}
