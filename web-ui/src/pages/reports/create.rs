//! Has a report made.

use super::fields::{FilterFields, Filters, MarkingChoice, MarkingField};
use super::words;
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::field::{Choice, SelectField};
use crate::components::form::{Form, FormView};
use crate::components::icon::Icon;
use crate::components::toast::use_toasts;
use crate::router::{Query, SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::reports::{CreateReport, Report, ReportFormat, ReportKind};

/// What is chosen at first.
const USUAL_KIND: ReportKind = ReportKind::AssessmentStatus;
const USUAL_FORMAT: ReportFormat = ReportFormat::Pdf;

/// Kind, filters, format, marking; and the way to the web view.
#[component]
pub fn NewReport(
    /// Called when it is asked for.
    asked: Callback<()>,
) -> impl IntoView {
    let (api, scope, toasts, router) = (use_api(), use_scope(), use_toasts(), use_router());
    let form = Form::new("report");
    let kinds: Vec<Choice> = ReportKind::ALL
        .iter()
        .filter(|kind| scope.can_read(kind.least_role()))
        .map(|kind| Choice::new(kind.as_str(), kind.title()))
        .collect();
    let formats: Vec<Choice> = ReportFormat::ALL.iter().map(|one| Choice::new(one.as_str(), words::format(*one))).collect();
    let given = |name| router.param(name);
    let first = untrack(|| given("kind")).filter(|code| kinds.iter().any(|choice| choice.value == *code));
    let kind = RwSignal::new(first.unwrap_or_else(|| USUAL_KIND.to_string()));
    let format = untrack(|| given("format")).and_then(|code| ReportFormat::parse(&code)).unwrap_or(USUAL_FORMAT);
    let format = RwSignal::new(format.to_string());
    let chosen = Memo::new(move |_| ReportKind::parse(&kind.get()).unwrap_or(USUAL_KIND));
    let filters = Filters::new();
    if let Some(text) = untrack(|| given("filters")) {
        // What the page does not offer is left out: nothing that isn't seen is chosen.
        filters.read(chosen.get_untracked(), &text);
    }
    let marking = MarkingChoice::of(untrack(|| given("marking")).as_deref());
    marking.none.set(untrack(|| given("unmarked")).is_some());
    // Another kind has other filters.
    Effect::new(move |before: Option<ReportKind>| {
        let now = chosen.get();
        if before.is_some_and(|before| before != now) {
            filters.clear();
        }
        now
    });
    // What is chosen stands in the address, so that the way back from the web view finds it.
    Effect::new(move || {
        let (kind, format) = (kind.get(), format.get());
        let typed = marking.text.get();
        let changes = [
            ("kind", Some(kind).filter(|kind| kind != USUAL_KIND.as_str())),
            ("format", Some(format).filter(|format| format != USUAL_FORMAT.as_str())),
            ("filters", filters.query(chosen.get())),
            ("marking", Some(typed).filter(|typed| !typed.is_empty() && !marking.none.get())),
            ("unmarked", marking.none.get().then(|| "true".to_owned())),
        ];
        router.set_query(&changes.each_ref().map(|(name, value)| (*name, value.as_deref())), true);
    });
    let page = scope.clone();
    let view = move || {
        let none = marking.none.get();
        let values = [
            ("filters", filters.query(chosen.get())),
            ("marking", Some(marking.text.get()).filter(|typed| !none && !typed.trim().is_empty())),
            ("unmarked", none.then(|| "true".to_owned())),
        ];
        let query = values
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .fold(Query::default(), |query, (name, value)| query.with(name, Some(&value)));
        format!("{}{}", page.href(SystemPage::ReportView(chosen.get().to_string())), query.suffix())
    };
    let submit = move || {
        form.begin();
        let Some(marking) = marking.check(form) else { return form.refuse() };
        let body = CreateReport {
            kind: chosen.get_untracked(),
            format: ReportFormat::parse(&format.get_untracked()).unwrap_or(ReportFormat::Pdf),
            filters: untrack(|| filters.query(chosen.get())),
            marking,
        };
        let path = scope.api("/reports");
        form.run(async move { api.post(&path, &body).await }, move |made: Report| {
            toasts.say(format!("{} is being made.", made.kind.title()));
            asked.run(());
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <div class="report-fields">
                <SelectField form pointer="/kind" label="Report" value=kind choices=kinds />
                <FilterFields form kind=chosen filters />
                <SelectField form pointer="/format" label="Format" value=format choices=formats />
                <MarkingField form marking />
            </div>
            <p class="small muted">{move || words::about(chosen.get())}</p>
            <div class="form-foot">
                <ButtonLink href=Signal::derive(view) icon=Icon::Eye>"View here"</ButtonLink>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy() icon=Icon::Report>"Make report"</Button>
            </div>
        </FormView>
    }
}
