//! A recurring task, new or changed, with the days that its rule gives.

use super::fields::{parse_hours, person_id, person_name, priorities};
use super::recurring_rules::{PRESETS, first_day, preset_of, rule_of};
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::field::{Choice, SelectField, TextAreaField, TextField, parse_date};
use crate::components::form::{Form, FormView, Meanwhile, Part, patch};
use crate::components::toast::use_toasts;
use crate::dom;
use crate::format;
use crate::pages::systems::{member_choices, use_members};
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::systems::Role;
use shared_types::tasks::{
    CreateTaskTemplate, MAX_LEAD_DAYS, PreviewRecurrence, Priority, RecurrenceDates, TaskTemplate, UpdateTaskTemplate,
};
use shared_types::text::{Note, RecurrenceRule, Title, ValueError};
use shared_types::{FieldCode, Patch, UserId};
use std::sync::Arc;

fn parse_lead(text: &str) -> Result<u16, ValueError> {
    let days = text.trim().parse::<u16>().ok().filter(|days| *days <= MAX_LEAD_DAYS);
    days.ok_or_else(|| ValueError::new(FieldCode::OutOfRange, format!("days, 0 to {MAX_LEAD_DAYS}")))
}

/// What is typed.
#[derive(Clone, Copy)]
struct Fields {
    title: RwSignal<String>,
    description: RwSignal<String>,
    control: RwSignal<String>,
    assignee: RwSignal<String>,
    reviewer: RwSignal<String>,
    priority: RwSignal<String>,
    estimate: RwSignal<String>,
    checklist: RwSignal<String>,
    rule: RwSignal<String>,
    starts: RwSignal<String>,
    lead: RwSignal<String>,
}

/// What was typed, checked.
struct Checked {
    title: Title,
    description: Option<Note>,
    assignee: Option<UserId>,
    reviewer: Option<UserId>,
    priority: Option<Priority>,
    estimate_hours: Option<u16>,
    checklist: Vec<Title>,
    rule: RecurrenceRule,
    starts: Option<chrono::NaiveDate>,
    lead_days: Option<u16>,
}

impl Fields {
    fn new() -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Self {
            title: text(""),
            description: text(""),
            control: text(""),
            assignee: text(""),
            reviewer: text(""),
            priority: text(Priority::Normal.as_str()),
            estimate: text(""),
            checklist: text(""),
            rule: text(""),
            starts: text(""),
            lead: text(""),
        }
    }

    /// The fields, as a recurring task holds them.
    fn parts(self) -> Vec<Part<TaskTemplate>> {
        vec![
            Part::text("Title", self.title, |one| one.title.clone()),
            Part::text("What is to be done", self.description, |one| one.description.clone().unwrap_or_default()),
            Part::text("Rule", self.rule, |one| one.rule.clone()),
            Part::named("First day", self.starts, |one| one.starts.to_string(), |one| format::date(one.starts)),
            Part::text("Days before it is due", self.lead, |one| one.lead_days.to_string()),
            Part::named(
                "Who does it",
                self.assignee,
                |one| person_id(one.assignee.as_ref()),
                |one| person_name(one.assignee.as_ref()),
            ),
            Part::named(
                "Who confirms it",
                self.reviewer,
                |one| person_id(one.reviewer.as_ref()),
                |one| person_name(one.reviewer.as_ref()),
            ),
            Part::named(
                "Priority",
                self.priority,
                |one| one.priority.as_str().to_owned(),
                |one| words::priority(one.priority).word.to_owned(),
            ),
            Part::text("Estimate in hours", self.estimate, |one| {
                one.estimate_hours.map(|hours| hours.to_string()).unwrap_or_default()
            }),
            Part::text("Checklist", self.checklist, |one| one.checklist.join("\n")),
        ]
    }

    fn check(self, form: Form) -> Option<Checked> {
        let title = form.check("/title", Title::parse(&self.title.get_untracked()));
        let description = form.check_optional("/description", &self.description.get_untracked(), Note::parse);
        let rule = form.check("/rule", RecurrenceRule::parse(&self.rule.get_untracked()));
        let starts = form.check_optional("/starts", &self.starts.get_untracked(), parse_date);
        let lead_days = form.check_optional("/lead_days", &self.lead.get_untracked(), parse_lead);
        let estimate = form.check_optional("/estimate_hours", &self.estimate.get_untracked(), parse_hours);
        let items = self.checklist.get_untracked();
        let items = items.lines().map(str::trim).filter(|line| !line.is_empty()).map(Title::parse).collect::<Result<Vec<_>, _>>();
        let checklist = form.check("/checklist", items);
        Some(Checked {
            title: title?,
            description: description?,
            assignee: self.assignee.get_untracked().parse().ok(),
            reviewer: self.reviewer.get_untracked().parse().ok(),
            priority: Priority::parse(&self.priority.get_untracked()),
            estimate_hours: estimate?,
            checklist: checklist?,
            rule: rule?,
            starts: starts?,
            lead_days: lead_days?,
        })
    }
}

