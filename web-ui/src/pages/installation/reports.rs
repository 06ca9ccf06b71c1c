//! What the installation puts on its reports: the organisation that makes them, texts for each kind, the logo.

use crate::api::{Api, use_api, use_remote};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::field::{Choice, SelectField, TextAreaField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::icon::Icon;
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::components::toast::{Toasts, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::report_template::{KindTexts, ReportTemplate, SetReportTemplate};
use shared_types::reports::{ReportKind, ReportLogo};
use shared_types::text::{Line, ReportText};
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;

const PATH: &str = "/api/v1/report-template";
const LOGO: &str = "/api/v1/report-template/logo";
const PICKER: &str = "report-logo-file";
/// Bytes that the server takes at most: more need not be sent.
const MOST_BYTES: f64 = 524_288.0;

/// The section.
#[component]
pub fn ReportsCard() -> impl IntoView {
    let remote = use_remote::<ReportTemplate>(|| Some(PATH.to_owned()));
    let typed = RwSignal::new(None::<Typed>);
    view! {
        <Card title="Reports" note="What stands on every report that is made from now on">
            <RemoteView remote shape=Shape::Rows(6) let:template>
                <TemplateForm template=(*template).clone() typed />
                <LogoPart logo=template.logo.clone() version=template.version />
                {template.changed_at.map(|at| {
                    let by = template.changed_by.as_ref().map(|person| format!(" by {}", person.name));
                    view! { <p class="small muted">"Last changed "<Moment at />{by}</p> }
                })}
            </RemoteView>
        </Card>
    }
}

/// Introduction and closing text of a kind, as they are typed.
type Texts = (String, String);

/// What is typed and not saved, and what it was typed over: a logo that is saved meanwhile brings another version, and takes nothing away.
#[derive(Clone, PartialEq)]
struct Typed {
    over: (String, Vec<KindTexts>),
    organization: String,
    all: BTreeMap<ReportKind, Texts>,
}

#[component]
fn TemplateForm(template: ReportTemplate, typed: RwSignal<Option<Typed>>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let form = Form::new("report-template");
    let version = template.version;
    let over = (template.organization.clone(), template.texts.clone());
    let before = typed.get_untracked().filter(|typed| typed.over == over);
    let known = |one: KindTexts| (one.kind, (one.introduction.to_string(), one.closing.to_string()));
    let stored = || (template.organization.clone(), template.texts.iter().cloned().map(known).collect());
    let (organization, all) = before.map_or_else(stored, |typed| (typed.organization, typed.all));
    let organization = RwSignal::new(organization);
    let all: RwSignal<BTreeMap<ReportKind, Texts>> = RwSignal::new(all);
    Effect::new(move || typed.set(Some(Typed { over: over.clone(), organization: organization.get(), all: all.get() })));
    let kind = RwSignal::new(ReportKind::AssessmentStatus.to_string());
    let (introduction, closing) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // What is typed is kept for its kind when another is chosen.
    Effect::new(move |before: Option<ReportKind>| {
        let chosen = ReportKind::parse(&kind.get()).unwrap_or(ReportKind::AssessmentStatus);
        if before != Some(chosen) {
            let (first, last) = all.with_untracked(|all| all.get(&chosen).cloned().unwrap_or_default());
            introduction.set(first);
            closing.set(last);
        }
        chosen
    });
    Effect::new(move || {
        let texts = (introduction.get(), closing.get());
        if let Some(chosen) = ReportKind::parse(&kind.get_untracked()) {
            all.update(|all| {
                all.insert(chosen, texts);
            });
        }
    });
    let jumped = Trigger::new();
    let jump = move |to: ReportKind| {
        kind.set(to.to_string());
        jumped.notify();
    };
    let submit = move || {
        form.begin();
        let Some(organization) = form.check("/organization", Line::parse(&organization.get_untracked())) else {
            return form.refuse();
        };
        let Some(texts) = checked(form, &all.get_untracked(), jump) else { return form.refuse() };
        let body = SetReportTemplate { organization, texts };
        form.run(async move { api.put(PATH, Some(version), &body).await }, move |_saved: ReportTemplate| {
            toasts.say("Saved. Reports that were made stay as they are.");
        });
    };
    let kinds: Vec<Choice> = ReportKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.title())).collect();
    let kinds = StoredValue::new(kinds);
    view! {
        <FormView form on_submit=submit>
            <TextField form pointer="/organization" label="Organization that makes the reports" value=organization optional=true
                hint="Stands on them as \"Prepared by\", beside the system's own." />
            // A browser keeps showing what was chosen in it: where the page chooses, the field is built anew.
            {move || {
                jumped.track();
                view! { <SelectField form pointer="/kind" label="Texts of" value=kind choices=kinds.get_value() /> }
            }}
            <TextAreaField form pointer="/introduction" label="Introduction" value=introduction optional=true rows=4 hint="Before everything else. Plain text, at most 2,000 characters; an empty line parts paragraphs." />
            <TextAreaField form pointer="/closing" label="Closing remarks" value=closing optional=true rows=4 hint="After everything but the rules." />
            <div class="form-foot">
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save texts"</Button>
            </div>
        </FormView>
    }
}

