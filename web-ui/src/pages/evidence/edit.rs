//! What people say about an artifact: title, description, owner, dates.

use super::conflict::Conflict;
use crate::api::{Remote, use_api, use_remote};
use crate::components::avatar::Person;
use crate::components::button::{Button, ButtonKind};
use crate::components::field::{Choice, SelectField, TextAreaField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::format;
use crate::scope::use_scope;
use chrono::NaiveDate;
use leptos::prelude::*;
use shared_types::evidence::{Evidence, UpdateEvidence};
use shared_types::systems::Member;
use shared_types::text::{Note, Title, ValueError};
use shared_types::{FieldCode, Page, UserId};

/// The fields as text, as the form holds them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// Title.
    pub title: String,
    /// Description; empty if there is none.
    pub description: String,
    /// The owner's id; empty if there is none.
    pub owner: String,
    /// From when.
    pub effective: String,
    /// Until when; empty if it does not age.
    pub expires: String,
}

impl Fields {
    /// The fields of what is saved.
    pub fn of(evidence: &Evidence) -> Self {
        Self {
            title: evidence.title.clone(),
            description: evidence.description.clone().unwrap_or_default(),
            owner: evidence.owner.as_ref().map(|owner| owner.id.to_string()).unwrap_or_default(),
            effective: evidence.effective.to_string(),
            expires: evidence.expires.map(|date| date.to_string()).unwrap_or_default(),
        }
    }
}

/// The form's signals.
#[derive(Clone, Copy)]
struct Inputs {
    title: RwSignal<String>,
    description: RwSignal<String>,
    owner: RwSignal<String>,
    effective: RwSignal<String>,
    expires: RwSignal<String>,
}

impl Inputs {
    fn new(fields: Fields) -> Self {
        let Fields { title, description, owner, effective, expires } = fields;
        let text = RwSignal::<String>::new;
        Self {
            title: text(title),
            description: text(description),
            owner: text(owner),
            effective: text(effective),
            expires: text(expires),
        }
    }

    fn set(self, fields: Fields) {
        let Fields { title, description, owner, effective, expires } = fields;
        self.title.set(title);
        self.description.set(description);
        self.owner.set(owner);
        self.effective.set(effective);
        self.expires.set(expires);
    }

    fn checked(self, form: Form) -> Option<UpdateEvidence> {
        form.begin();
        let checked = (
            form.check("/title", Title::parse(&self.title.get_untracked())),
            form.check_optional("/description", &self.description.get_untracked(), Note::parse),
            form.check_optional("/owner", &self.owner.get_untracked(), parse_owner),
            form.check("/effective", parse_date(&self.effective.get_untracked())),
            form.check_optional("/expires", &self.expires.get_untracked(), parse_date),
        );
        let (Some(title), Some(description), Some(owner), Some(effective), Some(expires)) = checked else { return None };
        if expires.is_some_and(|expires| expires < effective) {
            form.fault("/expires", FieldCode::OutOfRange, "not before it takes effect");
            return None;
        }
        Some(UpdateEvidence {
            title: Some(title),
            description: description.into(),
            owner: owner.into(),
            effective: Some(effective),
            expires: expires.into(),
        })
    }
}

fn parse_date(text: &str) -> Result<NaiveDate, ValueError> {
    text.parse().map_err(|_| ValueError::new(FieldCode::BadFormat, "a date such as 2026-11-21"))
}

fn parse_owner(text: &str) -> Result<UserId, ValueError> {
    text.parse().map_err(|_| ValueError::new(FieldCode::BadFormat, "a member of the system"))
}

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
    let path = scope.api("/evidence");
    let submit = move || {
        let Some(body) = inputs.checked(form) else { return form.refuse() };
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
            <SelectField form pointer="/owner" label="Owner" value=inputs.owner choices=owners hint="Keeps it fresh, and is told before it expires." />
            <div class="form-pair">
                <TextField form pointer="/effective" label="In effect from" kind="date" value=inputs.effective />
                <TextField form pointer="/expires" label="Expires" kind="date" value=inputs.expires optional=true hint="Empty: it does not age." />
            </div>
            <div class="form-foot"><Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button></div>
        </FormView>
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
                    <dt>"Owner"</dt><dd><Person name=evidence.owner.clone().map(|owner| owner.name) /></dd>
                    <dt>"In effect from"</dt><dd>{format::date(evidence.effective)}</dd>
                    <dt>"Expires"</dt><dd>{evidence.expires.map_or_else(|| "never".to_owned(), format::date)}</dd>
                </dl>
            }
        })
    }
}