/// The form.
#[component]
pub fn TemplateDialog(
    /// The dialog around it.
    open: RwSignal<bool>,
    /// The one that is changed; a new one if absent.
    template: Option<TaskTemplate>,
) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("recurring-task");
    let fields = Fields::new();
    let members = use_members();
    let base = scope.api("/task-templates");
    let is_new = template.is_none();
    if is_new {
        fields.rule.set(rule_of("FREQ=MONTHLY", first_day("")));
    }
    // A recurring task keeps its control.
    fields.control.set(template.as_ref().and_then(|one| one.control.clone()).unwrap_or_default());
    let meanwhile = template.map(|one| Meanwhile::new(Arc::new(one), |one| one.version, fields.parts()));
    let submit = move || {
        form.begin();
        let Some(now) = fields.check(form) else { return form.refuse() };
        let done = move |made: TaskTemplate| {
            open.set(false);
            toasts.say(format!("{} is saved.", made.title));
        };
        let base = base.clone();
        match meanwhile {
            None => {
                let control = Some(fields.control.get_untracked().trim().to_owned()).filter(|control| !control.is_empty());
                let Checked {
                    title,
                    description,
                    assignee,
                    reviewer,
                    priority,
                    estimate_hours,
                    checklist,
                    rule,
                    starts,
                    lead_days,
                } = now;
                let body = CreateTaskTemplate {
                    title,
                    description,
                    control,
                    assignee,
                    reviewer,
                    priority,
                    estimate_hours,
                    checklist,
                    rule,
                    starts,
                    lead_days,
                };
                form.run(async move { api.post(&base, &body).await }, done);
            }
            Some(meanwhile) => {
                let held = meanwhile.held();
                let (path, body) = (format!("{base}/{}", held.id), changes(&held, now));
                form.run(async move { meanwhile.patch(api, &path, &body).await }, done);
            }
        }
    };
    let Fields { title, description, control, assignee, reviewer, priority, estimate, checklist, rule, starts, lead } = fields;
    let preset = preset_beside(form, rule, starts);
    let choices: Vec<Choice> = PRESETS.iter().map(|(rule, words)| Choice::new(*rule, *words)).collect();
    view! {
        <FormView form on_submit=submit>
            {meanwhile.map(Meanwhile::changed)}
            <TextField form pointer="/title" label="Title" value=title focus=true />
            <TextAreaField form pointer="/description" label="What is to be done" value=description optional=true rows=2 />
            {is_new.then(|| view! { <TextField form pointer="/control" label="Control" value=control optional=true hint="Its reference, such as RA.L2-3.11.1." /> })}
            <div class="form-pair">
                <SelectField form pointer="/preset" label="How often" value=preset choices />
                <TextField form pointer="/rule" label="Rule" value=rule hint="RFC 5545, at most daily. Where the requirement says periodically: at least every 12 months." />
            </div>
            <div class="form-pair">
                <TextField form pointer="/starts" label="First day" value=starts kind="date" optional=true hint="Today if empty." />
                <TextField form pointer="/lead_days" label="Days before it is due" value=lead optional=true hint="When its task is made. 14 if empty, fewer where its days are close." />
            </div>
            <Days rule starts control is_new />
            <div class="form-pair">
                <SelectField form pointer="/assignee" label="Who does it" value=assignee choices=member_choices(members, Role::Contributor, "Nobody yet") optional=true />
                <SelectField form pointer="/reviewer" label="Who confirms it" value=reviewer choices=member_choices(members, Role::Contributor, "Anybody else") optional=true />
            </div>
            <div class="form-pair">
                <SelectField form pointer="/priority" label="Priority" value=priority choices=priorities() />
                <TextField form pointer="/estimate_hours" label="Estimate in hours" value=estimate optional=true />
            </div>
            <TextAreaField form pointer="/checklist" label="Checklist" value=checklist optional=true rows=3 hint="An item on each line." />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button>
            </div>
        </FormView>
    }
}

