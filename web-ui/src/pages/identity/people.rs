//! `/people`: the users of the installation, for administrators.

use super::invite::InviteDialog;
use crate::api::{use_api, use_remote};
use crate::components::avatar::Avatar;
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::pagination::Pagination;
use crate::components::state::{RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::router::use_router;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::identity::{Invitation, User};

/// The page.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let router = use_router();
    let remote =
        use_remote::<Page<User>>(move || Some(format!("/api/v1/users{}", router.query().only(&["cursor", "q"]).suffix())));
    let inviting = RwSignal::new(false);
    let invitation = RwSignal::new(None::<Invitation>);
    view! {
        <PageHead title="People" note="Everyone with an account on this installation"
            actions=move || view! {
                <Button kind=ButtonKind::Primary icon=Icon::Plus on_press=move || { invitation.set(None); inviting.set(true); }>"Invite person"</Button>
            } />
        <section class="card">
            <RemoteView remote shape=Shape::Rows(6) let:page>
                <TableView clone:page label="People" head=|| view! { <Th>"Name"</Th><Th>"State"</Th><Th>"Last sign-in"</Th><Th>"Since"</Th><Th><span class="sr-only">"Actions"</span></Th> }>
                    {page.items.iter().cloned().map(|user| view! { <PersonRow user invitation inviting /> }).collect_view()}
                </TableView>
                <Pagination page=page.page.clone() shown=page.items.len() noun=("person", "people") />
            </RemoteView>
        </section>
        <InviteDialog open=inviting invitation />
    }
}

#[component]
fn PersonRow(user: User, invitation: RwSignal<Option<Invitation>>, inviting: RwSignal<bool>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (id, active) = (user.id, user.active);
    let again = move || {
        spawn_local(async move {
            match api.post_empty::<Invitation>(&format!("/api/v1/users/{id}/invitation")).await {
                Ok(made) => {
                    invitation.set(Some(made));
                    inviting.set(true);
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! {
        <tr>
            <Td main=true>
                <span class="people-name"><Avatar name=user.name.clone() />
                    <span class="t"><span class="strong">{user.name}</span><br /><span class="small muted">{user.email}</span></span>
                </span>
            </Td>
            <Td label="State">
                <span class="row wrap">
                    {if active { view! { <Badge tone=Tone::Good icon=Icon::Check>"Active"</Badge> } } else { view! { <Badge tone=Tone::Open icon=Icon::Clock>"Invited"</Badge> } }}
                    {user.admin.then(|| view! { <Badge tone=Tone::Info icon=Icon::Key>"Administrator"</Badge> })}
                </span>
            </Td>
            <Td label="Last sign-in">{match user.last_sign_in_at {
                Some(at) => view! { <Moment at /> }.into_any(),
                None => view! { <span class="muted">"never"</span> }.into_any(),
            }}</Td>
            <Td label="Since"><Moment at=user.created_at date_only=true /></Td>
            <Td num=true>{(!active).then(|| view! { <Button kind=ButtonKind::Quiet icon=Icon::Link on_press=again>"New link"</Button> })}</Td>
        </tr>
    }
}
