//! A scheduled report, new or changed.

use super::fields::{FilterFields, Filters, MarkingChoice, MarkingField};
use super::names::use_names;
use super::words;
use crate::api::{Remote, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::field::{Choice, SelectField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::toast::use_toasts;
use crate::pages::systems::{named, use_members};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::report_schedules::{
    CreateReportSchedule, MAX_RECIPIENTS, ReportSchedule, ScheduleRecurrence, UpdateReportSchedule, Weekday,
};
use shared_types::reports::{ReportFormat, ReportKind};
use shared_types::systems::Member;
use shared_types::text::{Marking, Title};
use shared_types::{FieldCode, Page, Patch, UserId};
use std::collections::BTreeSet;

/// What is typed.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    kind: RwSignal<String>,
    format: RwSignal<String>,
    filters: Filters,
    /// Filters that the page does not offer, until they are taken out.
    held: RwSignal<Option<String>>,
    marking: MarkingChoice,
    every: RwSignal<String>,
    weekday: RwSignal<String>,
    day: RwSignal<String>,
    hour: RwSignal<String>,
    recipients: RwSignal<BTreeSet<UserId>>,
}

/// What was typed, checked.
struct Checked {
    name: Title,
    kind: ReportKind,
    format: ReportFormat,
    filters: Option<String>,
    marking: Option<Marking>,
    recurrence: ScheduleRecurrence,
    hour: u8,
    recipients: Vec<UserId>,
}

impl Fields {
    fn of(schedule: Option<&ReportSchedule>) -> Self {
        let text = |value: Option<String>, usual: &str| RwSignal::new(value.unwrap_or_else(|| usual.to_owned()));
        let (every, weekday, day) = match schedule.map(|one| one.recurrence) {
            Some(ScheduleRecurrence::Month { day }) => ("month", Weekday::Monday, day),
            Some(ScheduleRecurrence::Week { weekday }) => ("week", weekday, 1),
            None => ("week", Weekday::Monday, 1),
        };
        // Who has gone can't be chosen again.
        let people =
            schedule.map(|one| one.recipients.iter().filter(|one| one.skipped.is_none()).map(|one| one.person.id).collect());
        let filters = Filters::new();
        let before = schedule.and_then(|one| Some((one.kind, one.filters.as_deref()?)));
        let held = before.filter(|(kind, text)| !filters.read(*kind, text)).map(|(_, text)| text.to_owned());
        Self {
            name: text(schedule.map(|one| one.name.clone()), ""),
            kind: text(schedule.map(|one| one.kind.to_string()), ReportKind::Executive.as_str()),
            format: text(schedule.map(|one| one.format.to_string()), ReportFormat::Pdf.as_str()),
            filters,
            held: RwSignal::new(held),
            marking: MarkingChoice::of(schedule.and_then(|one| one.marking.as_deref())),
            every: text(Some(every.to_owned()), "week"),
            weekday: text(Some(weekday.to_string()), ""),
            day: text(Some(day.to_string()), "1"),
            hour: text(schedule.map(|one| one.hour.to_string()), "6"),
            recipients: RwSignal::new(people.unwrap_or_default()),
        }
    }

    fn kind(self) -> ReportKind {
        ReportKind::parse(&self.kind.get()).unwrap_or(ReportKind::Executive)
    }

    fn filters(self) -> Option<String> {
        self.held.get().or_else(|| self.filters.query(self.kind()))
    }

    fn check(self, form: Form, may: &[UserId]) -> Option<Checked> {
        let name = form.check("/name", Title::parse(&self.name.get_untracked()));
        let marking = self.marking.check(form);
        let recipients: Vec<UserId> =
            self.recipients.with_untracked(|all| all.iter().copied().filter(|one| may.contains(one)).collect());
        if recipients.is_empty() {
            form.fault("/recipients", FieldCode::Required, "choose at least one member");
        } else if recipients.len() > MAX_RECIPIENTS {
            form.fault("/recipients", FieldCode::TooLong, format!("at most {MAX_RECIPIENTS} members"));
        }
        let recurrence = if self.every.get_untracked() == "month" {
            ScheduleRecurrence::Month { day: self.day.get_untracked().parse().unwrap_or(1) }
        } else {
            ScheduleRecurrence::Week { weekday: Weekday::parse(&self.weekday.get_untracked()).unwrap_or(Weekday::Monday) }
        };
        let (name, marking) = (name?, marking?);
        (1..=MAX_RECIPIENTS).contains(&recipients.len()).then(|| Checked {
            name,
            kind: untrack(|| self.kind()),
            format: ReportFormat::parse(&self.format.get_untracked()).unwrap_or(ReportFormat::Pdf),
            filters: untrack(|| self.filters()),
            marking,
            recurrence,
            hour: self.hour.get_untracked().parse().unwrap_or(6),
            recipients,
        })
    }
}

/// The form.
#[component]
pub fn ScheduleForm(
    /// The dialog around it.
    open: RwSignal<bool>,
    /// The one that is changed; a new one if absent.
    schedule: Option<ReportSchedule>,
) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("report-schedule");
    let fields = Fields::of(schedule.as_ref());
    let members = use_members();
    let base = scope.api("/report-schedules");
    // Another kind has other filters.
    Effect::new(move |before: Option<String>| {
        let kind = fields.kind.get();
        if before.is_some_and(|before| before != kind) {
            fields.filters.clear();
            fields.held.set(None);
        }
        kind
    });
    let kind = Memo::new(move |_| fields.kind());
    let may = Memo::new(move |_| readers(members, kind.get()));
    let (names, owner) = (use_names(), schedule.as_ref().map(|one| one.owner.clone()));
    let filters = move || match fields.held.get() {
        None => view! { <div class="report-fields"><FilterFields form kind filters=fields.filters /></div> }.into_any(),
        Some(held) => {
            let owner = owner.clone();
            let told = move || names.filters(kind.get_untracked(), &held, owner.as_ref());
            view! {
                <div class="field report-held">
                    <p>"Only "<strong class="any-break">{told}</strong></p>
                    <Button icon=Icon::Trash on_press=move || fields.held.set(None)>"Remove filters"</Button>
                </div>
            }
            .into_any()
        }
    };
    let submit = move || {
        form.begin();
        let ids: Vec<UserId> = may.with_untracked(|all| all.iter().map(|(id, _)| *id).collect());
        let Some(now) = fields.check(form, &ids) else { return form.refuse() };
        let done = move |saved: ReportSchedule| {
            open.set(false);
            toasts.say(format!("{} is saved.", saved.name));
        };
        let base = base.clone();
        match schedule.clone() {
            None => {
                let Checked { name, kind, format, filters, marking, recurrence, hour, recipients } = now;
                let body = CreateReportSchedule { name, kind, format, filters, marking, recurrence, hour, recipients };
                form.run(async move { api.post(&base, &body).await }, done);
            }
            Some(held) => {
                let (path, version, body) = (format!("{base}/{}", held.id), held.version, changes(&held, now));
                form.run(async move { api.patch(&path, Some(version), &body).await }, done);
            }
        }
    };
    let kinds: Vec<Choice> = ReportKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.title())).collect();
    let formats: Vec<Choice> = ReportFormat::ALL.iter().map(|one| Choice::new(one.as_str(), words::format(*one))).collect();
    let every = vec![Choice::new("week", "Every week"), Choice::new("month", "Every month")];
    let weekdays: Vec<Choice> = Weekday::ALL.iter().map(|day| Choice::new(day.as_str(), words::weekday_name(*day))).collect();
    let days: Vec<Choice> = (1..=31)
        .map(|day| Choice::new(day.to_string(), if day == 31 { "31, or the last".to_owned() } else { day.to_string() }))
        .collect();
    let hours: Vec<Choice> = (0..24).map(|hour| Choice::new(hour.to_string(), format!("{hour:02}:00"))).collect();
    let (weekdays, days) = (StoredValue::new(weekdays), StoredValue::new(days));
    view! {
        <FormView form on_submit=submit>
            <TextField form pointer="/name" label="Name" value=fields.name focus=true hint="Recipients read it in the mail." />
            <div class="form-pair">
                <SelectField form pointer="/kind" label="Report" value=fields.kind choices=kinds />
                <SelectField form pointer="/format" label="Format" value=fields.format choices=formats />
            </div>
            <p class="small muted">{move || words::about(fields.kind())}</p>
            {filters}
            <div class="form-pair">
                <SelectField form pointer="/every" label="How often" value=fields.every choices=every />
                {move || if fields.every.get() == "month" {
                    view! { <SelectField form pointer="/recurrence" label="Day of the month" value=fields.day choices=days.get_value() /> }.into_any()
                } else {
                    view! { <SelectField form pointer="/recurrence" label="Day of the week" value=fields.weekday choices=weekdays.get_value() /> }.into_any()
                }}
            </div>
            <div class="form-pair">
                <SelectField form pointer="/hour" label="Hour" value=fields.hour choices=hours hint="In the system's time zone." />
                <MarkingField form marking=fields.marking />
            </div>
            <Recipients form may chosen=fields.recipients />
            <p class="small muted">"Reports are made in the name of whoever saves this last, with the rights that person has then."</p>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button>
            </div>
        </FormView>
    }
}

