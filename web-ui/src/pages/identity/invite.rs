//! Inviting a person: name and address, then the link to hand over, shown once.

use crate::api::use_api;
use crate::components::button::{Button, ButtonKind};
use crate::components::clipboard::CopyButton;
use crate::components::dialog::Dialog;
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::time::Moment;
use leptos::prelude::*;
use shared_types::identity::{Invitation, InviteUser};
use shared_types::text::{Email, Title};

/// The dialog: the form, and then the link.
#[component]
pub fn InviteDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The invitation that was made.
    invitation: RwSignal<Option<Invitation>>,
) -> impl IntoView {
    let title = Signal::derive(move || {
        invitation.with(|made| {
            made.as_ref().map_or_else(|| "Invite a person".to_owned(), |made| format!("Link for {}", made.user.name))
        })
    });
    view! {
        <Dialog open title>
            {move || match invitation.get() {
                Some(made) => view! { <Handover made open /> }.into_any(),
                None => view! { <InviteForm open invitation /> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn InviteForm(open: RwSignal<bool>, invitation: RwSignal<Option<Invitation>>) -> impl IntoView {
    let api = use_api();
    let form = Form::new("invite");
    let (name, email) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move || {
        form.begin();
        let who = form.check("/name", Title::parse(&name.get_untracked()));
        let address = form.check("/email", Email::parse(&email.get_untracked()));
        let (Some(name), Some(email)) = (who, address) else { return form.refuse() };
        let body = InviteUser { email, name };
        form.run(async move { api.post("/api/v1/users", &body).await }, move |made: Invitation| invitation.set(Some(made)));
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <TextField form pointer="/name" label="Name" value=name focus=true />
            <TextField form pointer="/email" label="E-mail" kind="email" value=email
                hint="The person signs in with it. A link is mailed there, and you can hand one over yourself." />
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Create link"</Button>
            </div>
        </FormView>
    }
}

/// The link, shown once.
#[component]
fn Handover(made: Invitation, open: RwSignal<bool>) -> impl IntoView {
    let origin = window().location().origin().unwrap_or_default();
    let link = format!("{origin}{}", made.link);
    view! {
        <p>"Hand this link to " <b>{made.user.name}</b> " over a channel that you trust. It sets the password and works once, until "
            <Moment at=made.expires_at /> "."</p>
        <div class="copy-line"><code>{link.clone()}</code><CopyButton text=link what="link" labelled=true /></div>
        <p class="small muted">{if made.mailed {
            "A link of its own is mailed to the person; whichever is used first ends the other."
        } else {
            "Nothing is mailed: this installation has no mail server. Hand the link over yourself."
        }}</p>
        <div class="notice"><IconView icon=Icon::Info /><span>"It is shown only now. If it gets lost, create a new one."</span></div>
        <div class="dialog-foot"><Button kind=ButtonKind::Primary on_press=move || open.set(false)>"Done"</Button></div>
    }
}
