//! Adding a member by address. Somebody who has no account yet is invited: then a name is asked for, too.

use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::{Choice, SelectField, TextField};
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::features::use_feature;
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use shared_types::FieldCode;
use shared_types::operation::Feature;
use shared_types::systems::{AddMember, InviteMember, Member, Role};
use shared_types::text::{Email, Title};

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
    let (email, name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let role = RwSignal::new(Role::Contributor.as_str().to_owned());
    // The address that nobody has: with a name, its owner is invited.
    let newcomer = RwSignal::new(None::<String>);
    let is_new = Memo::new(move |_| newcomer.with(|known| known.as_deref() == Some(email.get().trim())));
    let invites = use_feature(Feature::MailedInvitations);
    let choices: Vec<Choice> = Role::ALL
        .iter()
        .map(|role| Choice::new(role.as_str(), format!("{}: {}", words::role(*role), words::role_note(*role))))
        .collect();
    let (members, invitations) = (scope.api("/members"), scope.api("/invitations"));
    let submit = move || {
        form.begin();
        let typed = email.get_untracked().trim().to_owned();
        let address = form.check("/email", Email::parse(&typed));
        let called =
            if is_new.get_untracked() { form.check("/name", Title::parse(&name.get_untracked())).map(Some) } else { Some(None) };
        let (Some(email), Some(name), Some(role)) = (address, called, Role::parse(&role.get_untracked())) else {
            return form.refuse();
        };
        let (members, invitations) = (members.clone(), invitations.clone());
        let sending = async move {
            let Some(name) = name else {
                let answer: Result<Member, _> = api.post(&members, &AddMember { email, role }).await;
                if invites.get_untracked()
                    && answer.as_ref().is_err_and(|error| error.fields().iter().any(|field| field.code == FieldCode::NotFound))
                {
                    newcomer.set(Some(typed));
                }
                return answer;
            };
            api.post(&invitations, &InviteMember { email, name, role }).await
        };
        form.run(sending, move |member: Member| {
            let role = words::role(member.role).to_lowercase();
            toasts.say(if member.active {
                format!("{} is {role} now.", member.name)
            } else {
                format!("{} is invited as {role}, by mail.", member.name)
            });
            open.set(false);
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <TextField form pointer="/email" label="E-mail" kind="email" value=email focus=true hint="The address of their account." />
            <Show when=move || invites.get()>
                <p class="small muted">"Somebody who has no account yet is invited by mail."</p>
            </Show>
            <Show when=move || is_new.get()>
                <TextField form pointer="/name" label="Name" value=name hint="Nobody has this address yet. A link that sets a password is mailed there." focus=true />
            </Show>
            <SelectField form pointer="/role" label="Role" value=role choices=choices.clone() />
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>{move || if is_new.get() { "Invite" } else { "Add" }}</Button>
            </div>
        </FormView>
    }
}
