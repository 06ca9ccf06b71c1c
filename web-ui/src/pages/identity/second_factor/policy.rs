//! Whether everybody needs a second factor: the administrators decide.

use super::use_renewed_me;
use crate::api::{Remote, use_api, use_remote};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::field::{Choice, SelectField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::state::{RemoteView, Shape};
use crate::components::toast::use_toasts;
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::second_factor::{MAX_GRACE_DAYS, SecondFactorPolicy, SetSecondFactorPolicy};
use shared_types::text::ValueError;

const PATH: &str = "/api/v1/second-factor-policy";

/// The section.
#[component]
pub fn PolicyCard() -> impl IntoView {
    let remote = use_remote::<SecondFactorPolicy>(|| Some(PATH.to_owned()));
    let form = Form::new("second-factor-policy");
    view! {
        <Card title="Second factor for everybody">
            <RemoteView remote shape=Shape::Rows(2) hold=form.dirty() let:policy>
                <PolicyForm policy=(*policy).clone() form remote />
            </RemoteView>
        </Card>
    }
}

#[component]
fn PolicyForm(policy: SecondFactorPolicy, form: Form, remote: Remote<SecondFactorPolicy>) -> impl IntoView {
    let (api, toasts, renewed_me) = (use_api(), use_toasts(), use_renewed_me());
    let demand = RwSignal::new(if policy.required { "required" } else { "optional" }.to_owned());
    let grace = RwSignal::new(policy.grace_days.to_string());
    let choices =
        vec![Choice::new("optional", "Everybody decides for themselves"), Choice::new("required", "Required of everybody")];
    let submit = move || {
        form.begin();
        let Some(grace_days) = form.check("/grace_days", days(&grace.get_untracked())) else { return form.refuse() };
        let body = SetSecondFactorPolicy { required: demand.get_untracked() == "required", grace_days };
        form.run(async move { api.put::<_, SecondFactorPolicy>(PATH, None, &body).await }, move |policy| {
            toasts.say(if policy.required {
                "A second factor is required of everybody."
            } else {
                "A second factor is optional."
            });
            remote.set(policy);
            renewed_me.run(());
        });
    };
    view! {
        <FormView form on_submit=submit>
            <div class="form-pair">
                <SelectField form pointer="/required" label="Second factor" value=demand choices />
                <TextField form pointer="/grace_days" label="Days to set one up" kind="number" value=grace
                    hint="From now, or from the day an account is made. Who has none after that may only set one up." />
            </div>
            <div class="form-foot"><Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button></div>
        </FormView>
    }
}

/// A number of days of grace.
fn days(text: &str) -> Result<u32, ValueError> {
    let days = text.trim().parse::<u32>().ok().filter(|days| *days <= MAX_GRACE_DAYS);
    days.ok_or_else(|| ValueError::new(FieldCode::OutOfRange, format!("a number of days from 0 to {MAX_GRACE_DAYS}")))
}

#[cfg(test)]
mod tests {
    use super::days;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn days_are_bounded() {
        assert_eq!((days(" 0 ").ok(), days("90").ok()), (Some(0), Some(90)));
        for bad in ["", "91", "-1", "1.5", "x"] {
            assert!(days(bad).is_err(), "{bad}");
        }
    }
}
