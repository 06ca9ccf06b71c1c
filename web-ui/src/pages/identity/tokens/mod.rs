//! API tokens on the account page: what programs sign in with.

mod create;

use crate::api::{use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::{Dialog, open_while};
use crate::components::icon::Icon;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::features::use_feature;
use create::CreateDialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::identity::User;
use shared_types::operation::Feature;
use shared_types::tokens::{ApiToken, TokenScope};

/// Where they stand.
const TOKENS: &str = "/api/v1/me/tokens";

/// A scope in words.
fn scope_words(scope: TokenScope) -> &'static str {
    match scope {
        TokenScope::Read => "Read systems",
        TokenScope::Write => "Change controls, findings and tasks",
        TokenScope::EvidenceWrite => "Upload and change evidence",
        TokenScope::AuditRead => "Read audit logs",
        TokenScope::Admin => "Create and manage systems, list people",
    }
}

/// The card.
#[component]
pub fn TokensCard() -> impl IntoView {
    let remote = use_remote::<Page<ApiToken>>(|| Some(TOKENS.to_owned()));
    let creating = RwSignal::new(false);
    let revoking = RwSignal::new(None::<ApiToken>);
    let allowed = use_feature(Feature::ApiTokens);
    let new = move || {
        view! {
            <Show when=move || allowed.get() fallback=|| view! { <Badge tone=Tone::Open icon=Icon::Minus>"Turned off"</Badge> }>
                <Button icon=Icon::Plus on_press=move || creating.set(true)>"Create token"</Button>
            </Show>
        }
    };
    view! {
        <Card title="API tokens" note="For programs that act for you" aside=new flush=true>
            <RemoteView remote shape=Shape::Rows(2) let:page>
                {if page.items.is_empty() { empty() } else { table(&page.items, revoking) }}
            </RemoteView>
        </Card>
        <CreateDialog open=creating />
        <RevokeDialog revoking path=StoredValue::new(TOKENS.to_owned()) />
    }
}

/// Somebody's, as a dialog of the page of people.
#[component]
pub fn TokensDialog(
    /// Whose.
    of: RwSignal<Option<User>>,
) -> impl IntoView {
    let open = open_while(of);
    let title = Signal::derive(move || {
        of.with(|user| user.as_ref().map(|user| format!("API tokens of {}", user.name)).unwrap_or_default())
    });
    view! {
        <Dialog open title wide=true>
            {move || of.get().map(|user| view! { <TokensOf user open /> })}
        </Dialog>
    }
}

#[component]
fn TokensOf(user: User, open: RwSignal<bool>) -> impl IntoView {
    let address = format!("/api/v1/users/{}/tokens", user.id);
    let path = StoredValue::new(address.clone());
    let remote = use_remote::<Page<ApiToken>>(move || Some(address.clone()));
    let revoking = RwSignal::new(None::<ApiToken>);
    view! {
        <RemoteView remote shape=Shape::Rows(2) let:page>
            {if page.items.is_empty() {
                view! { <p class="muted">"No tokens."</p> }.into_any()
            } else {
                table(&page.items, revoking)
            }}
        </RemoteView>
        <div class="dialog-foot"><Button kind=ButtonKind::Primary on_press=move || open.set(false)>"Done"</Button></div>
        <RevokeDialog revoking path />
    }
}

fn empty() -> AnyView {
    view! {
        <Empty icon=Icon::Key title="No tokens">
            "A token lets a program use the API in your name, no further than your roles and its scopes reach. It is shown once and ends by a date."
        </Empty>
    }
    .into_any()
}

fn table(tokens: &[ApiToken], revoking: RwSignal<Option<ApiToken>>) -> AnyView {
    let rows = tokens.iter().cloned().map(|token| view! { <TokenRow token revoking /> }).collect_view();
    view! {
        <TableView label="API tokens" head=|| view! {
            <Th>"Token"</Th><Th>"May"</Th><Th>"Last use"</Th><Th>"Ends"</Th><Th><span class="sr-only">"Actions"</span></Th>
        }>{rows}</TableView>
    }
    .into_any()
}

#[component]
fn TokenRow(token: ApiToken, revoking: RwSignal<Option<ApiToken>>) -> impl IntoView {
    let whole = token.clone();
    let reach = token.system_name.map_or_else(|| "All your systems".to_owned(), |name| format!("Only {name}"));
    let label = format!("Revoke {}", token.name);
    view! {
        <tr>
            <Td main=true><span class="strong">{token.name}</span><br /><span class="id small muted">{token.begins_with}"…"</span></Td>
            <Td label="May"><div>
                <span class="row wrap">{token.scopes.into_iter().map(|scope| view! { <Badge tone=Tone::Neutral>{scope.as_str()}</Badge> }).collect_view()}</span>
                <span class="small muted">{reach}</span>
            </div></Td>
            <Td label="Last use">{match token.last_used_at {
                Some(at) => view! { <Moment at /> }.into_any(),
                None => view! { <span class="muted">"never"</span> }.into_any(),
            }}</Td>
            <Td label="Ends">
                {if token.expired {
                    view! { <Badge tone=Tone::Bad icon=Icon::Clock>"Expired"</Badge> }.into_any()
                } else {
                    view! { <Moment at=token.expires_at date_only=true /> }.into_any()
                }}
            </Td>
            <Td num=true>
                <button type="button" class=ButtonKind::Quiet.class() aria-label=label on:click=move |_| revoking.set(Some(whole.clone()))>"Revoke"</button>
            </Td>
        </tr>
    }
}

#[component]
fn RevokeDialog(revoking: RwSignal<Option<ApiToken>>, path: StoredValue<String>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let open = open_while(revoking);
    let busy = RwSignal::new(false);
    let title = Signal::derive(move || {
        revoking.with(|token| token.as_ref().map(|token| format!("Revoke {}?", token.name)).unwrap_or_default())
    });
    let revoke = Callback::new(move |()| {
        let Some(token) = revoking.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let result = api.delete(&format!("{}/{}", path.get_value(), token.id), None).await;
            busy.set(false);
            open.set(false);
            match result {
                Ok(()) => toasts.say(format!("{} is revoked.", token.name)),
                Err(error) => toasts.warn(error.message()),
            }
        });
    });
    view! {
        <Dialog open title>
            <p>"Programs that use it are refused from now on. This can't be undone; create a new token instead."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on_press=revoke>"Revoke"</Button>
            </div>
        </Dialog>
    }
}
