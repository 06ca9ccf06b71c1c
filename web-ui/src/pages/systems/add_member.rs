//! Adding a member: somebody who has an account already, by address.

use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::{Choice, SelectField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use shared_types::systems::{AddMember, Member, Role};
use shared_types::text::Email;

/// The dialog.
#[component]
pub fn AddMemberDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Dialog open title="Add a member"><AddMemberForm open /></Dialog> }
}

#[component]
fn AddMemberForm(open: RwSignal<bool>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("member");
    let email = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Contributor.as_str().to_owned());
    let choices: Vec<Choice> = Role::ALL
        .iter()
        .map(|role| Choice::new(role.as_str(), format!("{}: {}", words::role(*role), words::role_note(*role))))
        .collect();
    let path = scope.api("/members");
    let hint = if scope.admin {
        "The address of somebody who has an account. Invite new people under People first."
    } else {
        "The address of somebody who has an account. An administrator invites new people."
    };
    let submit = move || {
        form.begin();
        let address = form.check("/email", Email::parse(&email.get_untracked()));
        let (Some(email), Some(role)) = (address, Role::parse(&role.get_untracked())) else { return form.refuse() };
        let (body, path) = (AddMember { email, role }, path.clone());
        form.run(async move { api.post(&path, &body).await }, move |member: Member| {
            toasts.say(format!("{} is {} now.", member.name, words::role(member.role).to_lowercase()));
            open.set(false);
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <TextField form pointer="/email" label="E-mail" kind="email" value=email focus=true hint />
            <SelectField form pointer="/role" label="Role" value=role choices />
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Add"</Button>
            </div>
        </FormView>
    }
}
