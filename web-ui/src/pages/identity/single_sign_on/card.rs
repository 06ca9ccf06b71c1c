//! The account's connection with the provider.

use super::{Landing, SetOut, use_label};
use crate::api::{use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::{Icon, IconView};
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::router::use_router;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::single_sign_on::LinkedIdentity;

const PATH: &str = "/api/v1/me/identities";

/// The card; nothing where the installation has no single sign-on and the account no connection.
#[component]
pub fn IdentitiesCard() -> impl IntoView {
    let label = use_label();
    let remote = use_remote::<Page<LinkedIdentity>>(|| Some(PATH.to_owned()));
    let some = move || remote.map(|page| !page.items.is_empty()).unwrap_or_default();
    let removing = RwSignal::new(None::<LinkedIdentity>);
    let why = Landing::parse(&use_router().fragment()).words();
    view! {
        <Show when=move || label.with(Option::is_some) || some()>
            <Card title="Single sign-on"><div class="stack">
                {why.map(|words| view! {
                    <div class="notice warn" role="alert"><IconView icon=Icon::Alert /><span>{words}</span></div>
                })}
                <RemoteView remote shape=Shape::Rows(1) let:page>
                    {if page.items.is_empty() {
                        view! { <Connect label /> }.into_any()
                    } else {
                        page.items.iter().cloned().map(|identity| view! { <Connection identity removing /> }).collect_view().into_any()
                    }}
                </RemoteView>
            </div></Card>
        </Show>
        <RemoveDialog removing />
    }
}

#[component]
fn Connect(label: Signal<Option<String>>) -> impl IntoView {
    view! {
        <p>"Connect your account with your organization's sign-in page, and sign in there from then on. Your password goes on working."</p>
        {move || label.get().map(|_| view! {
            <div class="form-foot start"><SetOut path=PATH to="/account" label="Connect single sign-on" /></div>
        })}
    }
}

#[component]
fn Connection(identity: LinkedIdentity, removing: RwSignal<Option<LinkedIdentity>>) -> impl IntoView {
    let whole = identity.clone();
    view! {
        <div class="stack">
            <div class="row wrap">
                <Badge tone=Tone::Good icon=Icon::Check>"Connected"</Badge>
                <span class="id small">{identity.issuer}</span>
                <span class="small muted">"since " <Moment at=identity.created_at date_only=true /></span>
            </div>
            {if identity.removable {
                view! {
                    <div class="form-foot start"><Button on_press=move || removing.set(Some(whole.clone()))>"Disconnect"</Button></div>
                }.into_any()
            } else {
                view! { <p class="small muted">"You have no password: this is the only way to sign in to your account."</p> }.into_any()
            }}
        </div>
    }
}

#[component]
fn RemoveDialog(removing: RwSignal<Option<LinkedIdentity>>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let open = open_while(removing);
    let busy = RwSignal::new(false);
    let remove = Callback::new(move |()| {
        let Some(identity) = removing.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let result = api.delete(&format!("{PATH}/{}", identity.id), None).await;
            busy.set(false);
            open.set(false);
            match result {
                Ok(()) => toasts.say("Single sign-on is disconnected."),
                Err(error) => toasts.warn(error.message()),
            }
        });
    });
    view! {
        <Dialog open title="Disconnect single sign-on?">
            <p>"You sign in with your password from now on. What your groups there gave you here ends."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on_press=remove>"Disconnect"</Button>
            </div>
        </Dialog>
    }
}
