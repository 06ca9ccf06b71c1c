//! Adding a passkey: a name, the browser's own dialog, and the backup codes where it is the first second factor.

use super::codes::BackupCodesView;
use crate::api::{Api, ApiError, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::passkey;
use leptos::prelude::*;
use shared_types::passkeys::{AddedPasskey, PasskeyCreation};
use shared_types::second_factor::BackupCodes;
use shared_types::text::Title;

/// Where they stand.
pub(super) const PASSKEYS: &str = "/api/v1/me/passkeys";

/// The dialog.
#[component]
pub fn AddPasskeyDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// A passkey was added, and the codes are kept.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let codes = RwSignal::new(None::<BackupCodes>);
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        // Closed by whatever way: the codes must not stay in the page, and the passkey is there.
        if before == Some(true) && !now && codes.with_untracked(Option::is_some) {
            codes.set(None);
            done.run(());
        }
        now
    });
    let title =
        Signal::derive(move || if codes.with(Option::is_some) { "Your backup codes" } else { "Add a passkey" }.to_owned());
    view! {
        <Dialog open title>
            {move || match codes.get() {
                Some(codes) => view! { <BackupCodesView codes done=move || open.set(false) /> }.into_any(),
                None => view! { <AddForm open codes done /> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn AddForm(open: RwSignal<bool>, codes: RwSignal<Option<BackupCodes>>, done: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let form = Form::new("passkey");
    let name = RwSignal::new(String::new());
    let submit = move || {
        form.begin();
        let Some(name) = form.check("/name", Title::parse(&name.get_untracked())) else { return form.refuse() };
        form.run(add(api, name), move |added| {
            toasts.say(format!("{} is a passkey of yours now.", added.passkey.name));
            if let Some(fresh) = added.backup_codes {
                codes.set(Some(fresh));
            } else {
                open.set(false);
                done.run(());
            }
        });
    };
    view! {
        <p>"A passkey lives on this device, in a password manager or on a security key, and proves that it is you with a touch, a PIN or your face. A fake page can't use it."</p>
        <FormView form on_submit=submit careless=true>
            <TextField form pointer="/name" label="Name" value=name focus=true hint="Where it lives, such as Work laptop, so that you know it later." />
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Go on"</Button>
            </div>
        </FormView>
    }
}

/// Fetches a challenge, asks the browser, sends what was made.
async fn add(api: Api, name: Title) -> Result<AddedPasskey, ApiError> {
    let wanted: PasskeyCreation = api.post_empty(&format!("{PASSKEYS}/challenge")).await?;
    let made = passkey::create(&wanted, name).await.map_err(|failure| ApiError::Browser(failure.words()))?;
    api.post(PASSKEYS, &made).await
}
