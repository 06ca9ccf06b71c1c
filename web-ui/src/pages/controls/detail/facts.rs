//! Owner, reviews, relations: what is known about the control beside its findings.

use super::state::ControlState;
use crate::components::avatar::Person;
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::card::Card;
use crate::components::dialog::Dialog;
use crate::components::field::{SelectField, TextField, parse_date};
use crate::components::form::{Form, FormView, Meanwhile, Part, patch};
use crate::components::icon::Icon;
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::format;
use crate::pages::systems::{member_choices, use_members};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared_types::controls::{ControlDetail, UpdateControl};
use shared_types::systems::Role;

/// The card.
#[component]
pub fn Facts(state: ControlState, contributor: bool) -> impl IntoView {
    let editing = RwSignal::new(false);
    let facts = state.part(|detail| {
        let control = &detail.control;
        (control.owner.as_ref().map(|owner| owner.name.clone()), control.last_review, control.next_review, detail.updated_at)
    });
    let relations = state.part(|detail| (detail.nist_800_53.join(" "), detail.revision_3.join(" "), detail.periodic));
    let aside = move || {
        contributor
            .then(|| view! { <IconButton icon=Icon::Edit label="Edit owner and reviews" on_press=move || editing.set(true) /> })
    };
    view! {
        <Card title="Responsibility" aside>
            <dl class="facts">
                {move || facts.get().map(|(owner, last, next, changed)| view! {
                    <dt>"Owner"</dt><dd><Person name=owner /></dd>
                    <dt>"Last review"</dt><dd>{date_or(last, "never")}</dd>
                    <dt>"Next review"</dt><dd>{date_or(next, "not planned")}</dd>
                    <dt>"Changed"</dt><dd><Moment at=changed /></dd>
                })}
                {move || relations.get().map(|(nist, revision_3, periodic)| view! {
                    {(!nist.is_empty()).then(|| view! { <dt>"Maps to"</dt><dd class="id">{nist}</dd> })}
                    {(!revision_3.is_empty()).then(|| view! { <dt>"Revision 3"</dt><dd class="id">{revision_3}</dd> })}
                    {periodic.then(|| view! { <dt>"Periodic"</dt><dd title="32 CFR 170.14(d)">"at least yearly"</dd> })}
                })}
            </dl>
        </Card>
        {contributor.then(|| view! {
            <Dialog open=editing title="Owner and reviews"><FactsForm state open=editing /></Dialog>
        })}
    }
}

fn date_or(date: Option<NaiveDate>, none: &'static str) -> AnyView {
    match date {
        Some(date) => format::date(date).into_any(),
        None => view! { <span class="muted">{none}</span> }.into_any(),
    }
}

fn text_of(date: Option<NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

fn words_of(date: Option<NaiveDate>) -> String {
    date.map(format::date).unwrap_or_default()
}

#[component]
fn FactsForm(state: ControlState, open: RwSignal<bool>) -> impl IntoView {
    let toasts = use_toasts();
    let members = use_members();
    let form = Form::new("facts");
    let held = state.now();
    let text = || RwSignal::new(String::new());
    let (owner, last, next) = (text(), text(), text());
    let parts = vec![
        Part::named(
            "Owner",
            owner,
            |detail: &ControlDetail| detail.control.owner.as_ref().map(|owner| owner.id.to_string()).unwrap_or_default(),
            |detail| detail.control.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
        ),
        Part::named(
            "Last review",
            last,
            |detail| text_of(detail.control.last_review),
            |detail| words_of(detail.control.last_review),
        ),
        Part::named(
            "Next review",
            next,
            |detail| text_of(detail.control.next_review),
            |detail| words_of(detail.control.next_review),
        ),
    ];
    let periodic = held.as_deref().is_some_and(|detail| detail.periodic);
    let meanwhile = held.map(|detail| Meanwhile::new(detail, |detail| detail.control.version, parts));
    let hint = if periodic {
        "The requirement says periodically: within 12 months of the last (32 CFR 170.14(d))."
    } else {
        "People are reminded before."
    };
    let submit = move || {
        form.begin();
        let checked = (
            form.check_optional("/last_review", &last.get_untracked(), parse_date),
            form.check_optional("/next_review", &next.get_untracked(), parse_date),
        );
        let (Some(new_last), Some(new_next)) = checked else { return form.refuse() };
        let Some(meanwhile) = meanwhile else { return };
        let held = meanwhile.held();
        let body = UpdateControl {
            owner: patch(owner.get_untracked().parse().ok(), held.control.owner.as_ref().map(|owner| owner.id)),
            last_review: patch(new_last, held.control.last_review),
            next_review: patch(new_next, held.control.next_review),
            ..UpdateControl::default()
        };
        form.run(async move { state.update_from(meanwhile, body).await }, move |_| {
            open.set(false);
            toasts.say("Saved.");
        });
    };
    view! {
        <FormView form on_submit=submit>
            {meanwhile.map(Meanwhile::changed)}
            <SelectField form pointer="/owner" label="Owner" value=owner choices=member_choices(members, Role::Viewer, "Nobody") optional=true
                hint="Keeps it true, and is reminded of its reviews." />
            <div class="form-pair">
                <TextField form pointer="/last_review" label="Last review" value=last kind="date" optional=true />
                <TextField form pointer="/next_review" label="Next review" value=next kind="date" optional=true hint />
            </div>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button>
            </div>
        </FormView>
    }
}
