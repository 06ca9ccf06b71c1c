//! Gives the selected requirements an owner: a change to each, one after another, and what could not be changed is said.

use super::model::Selection;
use crate::api::{Api, ApiError, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::SelectField;
use crate::components::form::{Form, FormView};
use crate::components::progress::ProgressBar;
use crate::components::toast::use_toasts;
use crate::format;
use crate::pages::systems::{member_choices, use_members};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::controls::{ControlDetail, ControlSummary, UpdateControl};
use shared_types::systems::Role;
use shared_types::{Patch, UserId};

/// The dialog.
#[component]
pub fn AssignDialog(open: RwSignal<bool>, selection: Selection) -> impl IntoView {
    view! { <Dialog open title="Assign an owner"><AssignForm open selection /></Dialog> }
}

#[component]
fn AssignForm(open: RwSignal<bool>, selection: Selection) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let members = use_members();
    let form = Form::new("assign-owner");
    let owner = RwSignal::new(String::new());
    let done = RwSignal::new(0_usize);
    let rows = selection.rows();
    let total = rows.len();
    let base = scope.api("");
    let submit = move || {
        form.begin();
        let (rows, base) = (rows.clone(), base.clone());
        let wanted: Patch<UserId> = owner.get_untracked().parse().ok().into();
        form.run(async move { assign(api, &base, &rows, wanted, done).await }, move |refused: Vec<String>| {
            let changed = total - refused.len();
            if changed > 0 {
                toasts.say(format!(
                    "{} assigned.",
                    format::count(i64::try_from(changed).unwrap_or_default(), "requirement", "requirements")
                ));
            }
            if let Some(first) = refused.first() {
                let more = refused.len() - 1;
                let others = if more > 0 { format!(" {more} more were not changed either.") } else { String::new() };
                toasts.warn(format!("{first}{others}"));
            } else {
                selection.set_all(false);
            }
            open.set(false);
        });
    };
    #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
    let percent = Signal::derive(move || done.get() as f64 * 100.0 / total.max(1) as f64);
    view! {
        <FormView form on_submit=submit careless=true>
            <p class="small muted">
                "The owner keeps a requirement true and is reminded of its reviews. "
                {format::count(i64::try_from(total).unwrap_or_default(), "requirement is", "requirements are")}" selected."
            </p>
            <SelectField form pointer="/owner" label="Owner" value=owner choices=member_choices(members, Role::Viewer, "Nobody") optional=true />
            <Show when=move || { done.get() > 0 }><ProgressBar label="Assigned" percent /></Show>
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Assign"</Button>
            </div>
        </FormView>
    }
}

/// Changes one after another. What was refused, in words; a connection that fails ends it.
async fn assign(
    api: Api,
    base: &str,
    rows: &[ControlSummary],
    owner: Patch<UserId>,
    done: RwSignal<usize>,
) -> Result<Vec<String>, ApiError> {
    let body = UpdateControl { owner, ..UpdateControl::default() };
    let mut refused = Vec::new();
    for row in rows {
        let path = format!("{base}/controls/{}", row.id);
        match api.patch_one_of_many::<_, ControlDetail>(&path, Some(row.version), &body).await {
            Ok(_) => {}
            Err(ApiError::Network) => {
                api.altered(&path);
                return Err(ApiError::Network);
            }
            Err(error) => refused.push(format!("{}: {}", row.reference, error.message())),
        }
        done.try_update(|done| *done += 1);
    }
    if let Some(row) = rows.first() {
        api.altered(&format!("{base}/controls/{}", row.id));
    }
    Ok(refused)
}
