//! `/people`: the users of the installation, for administrators.

use super::invite::InviteDialog;
use super::person::{PersonRow, ResetDialog};
use super::second_factor::PolicyCard;
use crate::api::use_remote;
use crate::components::button::{Button, ButtonKind};
use crate::components::filter::{FlagChip, SearchBox};
use crate::components::icon::Icon;
use crate::components::page_head::PageHead;
use crate::components::pagination::Pagination;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Th};
use crate::router::{Route, use_router};
use leptos::prelude::*;
use shared_types::Page;
use shared_types::identity::{Invitation, User};

/// The page.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let router = use_router();
    let remote = use_remote::<Page<User>>(move || {
        Some(format!("/api/v1/users{}", router.query().only(&["cursor", "q", "locked", "second_factor"]).suffix()))
    });
    let inviting = RwSignal::new(false);
    let invitation = RwSignal::new(None::<Invitation>);
    let resetting = RwSignal::new(None::<User>);
    view! {
        <PageHead title="People" note="Everyone with an account on this installation"
            actions=move || view! {
                <Button kind=ButtonKind::Primary icon=Icon::Plus on_press=move || { invitation.set(None); inviting.set(true); }>"Invite person"</Button>
            } />
        <div class="stack">
        <section class="card">
            <div class="filters" role="group" aria-label="Filters">
                <SearchBox id="people-filter" label="Filter people by name or address" />
                <FlagChip name="locked" value="true" label="Locked" />
                <FlagChip name="second_factor" value="false" label="Without second factor" />
            </div>
            <RemoteView remote shape=Shape::Rows(6) let:page>
                {if page.items.is_empty() {
                    view! {
                        <Empty icon=Icon::Search title="Nobody matches" action=|| view! { <a class="btn" href=Route::People.href()>"Take all filters away"</a> }>
                            "No account is like that."
                        </Empty>
                    }.into_any()
                } else {
                    view! {
                        <TableView clone:page label="People" head=|| view! { <Th>"Name"</Th><Th>"State"</Th><Th>"Second factor"</Th><Th>"Last sign-in"</Th><Th>"Since"</Th><Th><span class="sr-only">"Actions"</span></Th> }>
                            {page.items.iter().cloned().map(|user| view! { <PersonRow user invitation inviting resetting /> }).collect_view()}
                        </TableView>
                        <Pagination page=page.page.clone() shown=page.items.len() noun=("person", "people") />
                    }.into_any()
                }}
            </RemoteView>
        </section>
        <PolicyCard />
        </div>
        <InviteDialog open=inviting invitation />
        <ResetDialog resetting />
    }
}
