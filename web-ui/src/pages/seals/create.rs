//! Seals the evidence as it is now.

use super::blockers::Blockers;
use crate::api::{use_api, use_remote};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::{Choice, SelectField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::state::{RemoteView, Shape};
use crate::components::toast::use_toasts;
use crate::format;
use crate::router::{SystemPage, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::seals::{CreateSeal, Seal, SealBlockers, SealKind};
use shared_types::text::Title;

/// The dialog.
#[component]
pub fn SealDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Dialog open title="Seal the evidence" wide=true>{move || open.get().then(|| view! { <SealForm open /> })}</Dialog> }
}

#[component]
fn SealForm(open: RwSignal<bool>) -> impl IntoView {
    let (api, scope, toasts, router) = (use_api(), use_scope(), use_toasts(), use_router());
    let form = Form::new("seal");
    let kind = RwSignal::new(SealKind::Working.to_string());
    let (label, status_date) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let frozen = Memo::new(move |_| kind.get() == SealKind::Assessment.as_str());
    let url = scope.api("/seals/blockers");
    let blockers = use_remote::<SealBlockers>(move || frozen.get().then(|| url.clone()));
    let choices = vec![
        Choice::new(SealKind::Working.as_str(), "State of work: the newest version of everything"),
        Choice::new(SealKind::Assessment.as_str(), "Frozen assessment: approved and current evidence only"),
    ];
    let submit = move || {
        form.begin();
        let label = form.check("/label", Title::parse(&label.get_untracked()));
        let typed = status_date.get_untracked();
        let date = match (typed.trim(), frozen.get_untracked()) {
            ("", _) | (_, false) => Some(None),
            (text, true) => {
                let date = text.parse().ok();
                if date.is_none() {
                    form.fault("/status_date", FieldCode::BadFormat, "a date");
                }
                date.map(Some)
            }
        };
        let kind = SealKind::parse(&kind.get_untracked()).unwrap_or(SealKind::Working);
        let (Some(label), Some(status_date)) = (label, date) else { return form.refuse() };
        let (path, scope) = (scope.api("/seals"), scope.clone());
        let body = CreateSeal { kind, label, status_date };
        form.run(async move { api.post(&path, &body).await }, move |made: Seal| {
            open.set(false);
            toasts.say(format!(
                "Seal {} holds {}.",
                made.number,
                format::count(i64::try_from(made.files).unwrap_or(0), "file", "files")
            ));
            router.go(&scope.href(SystemPage::Seal(made.number.to_string())));
        });
    };
    view! {
        <FormView form on_submit=submit>
            <SelectField form pointer="/kind" label="What is sealed" value=kind choices />
            <TextField form pointer="/label" label="Name" value=label hint="Such as: Self-assessment 2026" focus=true />
            <Show when=move || frozen.get()>
                <TextField form pointer="/status_date" label="Status date" value=status_date kind="date" optional=true
                    hint="The day on which the results are submitted. Artifacts are kept six years from it." />
                <div class="seal-way"><RemoteView remote=blockers shape=Shape::Lines(2) let:found><Blockers blockers=(*found).clone() /></RemoteView></div>
            </Show>
            <p class="small muted">"A seal never changes and is never taken back. What it holds is kept as long as it is."</p>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Seal"</Button>
            </div>
        </FormView>
    }
}
