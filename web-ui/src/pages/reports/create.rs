//! Has a report made.

use super::words;
use crate::api::use_api;
use crate::components::button::{Button, ButtonKind, ButtonLink};
use crate::components::field::{Choice, SelectField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::icon::Icon;
use crate::components::toast::use_toasts;
use crate::router::{SystemPage, encode};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::reports::{CreateReport, Report, ReportFormat, ReportKind};
use shared_types::text::Marking;

/// Kind, filter, format, marking; and the way to the web view.
#[component]
pub fn NewReport(
    /// Called when it is asked for.
    asked: Callback<()>,
) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("report");
    let kinds: Vec<Choice> = ReportKind::ALL
        .iter()
        .filter(|kind| scope.can_read(kind.least_role()))
        .map(|kind| Choice::new(kind.as_str(), kind.title()))
        .collect();
    let formats: Vec<Choice> = ReportFormat::ALL.iter().map(|one| Choice::new(one.as_str(), words::format(*one))).collect();
    let kind = RwSignal::new(ReportKind::AssessmentStatus.to_string());
    let format = RwSignal::new(ReportFormat::Pdf.to_string());
    let (filter, marking) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let chosen = Memo::new(move |_| ReportKind::parse(&kind.get()).unwrap_or(ReportKind::AssessmentStatus));
    // Another kind has other filters.
    Effect::new(move || {
        chosen.track();
        filter.set(String::new());
    });
    let filters = move || {
        let value = filter.get();
        let (name, _, _) = words::filter(chosen.get())?;
        (!value.is_empty()).then(|| format!("{name}={}", encode(&value)))
    };
    let page = scope.clone();
    let view = move || {
        let href = page.href(SystemPage::ReportView(chosen.get().to_string()));
        filters().map_or(href.clone(), |filters| format!("{href}?filters={}", encode(&filters)))
    };
    let submit = move || {
        form.begin();
        let typed = marking.get_untracked();
        let Some(marking) = form.check("/marking", Marking::parse(&typed)) else { return form.refuse() };
        let body = CreateReport {
            kind: chosen.get_untracked(),
            format: ReportFormat::parse(&format.get_untracked()).unwrap_or(ReportFormat::Pdf),
            filters: untrack(filters),
            marking: (!typed.trim().is_empty()).then_some(marking),
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
                {move || words::filter(chosen.get()).map(|(_, label, choices)| view! {
                    <SelectField form pointer="/filters" label value=filter choices optional=true />
                })}
                <SelectField form pointer="/format" label="Format" value=format choices=formats />
                <TextField form pointer="/marking" label="Marking" value=marking optional=true hint="On every page. Empty: that of the installation." />
            </div>
            <p class="small muted">{move || words::about(chosen.get())}</p>
            <div class="form-foot">
                <ButtonLink href=Signal::derive(view) icon=Icon::Eye>"View here"</ButtonLink>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy() icon=Icon::Report>"Make report"</Button>
            </div>
        </FormView>
    }
}
