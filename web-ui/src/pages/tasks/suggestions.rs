//! The starter set: what the product suggests to do again and again, adopted by checkboxes.

use super::recurring_rules::rule_words;
use crate::api::{use_api, use_remote};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::{SelectField, TextField, parse_date};
use crate::components::form::{Form, FormView};
use crate::components::state::{RemoteView, Shape};
use crate::components::toast::use_toasts;
use crate::format;
use crate::pages::systems::{member_choices, use_members};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::systems::Role;
use shared_types::tasks::{AdoptSuggestions, AdoptedSuggestions, TemplateSuggestion};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The dialog.
#[component]
pub fn SuggestionsDialog(open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog open title="Suggested recurring tasks" wide=true><Suggestions open /></Dialog> }
}

#[component]
fn Suggestions(open: RwSignal<bool>) -> impl IntoView {
    let url = use_scope().api("/task-suggestions");
    let remote = use_remote::<Vec<TemplateSuggestion>>(move || Some(url.clone()));
    view! { <RemoteView remote shape=Shape::Rows(6) let:all><Choose open all /></RemoteView> }
}

#[component]
fn Choose(open: RwSignal<bool>, all: Arc<Vec<TemplateSuggestion>>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("adopt-suggestions");
    let members = use_members();
    let first = all.iter().filter(|one| one.periodic && !one.adopted).map(|one| one.key.clone()).collect::<BTreeSet<_>>();
    let chosen = RwSignal::new(first);
    let (assignee, starts) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let path = scope.api("/task-suggestions/adoptions");
    let submit = move || {
        form.begin();
        let Some(starts) = form.check_optional("/starts", &starts.get_untracked(), parse_date) else { return form.refuse() };
        let keys: Vec<String> = chosen.with_untracked(|chosen| chosen.iter().cloned().collect());
        if keys.is_empty() {
            form.fault("/keys", FieldCode::Required, "choose at least one");
            return form.refuse();
        }
        let body = AdoptSuggestions { keys, assignee: assignee.get_untracked().parse().ok(), starts };
        let path = path.clone();
        form.run(async move { api.post(&path, &body).await }, move |adopted: AdoptedSuggestions| {
            open.set(false);
            toasts.say(format!("{} adopted.", format::count(adopted.created, "recurring task", "recurring tasks")));
        });
    };
    let toggle = move |key: String| {
        chosen.update(|chosen| {
            if !chosen.remove(&key) {
                chosen.insert(key);
            }
        });
    };
    let entry = move |one: &TemplateSuggestion| {
        let (own, other, adopted) = (one.key.clone(), one.key.clone(), one.adopted);
        let why = if one.periodic { "says periodically" } else { "customary" };
        view! {
            <li>
                <label class="suggestion">
                    <input type="checkbox" disabled=adopted prop:checked=move || adopted || chosen.with(|chosen| chosen.contains(&own)) on:change=move |_| toggle(other.clone()) />
                    <span><span class="strong">{one.title.clone()}</span>" "<span class="id">{one.control.clone()}</span>
                        <span class="small muted">" · "{rule_words(&one.rule)}" · "{why}{adopted.then_some(" · adopted")}</span>
                        <span class="small muted suggestion-why">{one.description.clone()}</span></span>
                </label>
            </li>
        }
    };
    let words = move || {
        format!("Adopt {}", format::count(chosen.with(|chosen| i64::try_from(chosen.len()).unwrap_or_default()), "task", "tasks"))
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <p class="small muted">"Each requirement that says periodically is done at least every 12 months (32 CFR 170.14(d)). Who does it, and when, can be changed later."</p>
            <fieldset class="suggestions"><legend class="sr-only">"Suggestions"</legend><ul class="list">{all.iter().map(entry).collect_view()}</ul></fieldset>
            <div class="form-pair">
                <SelectField form pointer="/assignee" label="Who does them" value=assignee choices=member_choices(members, Role::Contributor, "Nobody yet") optional=true />
                <TextField form pointer="/starts" label="First day" value=starts kind="date" optional=true hint="In 30 days if empty." />
            </div>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>{words}</Button>
            </div>
        </FormView>
    }
}
