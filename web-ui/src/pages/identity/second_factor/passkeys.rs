//! The account's section on passkeys.

use super::passkey_add::{AddPasskeyDialog, PASSKEYS};
use super::use_renewed_me;
use crate::api::{use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::{Dialog, open_while};
use crate::components::field::TextField;
use crate::components::form::{Form, FormView};
use crate::components::icon::Icon;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::passkey;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::passkeys::{Passkey, Passkeys, RenamePasskey};
use shared_types::text::Title;

/// What the section's dialogs are about.
#[derive(Clone, Copy)]
struct About {
    renaming: RwSignal<Option<Passkey>>,
    removing: RwSignal<Option<Passkey>>,
}

/// The section.
#[component]
pub fn PasskeysCard() -> impl IntoView {
    let remote = use_remote::<Passkeys>(|| Some(PASSKEYS.to_owned()));
    let adding = RwSignal::new(false);
    let about = About { renaming: RwSignal::new(None), removing: RwSignal::new(None) };
    let offered = move || remote.map(|passkeys| passkeys.offered).unwrap_or_default() && passkey::supported();
    let new = move || {
        view! {
            <Show when=offered><Button icon=Icon::Plus on_press=move || adding.set(true)>"Add passkey"</Button></Show>
        }
    };
    view! {
        <Card title="Passkeys" note="A second factor without codes" aside=new flush=true>
            <RemoteView remote shape=Shape::Rows(2) let:passkeys>
                {if passkeys.items.is_empty() { empty(passkeys.offered) } else { table(&passkeys.items, about) }}
            </RemoteView>
        </Card>
        <AddPasskeyDialog open=adding done=use_renewed_me() />
        <RenameDialog renaming=about.renaming />
        <RemoveDialog removing=about.removing />
    }
}

fn empty(offered: bool) -> AnyView {
    let words = if !offered {
        "Passkeys are tied to a host name, and this installation is reached by an IP address. Whoever runs it can give it a name (public_url)."
    } else if passkey::supported() {
        "A passkey on your phone, computer or security key takes the place of the code when you sign in, and can't be used by a fake page."
    } else {
        passkey::Failure::Unsupported.words()
    };
    view! { <Empty icon=Icon::Key title="No passkeys">{words}</Empty> }.into_any()
}

fn table(passkeys: &[Passkey], about: About) -> AnyView {
    let rows = passkeys.iter().cloned().map(|passkey| view! { <PasskeyRow passkey about /> }).collect_view();
    view! {
        <TableView label="Passkeys" head=|| view! {
            <Th>"Passkey"</Th><Th>"Added"</Th><Th>"Last use"</Th><Th><span class="sr-only">"Actions"</span></Th>
        }>{rows}</TableView>
    }
    .into_any()
}

#[component]
fn PasskeyRow(passkey: Passkey, about: About) -> impl IntoView {
    let (renamed, removed) = (passkey.clone(), passkey.clone());
    let (rename, remove) = (format!("Rename {}", passkey.name), format!("Remove {}", passkey.name));
    view! {
        <tr>
            <Td main=true><div>
                <span class="strong">{passkey.name}</span>
                {passkey.suspended_at.map(|_| view! {
                    <br /><Badge tone=Tone::Bad icon=Icon::Alert>"Refused"</Badge>
                    <p class="small muted">"Its count went back, so that there may be a copy of it. Remove it and add a new one."</p>
                })}
            </div></Td>
            <Td label="Added"><Moment at=passkey.created_at date_only=true /></Td>
            <Td label="Last use">{match passkey.last_used_at {
                Some(at) => view! { <Moment at /> }.into_any(),
                None => view! { <span class="muted">"never"</span> }.into_any(),
            }}</Td>
            <Td num=true>
                <button type="button" class=ButtonKind::Quiet.class() aria-label=rename on:click=move |_| about.renaming.set(Some(renamed.clone()))>"Rename"</button>
                <button type="button" class=ButtonKind::Quiet.class() aria-label=remove on:click=move |_| about.removing.set(Some(removed.clone()))>"Remove"</button>
            </Td>
        </tr>
    }
}

#[component]
fn RenameDialog(renaming: RwSignal<Option<Passkey>>) -> impl IntoView {
    let open = open_while(renaming);
    let form = move || renaming.get().map(|passkey| view! { <RenameForm passkey open /> });
    view! { <Dialog open title="Rename the passkey">{form}</Dialog> }
}

#[component]
fn RenameForm(passkey: Passkey, open: RwSignal<bool>) -> impl IntoView {
    let api = use_api();
    let form = Form::new("rename-passkey");
    let name = RwSignal::new(passkey.name);
    let path = format!("{PASSKEYS}/{}", passkey.id);
    let submit = move || {
        form.begin();
        let Some(name) = form.check("/name", Title::parse(&name.get_untracked())) else { return form.refuse() };
        let path = path.clone();
        form.run(async move { api.patch::<_, Passkey>(&path, None, &RenamePasskey { name }).await }, move |_| open.set(false));
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <TextField form pointer="/name" label="Name" value=name focus=true />
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>"Save"</Button>
            </div>
        </FormView>
    }
}

#[component]
fn RemoveDialog(removing: RwSignal<Option<Passkey>>) -> impl IntoView {
    let (api, toasts, renewed_me) = (use_api(), use_toasts(), use_renewed_me());
    let open = open_while(removing);
    let busy = RwSignal::new(false);
    let title = Signal::derive(move || {
        removing.with(|passkey| passkey.as_ref().map(|passkey| format!("Remove {}?", passkey.name)).unwrap_or_default())
    });
    let remove = Callback::new(move |()| {
        let Some(passkey) = removing.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let result = api.delete(&format!("{PASSKEYS}/{}", passkey.id), None).await;
            busy.set(false);
            open.set(false);
            match result {
                Ok(()) => {
                    renewed_me.run(());
                    toasts.say(format!("{} is removed.", passkey.name));
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    });
    view! {
        <Dialog open title>
            <p>"It does not sign you in any more. Delete it on the device or in the password manager too. With your last second factor the backup codes go as well."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on_press=remove>"Remove"</Button>
            </div>
        </Dialog>
    }
}
