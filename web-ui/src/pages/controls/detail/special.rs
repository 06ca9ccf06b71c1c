//! The two choices that concern a whole requirement: partial credit (3.5.3, 3.13.11), and not applicable as a whole.

use super::state::ControlState;
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::citation::Citation;
use crate::components::dialog::Dialog;
use crate::components::field::TextAreaField;
use crate::components::form::{Form, FormView, Meanwhile, Part};
use crate::components::icon::{Icon, IconView};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::format;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Patch;
use shared_types::controls::{ControlDetail, PartialCredit, UpdateControl};
use shared_types::finding::Finding;
use shared_types::text::Note;

/// What a dialog of this card asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Partial,
    NotApplicable,
}

impl Choice {
    fn body(self, reason: Patch<Note>) -> UpdateControl {
        match self {
            Self::Partial => UpdateControl { partial_credit: reason, ..UpdateControl::default() },
            Self::NotApplicable => UpdateControl { not_applicable: reason, ..UpdateControl::default() },
        }
    }
}

/// When the lesser deduction holds, in the rule's words.
fn condition(reference: &str) -> &'static str {
    if reference.ends_with("3.5.3") {
        "Multifactor authentication is in place for remote and for privileged users, and only for them. Privileged only, or remote only, deducts the full value."
    } else {
        "Encryption is used where the requirement asks for it, but it is not FIPS-validated. Without any encryption the full value is deducted."
    }
}

/// The card of partial credit, for the two requirements that know it.
#[component]
pub fn PartialCard(state: ControlState, contributor: bool) -> impl IntoView {
    let partial = state.part(|detail| {
        let lesser = detail.partial_points?;
        Some((lesser, detail.control.points.unwrap_or_default(), detail.partial_credit.clone(), detail.control.reference.clone()))
    });
    // Outside of the card, which is drawn anew when somebody else saves: what is typed stays.
    let open = RwSignal::new(false);
    let title = Signal::derive(move || {
        partial.get().flatten().map(|(lesser, full, ..)| format!("Deduct {lesser} instead of {full}")).unwrap_or_default()
    });
    view! {
        {move || partial.get().flatten().map(|(lesser, full, credit, reference)| view! { <Partial state contributor lesser full credit reference open /> })}
        {contributor.then(|| view! {
            <Dialog open title>
                <ReasonForm state open choice=Choice::Partial act="Choose partial credit" hint="What is in place, for whom, and how it was established." />
            </Dialog>
        })}
    }
}

/// The foot of the objectives: not applicable as a whole, or assessed again.
#[component]
pub fn WholeFoot(state: ControlState) -> impl IntoView {
    let finding = state.part(|detail| detail.control.finding);
    let is = Memo::new(move |_| finding.get() == Some(Finding::NotApplicable));
    view! { <footer class="obj-foot no-print">{move || view! { <NotApplicable state is=is.get() /> }}</footer> }
}

/// Partial credit: chosen with its reason, or not.
#[component]
fn Partial(
    state: ControlState,
    contributor: bool,
    lesser: u8,
    full: u8,
    credit: Option<PartialCredit>,
    reference: String,
    open: RwSignal<bool>,
) -> impl IntoView {
    let chosen = credit.is_some();
    view! {
        <Card title="Partial credit">
            <div class="stack tight small">
                {match credit {
                    Some(credit) => view! {
                        <p class="strong">{format!("{lesser} points are deducted instead of {full} while it is not met.")}</p>
                        <p class="reason">{credit.reason}</p>
                        <p class="muted">{credit.by.map(|by| format!("{}, ", by.name))}<Moment at=credit.at /></p>
                    }.into_any(),
                    None => view! { <p>{condition(&reference)}" Then "{format::count(lesser, "point is", "points are")}" deducted instead of "{full}". It stays not met."</p> }.into_any(),
                }}
                <Citation rule="32 CFR 170.24(c)(2)(i)(B)">"No objective states it, so it is an explicit choice with its reason."</Citation>
                {contributor.then(|| view! {
                    <div class="row wrap">
                        <Button on_press=move || open.set(true)>{if chosen { "Edit reason" } else { "Choose partial credit" }}</Button>
                        {chosen.then(|| view! { <Withdraw state choice=Choice::Partial label="Withdraw" said="Partial credit withdrawn." /> })}
                    </div>
                })}
            </div>
        </Card>
    }
}

/// Not applicable as a whole: all objectives with one justification.
#[component]
fn NotApplicable(state: ControlState, is: bool) -> impl IntoView {
    let open = RwSignal::new(false);
    if is {
        view! {
            <div class="row wrap small">
                <span class="muted sp">"The whole requirement is not applicable."</span>
                <Withdraw state choice=Choice::NotApplicable label="Assess it again" said="It is not assessed again." />
            </div>
        }
        .into_any()
    } else {
        view! {
            <button type="button" class="link-btn small" on:click=move |_| open.set(true)>"The whole requirement does not apply…"</button>
            <Dialog open title="Not applicable as a whole">
                <p class="notice warn"><IconView icon=Icon::Alert />
                    <span>"Every objective becomes N/A with this justification; findings and reasons that are there are replaced. N/A counts as met (32 CFR 170.24(b)(3)): an assessor will ask."</span>
                </p>
                <ReasonForm state open choice=Choice::NotApplicable act="Set to not applicable" hint="Why nothing in the scope is touched by it, and where the SSP says so." />
            </Dialog>
        }
        .into_any()
    }
}

#[component]
fn ReasonForm(state: ControlState, open: RwSignal<bool>, choice: Choice, act: &'static str, hint: &'static str) -> impl IntoView {
    let toasts = use_toasts();
    let form = Form::new("special");
    let reason = RwSignal::new(String::new());
    let saved: fn(&ControlDetail) -> String = if choice == Choice::Partial {
        |detail| detail.partial_credit.as_ref().map(|credit| credit.reason.clone()).unwrap_or_default()
    } else {
        |_detail| String::new()
    };
    let meanwhile = state
        .now()
        .map(|detail| Meanwhile::new(detail, |detail| detail.control.version, vec![Part::text("Reason", reason, saved)]));
    let pointer = if choice == Choice::Partial { "/partial_credit" } else { "/not_applicable" };
    let submit = move || {
        form.begin();
        let Some(note) = form.check(pointer, Note::parse(&reason.get_untracked())) else { return form.refuse() };
        let Some(meanwhile) = meanwhile else { return };
        form.run(async move { state.update_from(meanwhile, choice.body(Patch::Value(note))).await }, move |_: ControlDetail| {
            open.try_set(false);
            toasts.say("Saved.");
        });
    };
    view! {
        <FormView form on_submit=submit>
            {meanwhile.map(Meanwhile::changed)}
            <TextAreaField form pointer label="Reason" value=reason focus=true hint />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>{act}</Button>
            </div>
        </FormView>
    }
}

/// Takes a choice back.
#[component]
fn Withdraw(state: ControlState, choice: Choice, label: &'static str, said: &'static str) -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let press = move || {
        busy.set(true);
        spawn_local(async move {
            let result = state.update(choice.body(Patch::Null)).await;
            busy.try_set(false);
            match result {
                Ok(_) => toasts.say(said),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! { <Button busy on_press=press>{label}</Button> }
}