/// The texts that hold something, checked; the kind of the first fault is shown with it.
fn checked(form: Form, all: &BTreeMap<ReportKind, Texts>, show: impl Fn(ReportKind)) -> Option<Vec<KindTexts>> {
    let mut texts = Vec::new();
    for (kind, (introduction, closing)) in all {
        if introduction.trim().is_empty() && closing.trim().is_empty() {
            continue;
        }
        let first = form.check("/introduction", ReportText::parse(introduction));
        let last = form.check("/closing", ReportText::parse(closing));
        let (Some(introduction), Some(closing)) = (first, last) else {
            show(*kind);
            return None;
        };
        texts.push(KindTexts { kind: *kind, introduction, closing });
    }
    Some(texts)
}

/// Sends a picture.
fn send(api: Api, toasts: Toasts, busy: RwSignal<bool>, version: i64, file: web_sys::File) {
    if file.size() > MOST_BYTES {
        return toasts.warn("A logo has at most 512 KiB.");
    }
    busy.set(true);
    spawn_local(async move {
        let result = api.put_file::<ReportTemplate>(LOGO, Some(version), &file).await;
        let _gone = busy.try_set(false);
        api.altered(PATH);
        match result {
            Ok(_) => toasts.say("The logo is saved."),
            Err(error) => toasts.warn(error.message()),
        }
    });
}

#[component]
fn LogoPart(logo: Option<ReportLogo>, version: i64) -> impl IntoView {
    let (api, toasts, busy) = (use_api(), use_toasts(), RwSignal::new(false));
    let chosen = move |event: leptos::ev::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            send(api, toasts, busy, version, file);
        }
        // The same file may be chosen again.
        input.set_value("");
    };
    let remove = move |()| {
        busy.set(true);
        spawn_local(async move {
            let result = api.delete_for::<ReportTemplate>(LOGO, Some(version)).await;
            let _gone = busy.try_set(false);
            match result {
                Ok(_) => toasts.say("The logo is taken away."),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let there = logo.is_some();
    let shown = logo.map(|logo| {
        let address = format!("{LOGO}?{}", logo.sha256);
        let size = format!("{} by {} pixels", logo.width, logo.height);
        view! { <div class="report-logo-shown"><img class="report-logo" src=address alt=logo.alt /></div><p class="small muted">{size}</p> }
    });
    view! {
        <section class="report-logo-part" aria-labelledby="report-logo-title">
            <h3 id="report-logo-title">"Logo"</h3>
            {shown}
            <div class="field">
                <label for=PICKER>{if there { "Another picture" } else { "Picture" }}</label>
                <input class="input" type="file" id=PICKER accept="image/png,image/jpeg,.png,.jpg,.jpeg" disabled=busy on:change=chosen aria-describedby="report-logo-hint" />
                <p class="field-hint" id="report-logo-hint">"PNG or JPEG, at most 512 KiB and 2,000 by 2,000 pixels. It stands on the first page of PDF and Word files, in the head of printed sheets, and on the page."</p>
            </div>
            {there.then(|| view! { <Button icon=Icon::Trash busy on_press=Callback::new(remove)>"Take the logo away"</Button> })}
        </section>
    }
}
