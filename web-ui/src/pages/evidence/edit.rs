//! What people say about an artifact: title, description, owner, dates.

use super::conflict::Conflict;
use super::fields::{CADENCE, DATE, Fields, Inputs, agings, kinds, sensitivities};
use crate::api::{Remote, use_api, use_remote};
use crate::components::avatar::Person;
use crate::components::button::{Button, ButtonKind};
use crate::components::field::{Choice, SelectField, TextAreaField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::toast::use_toasts;
use crate::format;
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use shared_types::Page;
use shared_types::evidence::{Evidence, ReviewState};
use shared_types::systems::Member;

/// The form. It keeps what is typed when the evidence changes behind it.
#[component]
pub fn EditForm(
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("evidence");
    let first = remote.peek();
    let base = RwSignal::new(first.as_deref().map(|evidence| (Fields::of(evidence), evidence.version)).unwrap_or_default());
    let inputs = Inputs::new(base.get_untracked().0);
    // The version that somebody else saved meanwhile, while this form holds other text.
    let newer = RwSignal::new(None);
    Effect::new(move || {
        let Some(saved) = remote.get() else { return };
        let (fields, version) = (Fields::of(&saved), saved.version);
        let (own, own_version) = base.get_untracked();
        if version == own_version {
            return;
        }
        if fields == own {
            // Only its links changed: nothing that this form would overwrite.
            base.set((fields, version));
        } else if form.dirty().get_untracked() {
            // The note that follows says more than the refusal did.
            form.begin();
            newer.set(Some((fields, version)));
        } else {
            base.set((fields.clone(), version));
            inputs.set(fields);
        }
    });
    let members = scope.api("/members?limit=200");
    let members = use_remote::<Page<Member>>(move || Some(members.clone()));
    let owners = Signal::derive(move || owner_choices(remote, members));
    let state = Memo::new(move |_| remote.map(|evidence| evidence.state).unwrap_or(ReviewState::Draft));
    let stands = Memo::new(move |_| !state.get().is_open());
    let (cadence, date) = (move || inputs.aging.get() == CADENCE, move || inputs.aging.get() == DATE);
    let path = scope.api("/evidence");
    let submit = move || {
        let Some(body) = inputs.checked(form, !stands.get_untracked()) else { return form.refuse() };
        let Some(id) = remote.peek().map(|evidence| evidence.id) else { return };
        let (path, version) = (format!("{path}/{id}"), base.get_untracked().1);
        form.run(async move { api.patch(&path, Some(version), &body).await }, move |saved: Evidence| {
            base.set((Fields::of(&saved), saved.version));
            inputs.set(Fields::of(&saved));
            newer.set(None);
            remote.set(saved);
            toasts.say("Saved.");
        });
    };
    let keep = move || {
        if let Some(saved) = newer.get_untracked() {
            base.set(saved);
        }
        newer.set(None);
        form.begin();
    };
    let take = move || {
        if let Some((fields, version)) = newer.get_untracked() {
            base.set((fields.clone(), version));
            inputs.set(fields);
        }
        newer.set(None);
        form.reset();
    };
    view! {
        <FormView form on_submit=submit>
            {move || newer.get().map(|(saved, _)| view! { <Conflict own=base.get_untracked().0 saved owners keep take /> })}
            <TextField form pointer="/title" label="Title" value=inputs.title />
            <TextAreaField form pointer="/description" label="What it shows" value=inputs.description optional=true />
            <div class="form-pair">
                <SelectField form pointer="/kind" label="Kind" value=inputs.kind choices=kinds() />
                <SelectField form pointer="/sensitivity" label="Sensitivity" value=inputs.sensitivity choices=sensitivities() />
            </div>
            <TextField form pointer="/tags" label="Tags" value=inputs.tags optional=true hint="Separated by commas, such as vpn, quarterly-review." />
            <SelectField form pointer="/owner" label="Owner" value=inputs.owner choices=owners hint="Keeps it fresh, and is told before it expires." />
            <fieldset class="evidence-term">
                <legend class="sr-only">"Dates of the newest version"</legend>
                {move || stands.get().then(|| view! { <p class="notice"><IconView icon=Icon::Lock /><span>{move || why_fixed(state.get())}</span></p> })}
                <div class="form-pair">
                    <TextField form pointer="/effective" label="In effect from" kind="date" value=inputs.effective disabled=stands />
                    <SelectField form pointer="/aging" label="Expires" value=inputs.aging choices=agings() disabled=stands />
                </div>
                <Show when=cadence>
                    <TextField form pointer="/cadence_months" label="Months between versions" kind="number" value=inputs.cadence disabled=stands
                        hint="1 to 12: at least once a year (32 CFR 170.14(d))." />
                </Show>
                <Show when=date><TextField form pointer="/expires" label="Expires on" kind="date" value=inputs.expires disabled=stands /></Show>
            </fieldset>
            <div class="form-foot"><Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button></div>
        </FormView>
    }
}

/// Why the dates can't be changed.
fn why_fixed(state: ReviewState) -> &'static str {
    match state {
        ReviewState::PendingReview => "The newest version waits for review: its dates stand. Take it back to change them.",
        _ => "The newest version is approved: its dates stand. For another term add a version.",
    }
}

/// Nobody, the members, and the present owner though a member no more.
fn owner_choices(remote: Remote<Evidence>, members: Remote<Page<Member>>) -> Vec<Choice> {
    let mut all = vec![Choice::new("", "Nobody")];
    let people = members.map(|page| {
        page.items.iter().map(|member| Choice::new(member.user.to_string(), member.name.clone())).collect::<Vec<_>>()
    });
    all.extend(people.unwrap_or_default());
    if let Some(owner) = remote.map(|evidence| evidence.owner.clone()).flatten() {
        let id = owner.id.to_string();
        if !all.iter().any(|choice| choice.value == id) {
            all.push(Choice::new(id, owner.name));
        }
    }
    all
}

/// The same for readers.
#[component]
pub fn Facts(
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    move || {
        remote.get().map(|evidence| {
            view! {
                <dl class="facts">
                    <dt>"What it shows"</dt><dd class="pre-line">{evidence.description.clone().unwrap_or_else(|| "not said".to_owned())}</dd>
                    <dt>"Kind"</dt><dd>{words::evidence_kind(evidence.kind)}</dd>
                    <dt>"Sensitivity"</dt><dd>{words::sensitivity(evidence.sensitivity)}</dd>
                    {(!evidence.tags.is_empty()).then(|| view! { <dt>"Tags"</dt><dd>{evidence.tags.join(", ")}</dd> })}
                    <dt>"Owner"</dt><dd><Person name=evidence.owner.clone().map(|owner| owner.name) /></dd>
                    <dt>"In effect from"</dt><dd>{format::date(evidence.effective)}</dd>
                    <dt>"Expires"</dt><dd>{evidence.expires.map_or_else(|| "never".to_owned(), format::date)}</dd>
                </dl>
            }
        })
    }
}