/// The members who may read reports of a kind, by name.
fn readers(members: Remote<Page<Member>>, kind: ReportKind) -> Vec<(UserId, String)> {
    let choices = members.map(|page| named(&page.items, kind.least_role())).unwrap_or_default();
    choices.into_iter().filter_map(|choice| Some((choice.value.parse().ok()?, choice.label))).collect()
}

/// Who is told: a box for each member who may read it.
#[component]
fn Recipients(form: Form, may: Memo<Vec<(UserId, String)>>, chosen: RwSignal<BTreeSet<UserId>>) -> impl IntoView {
    form.name_field("/recipients", "Recipients");
    let id = form.field_id("/recipients");
    let fault_id = format!("{id}-fault");
    let described = fault_id.clone();
    let entry = move |(user, name): (UserId, String)| {
        let toggle = move |_| {
            chosen.update(|chosen| {
                if !chosen.remove(&user) {
                    chosen.insert(user);
                }
            });
        };
        view! {
            <li><label class="report-recipient">
                <input type="checkbox" name="recipients" prop:checked=move || chosen.with(|chosen| chosen.contains(&user)) on:change=toggle />
                <span>{name}</span>
            </label></li>
        }
    };
    view! {
        <fieldset class="field report-recipients" id=id tabindex="-1" aria-describedby=move || form.fault_of("/recipients").map(|_| described.clone())>
            <legend>"Recipients"</legend>
            <ul>{move || may.get().into_iter().map(entry).collect_view()}</ul>
            {move || form.fault_of("/recipients").map(|fault| view! {
                <p class="field-fault" id=fault_id.clone()><IconView icon=Icon::Alert /><span>{fault}</span></p>
            })}
            <p class="field-hint">"Members whose role may read it. They are told where it is; the mail never holds the file."</p>
        </fieldset>
    }
}

/// Only what was changed.
fn changes(held: &ReportSchedule, now: Checked) -> UpdateReportSchedule {
    let Checked { name, kind, format, filters, marking, recurrence, hour, recipients } = now;
    let before: BTreeSet<UserId> = held.recipients.iter().map(|one| one.person.id).collect();
    let same = before == recipients.iter().copied().collect();
    // The order of filters is of no meaning.
    let sorted = |filters: Option<&str>| filters.map(|all| all.split('&').map(str::to_owned).collect::<BTreeSet<_>>());
    let same_filters = sorted(filters.as_deref()) == sorted(held.filters.as_deref());
    let same_marking = marking.as_ref().map(Marking::as_str) == held.marking.as_deref();
    UpdateReportSchedule {
        name: (name.as_str() != held.name).then_some(name),
        kind: (kind != held.kind).then_some(kind),
        format: (format != held.format).then_some(format),
        filters: if same_filters { Patch::Absent } else { filters.into() },
        marking: if same_marking { Patch::Absent } else { marking.into() },
        recurrence: (recurrence != held.recurrence).then_some(recurrence),
        hour: (hour != held.hour).then_some(hour),
        recipients: (!same).then_some(recipients),
        state: None,
    }
}