/// The preset that the rule is, and the rule that a chosen preset is: whichever was changed last, they say the same.
fn preset_beside(form: Form, rule: RwSignal<String>, starts: RwSignal<String>) -> RwSignal<String> {
    let preset = RwSignal::new(String::new());
    // What the rule says is what "How often" shows. Where another first day comes, the preset stays, and its rule follows.
    Effect::new(move |before: Option<(String, String)>| {
        let (typed, text) = (rule.get(), starts.get());
        let first = first_day(&text);
        let chosen = preset.get_untracked();
        let other_day = before.is_some_and(|(rule, starts)| rule == typed && starts != text);
        if other_day && !chosen.is_empty() {
            let wanted = rule_of(&chosen, first);
            if wanted != typed {
                rule.set(wanted);
            }
        } else if chosen != preset_of(&typed, first) {
            preset.set(preset_of(&typed, first).to_owned());
        }
        (typed, text)
    });
    Effect::new(move || {
        let chosen = preset.get();
        let wanted = rule_of(&chosen, first_day(&starts.get_untracked()));
        if !chosen.is_empty() && rule.get_untracked() != wanted {
            // What was wrong with the rule before is not said of this one.
            form.begin();
            rule.set(wanted);
        }
    });
    preset
}

/// Only what was changed.
fn changes(held: &TaskTemplate, now: Checked) -> UpdateTaskTemplate {
    let Checked { title, description, assignee, reviewer, priority, estimate_hours, checklist, rule, starts, lead_days } = now;
    let same_text = description.as_ref().map(Note::as_str) == held.description.as_deref();
    let texts: Vec<&str> = checklist.iter().map(Title::as_str).collect();
    let same_list = texts == held.checklist;
    UpdateTaskTemplate {
        title: (title.as_str() != held.title).then_some(title),
        description: if same_text { Patch::Absent } else { description.into() },
        assignee: patch(assignee, held.assignee.as_ref().map(|person| person.id)),
        reviewer: patch(reviewer, held.reviewer.as_ref().map(|person| person.id)),
        priority: priority.filter(|priority| *priority != held.priority),
        estimate_hours: patch(estimate_hours, held.estimate_hours),
        checklist: (!same_list).then_some(checklist),
        rule: (rule.as_str() != held.rule).then_some(rule),
        starts: starts.filter(|starts| *starts != held.starts),
        lead_days: lead_days.filter(|days| *days != held.lead_days),
    }
}

/// The days to come, and those that have passed: a new one makes them at once, one that is changed makes up for nothing.
fn days_in_words(RecurrenceDates { dates, missed }: &RecurrenceDates, is_new: bool) -> String {
    let days: Vec<String> = dates.iter().take(6).map(|day| format::date(*day)).collect();
    let coming = match days.as_slice() {
        [] => "No day is to come.".to_owned(),
        days => format!("Due on {}{}", days.join(", "), if dates.len() > 6 { " and so on." } else { "." }),
    };
    let passed = format::count(*missed, "day has passed: its task is", "days have passed: their tasks are");
    if is_new && *missed > 0 { format!("{coming} {passed} made now, as missed.") } else { coming }
}

/// The next days of the rule, worked out by the server as it is typed.
#[component]
fn Days(rule: RwSignal<String>, starts: RwSignal<String>, control: RwSignal<String>, is_new: bool) -> impl IntoView {
    let (api, path) = (use_api(), StoredValue::new(use_scope().api("/task-recurrence")));
    let words = RwSignal::new(String::new());
    let asked = RwSignal::new(0_u32);
    Effect::new(move || {
        let (typed, first, about) = (rule.get(), starts.get(), control.get());
        let turn = asked.get_untracked() + 1;
        asked.set(turn);
        dom::later(300, move || {
            // Somebody typed on, or the dialog is gone.
            if asked.try_get_untracked() != Some(turn) {
                return;
            }
            let Ok(rule) = RecurrenceRule::parse(&typed) else { return words.set(String::new()) };
            let about = Some(about.trim().to_owned()).filter(|about| !about.is_empty());
            let body = PreviewRecurrence { rule, starts: parse_date(&first).ok(), control: about };
            spawn_local(async move {
                let said = match api.post_unrepeated::<_, RecurrenceDates>(&path.get_value(), &body).await {
                    Ok(dates) => days_in_words(&dates, is_new),
                    Err(error) => {
                        error.fields().first().map_or_else(|| error.message(), |fault| crate::api::sentence(&fault.detail))
                    }
                };
                if asked.try_get_untracked() == Some(turn) {
                    words.set(said);
                }
            });
        });
    });
    view! { <p class="small muted" role="status">{words}</p> }
}
