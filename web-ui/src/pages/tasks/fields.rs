//! The fields of a task, the same when it is created and when it is changed.

use crate::components::field::{Choice, SelectField, TextAreaField, TextField, parse_date};
use crate::components::form::{Form, Part};
use crate::format;
use crate::pages::systems::{member_choices, use_members};
use crate::words;
use chrono::NaiveDate;
use leptos::prelude::*;
use shared_types::identity::Person;
use shared_types::systems::Role;
use shared_types::tasks::{MAX_ESTIMATE_HOURS, Priority, Task};
use shared_types::text::{Note, Title, ValueError};
use shared_types::{FieldCode, UserId};

/// The priorities as choices.
pub fn priorities() -> Vec<Choice> {
    Priority::ALL.iter().map(|one| Choice::new(one.as_str(), words::priority(*one).word)).collect()
}

/// A person as a list of people holds them; empty for nobody.
pub fn person_id(person: Option<&Person>) -> String {
    person.map(|person| person.id.to_string()).unwrap_or_default()
}

/// A person's name; empty for nobody.
pub fn person_name(person: Option<&Person>) -> String {
    person.map(|person| person.name.clone()).unwrap_or_default()
}

/// A date as a date field holds it; empty for none.
fn text_of(date: Option<NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// What is typed.
#[derive(Clone, Copy)]
pub struct TaskFields {
    title: RwSignal<String>,
    description: RwSignal<String>,
    assignee: RwSignal<String>,
    backup: RwSignal<String>,
    reviewer: RwSignal<String>,
    due: RwSignal<String>,
    priority: RwSignal<String>,
    estimate: RwSignal<String>,
}

/// What was typed, checked.
pub struct Checked {
    /// Title.
    pub title: Title,
    /// What is to be done.
    pub description: Option<Note>,
    /// Until when.
    pub due: Option<NaiveDate>,
    /// Who does it.
    pub assignee: Option<UserId>,
    /// Who does it while that person is away.
    pub backup: Option<UserId>,
    /// Who confirms it.
    pub reviewer: Option<UserId>,
    /// Priority.
    pub priority: Option<Priority>,
    /// Hours.
    pub estimate_hours: Option<u16>,
}

/// An estimate in whole hours.
pub fn parse_hours(text: &str) -> Result<u16, ValueError> {
    let hours = text.trim().parse::<u16>().ok().filter(|hours| (1..=MAX_ESTIMATE_HOURS).contains(hours));
    hours.ok_or_else(|| ValueError::new(FieldCode::OutOfRange, format!("whole hours, 1 to {MAX_ESTIMATE_HOURS}")))
}

impl TaskFields {
    /// Empty fields.
    pub fn new() -> Self {
        let text = || RwSignal::new(String::new());
        let priority = RwSignal::new(Priority::Normal.as_str().to_owned());
        Self {
            title: text(),
            description: text(),
            assignee: text(),
            backup: text(),
            reviewer: text(),
            due: text(),
            priority,
            estimate: text(),
        }
    }

    /// The fields, as a task holds them.
    pub fn parts(self) -> Vec<Part<Task>> {
        vec![
            Part::text("Title", self.title, |task| task.title.clone()),
            Part::text("What is to be done", self.description, |task| task.description.clone().unwrap_or_default()),
            Part::named(
                "Who does it",
                self.assignee,
                |task| person_id(task.assignee.as_ref()),
                |task| person_name(task.assignee.as_ref()),
            ),
            Part::named(
                "Who confirms it",
                self.reviewer,
                |task| person_id(task.reviewer.as_ref()),
                |task| person_name(task.reviewer.as_ref()),
            ),
            Part::named(
                "Who stands in",
                self.backup,
                |task| person_id(task.backup.as_ref()),
                |task| person_name(task.backup.as_ref()),
            ),
            Part::text("Estimate in hours", self.estimate, |task| {
                task.estimate_hours.map(|hours| hours.to_string()).unwrap_or_default()
            }),
            Part::named("Due", self.due, |task| text_of(task.due), |task| task.due.map(format::date).unwrap_or_default()),
            Part::named(
                "Priority",
                self.priority,
                |task| task.priority.as_str().to_owned(),
                |task| words::priority(task.priority).word.to_owned(),
            ),
        ]
    }

    /// What was typed; nothing where the form has an error now.
    pub fn check(self, form: Form) -> Option<Checked> {
        let title = form.check("/title", Title::parse(&self.title.get_untracked()));
        let description = form.check_optional("/description", &self.description.get_untracked(), Note::parse);
        let due = form.check_optional("/due", &self.due.get_untracked(), parse_date);
        let estimate = form.check_optional("/estimate_hours", &self.estimate.get_untracked(), parse_hours);
        Some(Checked {
            title: title?,
            description: description?,
            due: due?,
            assignee: self.assignee.get_untracked().parse().ok(),
            backup: self.backup.get_untracked().parse().ok(),
            reviewer: self.reviewer.get_untracked().parse().ok(),
            priority: Priority::parse(&self.priority.get_untracked()),
            estimate_hours: estimate?,
        })
    }
}

/// The fields in a form.
#[component]
pub fn TaskFieldsView(
    /// The form around them.
    form: Form,
    /// What is typed.
    fields: TaskFields,
    /// Stands after the description.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let members = use_members();
    let TaskFields { title, description, assignee, backup, reviewer, due, priority, estimate } = fields;
    view! {
        <TextField form pointer="/title" label="Title" value=title focus=true />
        <TextAreaField form pointer="/description" label="What is to be done" value=description optional=true rows=3 />
        {children.map(|children| children())}
        <div class="form-pair">
            <SelectField form pointer="/assignee" label="Who does it" value=assignee choices=member_choices(members, Role::Contributor, "Nobody yet") optional=true />
            <SelectField form pointer="/reviewer" label="Who confirms it" value=reviewer choices=member_choices(members, Role::Contributor, "Anybody else") optional=true />
        </div>
        <div class="form-pair">
            <SelectField form pointer="/backup" label="Who stands in" value=backup choices=member_choices(members, Role::Contributor, "Nobody") optional=true />
            <TextField form pointer="/estimate_hours" label="Estimate in hours" value=estimate optional=true />
        </div>
        <div class="form-pair">
            <TextField form pointer="/due" label="Due" value=due kind="date" optional=true />
            <SelectField form pointer="/priority" label="Priority" value=priority choices=priorities() />
        </div>
    }
}
