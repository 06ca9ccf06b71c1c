//! Asks for the reason of a finding, below its objective.

use super::objectives::row_id;
use super::state::ControlState;
use crate::components::button::{Button, ButtonKind};
use crate::components::field::{SelectField, TextAreaField};
use crate::components::form::{Form, FormView};
use crate::dom;
use crate::pages::controls::verdict::{basis_choices, demands_reason, reason_hint};
use crate::words;
use leptos::prelude::*;
use shared_types::finding::{Basis, Finding};
use shared_types::text::Note;

/// The objective whose reason is being written, with the finding that was chosen for it.
#[derive(Clone, Copy)]
pub struct Editing {
    open: RwSignal<Option<(String, Finding)>>,
    focus: StoredValue<bool>,
}

impl Editing {
    /// None.
    pub fn new() -> Self {
        Self { open: RwSignal::new(None), focus: StoredValue::new(false) }
    }

    /// The finding that waits for a reason at this objective.
    pub fn finding_of(self, letter: &str) -> Option<Finding> {
        self.open.with(|open| open.as_ref().filter(|(own, _)| own == letter).map(|(_, finding)| *finding))
    }

    /// A finding was chosen: a Met is set at once, the others ask for their reason first.
    pub fn choose(self, state: ControlState, letter: &str, finding: Finding, focus: bool) {
        let held = untrack(|| state.objective(letter));
        if demands_reason(finding, Basis::Implemented) {
            self.focus.set_value(focus);
            if held.is_none_or(|held| held.finding != finding) || focus {
                self.open.set(Some((letter.to_owned(), finding)));
            }
        } else {
            self.close();
            if held.is_none_or(|held| held.finding != finding || held.basis != Basis::Implemented) {
                state.judge(letter, finding, None, None);
            }
        }
    }

    /// Opens the reason of the finding that is there.
    pub fn revise(self, state: ControlState, letter: &str) {
        if let Some(held) = untrack(|| state.objective(letter)) {
            self.focus.set_value(true);
            self.open.set(Some((letter.to_owned(), held.finding)));
        }
    }

    fn close(self) {
        self.open.set(None);
    }
}

/// The editor.
#[component]
pub fn ReasonEditor(state: ControlState, editing: Editing, letter: String) -> impl IntoView {
    let held = untrack(|| state.objective(&letter));
    let own = letter.clone();
    let finding =
        Memo::new(move |before: Option<&Finding>| editing.finding_of(&own).or(before.copied()).unwrap_or(Finding::NotMet));
    let form = Form::new("reason");
    let same = held.filter(|held| held.finding == finding.get_untracked());
    let basis = RwSignal::new(same.as_ref().map_or(Basis::Implemented, |held| held.basis).as_str().to_owned());
    let reason = RwSignal::new(same.and_then(|held| held.reason).unwrap_or_default());
    let chosen = Memo::new(move |_| {
        if finding.get() == Finding::NotMet {
            Basis::Implemented
        } else {
            Basis::parse(&basis.get()).unwrap_or(Basis::Implemented)
        }
    });
    let choices = Signal::derive(move || basis_choices(finding.get()));
    let focus = editing.focus.get_value();
    let own = letter.clone();
    let submit = move || {
        form.begin();
        let (finding, basis, text) = (finding.get_untracked(), chosen.get_untracked(), reason.get_untracked());
        let checked = if demands_reason(finding, basis) {
            form.check("/reason", Note::parse(&text)).map(Some)
        } else {
            form.check_optional("/reason", &text, Note::parse)
        };
        let Some(note) = checked else { return form.refuse() };
        form.reset();
        state.judge(&own, finding, (finding != Finding::NotMet).then_some(basis), note);
        editing.close();
        dom::focus(&row_id(&own));
    };
    let own = letter.clone();
    let cancel = move || {
        form.reset();
        editing.close();
        dom::focus(&row_id(&own));
    };
    let escape = cancel.clone();
    view! {
        <div class="reason-edit" on:keydown=move |event| {
            if event.key() == "Escape" {
                event.stop_propagation();
                escape();
            }
        }>
            <FormView form on_submit=submit>
                <Show when=move || finding.get() != Finding::NotMet>
                    <SelectField form pointer="/basis" label="Basis" value=basis choices />
                </Show>
                {move || {
                    let demanded = demands_reason(finding.get(), chosen.get());
                    view! { <TextAreaField form pointer="/reason" label="Reason" value=reason optional=!demanded focus hint=reason_hint(finding.get(), chosen.get()) /> }
                }}
                <div class="form-foot start">
                    <Button kind=ButtonKind::Primary submit=true>"Set "{move || words::finding(finding.get()).word}</Button>
                    <Button on_press=cancel>"Cancel"</Button>
                </div>
            </FormView>
        </div>
    }
}
