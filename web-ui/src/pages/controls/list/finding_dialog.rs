//! Asks for the reason of a finding that is set for whole requirements.

use super::judge::{Asked, Judge, Verdict};
use super::model::Selection;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::{Dialog, open_while};
use crate::components::field::{SelectField, TextAreaField};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::format;
use crate::pages::controls::verdict::{basis_choices, demands_reason, reason_hint};
use crate::words;
use leptos::prelude::*;
use shared_types::finding::{Basis, Finding};
use shared_types::text::Note;

/// The dialog.
#[component]
pub fn FindingDialog(judge: Judge, selection: Selection) -> impl IntoView {
    let asked = judge.asked();
    let open = open_while(asked);
    let title = Signal::derive(move || asked.with(|asked| asked.as_ref().map(title_of).unwrap_or_default()));
    view! {
        <Dialog open title>
            {move || asked.get().map(|asked| view! { <Reason judge selection asked open /> })}
        </Dialog>
    }
}

fn title_of(asked: &Asked) -> String {
    let word = words::finding(asked.finding).word;
    match asked.controls.as_slice() {
        [one] => format!("{}: {word}", one.reference),
        many => {
            format!("{}: {word}", format::count(i64::try_from(many.len()).unwrap_or_default(), "requirement", "requirements"))
        }
    }
}

#[component]
fn Reason(judge: Judge, selection: Selection, asked: Asked, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("set-finding");
    let Asked { controls, finding } = asked;
    let several = controls.len() > 1;
    let objectives: u32 = controls.iter().map(|control| control.objectives.total()).sum();
    let judged: u32 = controls.iter().map(|control| control.objectives.total() - control.objectives.not_assessed).sum();
    let basis = RwSignal::new(Basis::Implemented.as_str().to_owned());
    let reason = RwSignal::new(String::new());
    let has_basis = finding != Finding::NotMet;
    let chosen = move || if has_basis { Basis::parse(&basis.get()).unwrap_or(Basis::Implemented) } else { Basis::Implemented };
    let submit = move || {
        form.begin();
        let basis = has_basis.then(|| Basis::parse(&basis.get_untracked())).flatten();
        let text = reason.get_untracked();
        let demanded = demands_reason(finding, basis.unwrap_or(Basis::Implemented));
        let note = if demanded {
            form.check("/reason", Note::parse(&text)).map(Some)
        } else {
            form.check_optional("/reason", &text, Note::parse)
        };
        let Some(note) = note else { return form.refuse() };
        let verdict = Verdict { finding, basis, reason: note };
        let controls = controls.clone();
        form.run(async move { judge.set(&controls, &verdict).await }, move |()| {
            if several {
                selection.set_all(false);
            }
            open.set(false);
        });
    };
    let whole = format!(
        "Sets {} of {}.",
        format::count(objectives, "objective", "objectives"),
        if several { "the selected requirements" } else { "this requirement" }
    );
    view! {
        <FormView form on_submit=submit>
            <p class="small muted">{whole}" To judge them one by one, open the requirement."</p>
            {(judged > 0).then(|| view! {
                <p class="notice warn"><IconView icon=Icon::Alert />
                    <span>{format::count(judged, "objective holds a finding", "objectives hold a finding")}" already; it is replaced."</span>
                </p>
            })}
            {has_basis.then(|| view! {
                <SelectField form pointer="/basis" label="Basis" value=basis choices=basis_choices(finding) />
            })}
            {move || {
                let demanded = demands_reason(finding, chosen());
                view! {
                    <TextAreaField form pointer="/reason" label="Reason" value=reason optional=!demanded hint=reason_hint(finding, chosen()) focus=!has_basis />
                }
            }}
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Set "{words::finding(finding).word}</Button>
            </div>
        </FormView>
    }
}
