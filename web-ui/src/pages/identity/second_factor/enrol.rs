//! Setting up an authenticator app: scan, confirm with a code, keep the backup codes.

use super::super::second_step::typed;
use super::codes::BackupCodesView;
use super::qr::QrView;
use crate::api::{ApiError, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::clipboard::CopyButton;
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::state::{Failure, Shape, Skeleton};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::second_factor::{BackupCodes, SecondFactorEnrolment};

const PATH: &str = "/api/v1/me/second-factor";

#[derive(Clone)]
enum Stage {
    Loading,
    Failed(ApiError),
    Scan(SecondFactorEnrolment),
    Keep(BackupCodes),
}

/// The steps, one after another.
#[component]
pub fn Enrol(
    /// It is set up and the codes are kept.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let stage = RwSignal::new(Stage::Loading);
    let begin = Callback::new(move |()| {
        stage.set(Stage::Loading);
        spawn_local(async move {
            let next = match api.post_empty::<SecondFactorEnrolment>(&format!("{PATH}/enrolment")).await {
                Ok(enrolment) => Stage::Scan(enrolment),
                Err(error) => Stage::Failed(error),
            };
            stage.try_set(next);
        });
    });
    begin.run(());
    move || match stage.get() {
        Stage::Loading => view! { <Skeleton shape=Shape::Rows(3) /> }.into_any(),
        Stage::Failed(error) => view! { <Failure error retry=begin /> }.into_any(),
        Stage::Scan(enrolment) => view! { <Scan enrolment stage /> }.into_any(),
        Stage::Keep(codes) => view! { <BackupCodesView codes done /> }.into_any(),
    }
}

#[component]
fn Scan(enrolment: SecondFactorEnrolment, stage: RwSignal<Stage>) -> impl IntoView {
    let api = use_api();
    let form = Form::new("enrol");
    let code = RwSignal::new(String::new());
    let submit = move || {
        form.begin();
        let Some(body) = typed(form, code) else { return };
        let sending = async move { api.post::<_, BackupCodes>(&format!("{PATH}/confirmation"), &body).await };
        form.run(sending, move |codes| {
            stage.try_set(Stage::Keep(codes));
        });
    };
    let SecondFactorEnrolment { secret, qr, .. } = enrolment;
    view! {
        <p>"Scan this with an authenticator app on your phone, such as the one that your company uses. Then type the code that it shows."</p>
        <div class="enrol">
            <QrView qr label="QR code of the key below" />
            <div class="stack tight">
                <span class="small strong">"Can't scan? Type this key"</span>
                <div class="copy-line"><code>{grouped(&secret)}</code><CopyButton text=secret what="key" /></div>
            </div>
        </div>
        <FormView form on_submit=submit careless=true>
            <TextField form pointer="/code" label="Code" value=code autocomplete="one-time-code" focus=true
                hint="Six digits; a new one every 30 seconds." />
            <div class="form-foot"><Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Confirm"</Button></div>
        </FormView>
    }
}

/// In groups of four, for typing.
fn grouped(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::grouped;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn keys_are_shown_in_groups_of_four() {
        assert_eq!(grouped("GEZDGNBVGY"), "GEZD GNBV GY");
        assert_eq!(grouped(""), "");
    }
}
