//! `/people`: the users of the installation, for administrators.

use super::invite::InviteDialog;
use super::person::{PersonRow, ResetDialog};
use super::person_acts::{ActDialog, Wanted};
use super::requests::RequestsCard;
use super::second_factor::PolicyCard;
use super::sessions::SessionsDialog;
use super::tokens::TokensDialog;
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

/// What the page's dialogs are about.
#[derive(Clone, Copy)]
pub struct PeopleDialogs {
    /// A link to hand over.
    pub invitation: RwSignal<Option<Invitation>>,
    /// Whether the dialog of invitations is open.
    pub inviting: RwSignal<bool>,
    /// Whose second factor is to be reset.
    pub resetting: RwSignal<Option<User>>,
    /// The account that is being managed.
    pub act: RwSignal<Option<Wanted>>,
    /// Whose sessions are shown.
    pub sessions: RwSignal<Option<User>>,
    /// Whose API tokens are shown.
    pub tokens: RwSignal<Option<User>>,
}

/// The page.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let router = use_router();
    let remote = use_remote::<Page<User>>(move || {
        Some(format!("/api/v1/users{}", router.query().only(&["cursor", "q", "locked", "second_factor"]).suffix()))
    });
    let dialogs = PeopleDialogs {
        invitation: RwSignal::new(None),
        inviting: RwSignal::new(false),
        resetting: RwSignal::new(None),
        act: RwSignal::new(None),
        sessions: RwSignal::new(None),
        tokens: RwSignal::new(None),
    };
    let invite = move || {
        dialogs.invitation.set(None);
        dialogs.inviting.set(true);
    };
    view! {
        <PageHead title="People" note="Everyone with an account on this installation"
            actions=move || view! { <Button kind=ButtonKind::Primary icon=Icon::Plus on_press=invite>"Invite person"</Button> } />
        <div class="stack">
        <RequestsCard />
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
                        <TableView clone:page label="People" head=|| view! { <Th>"Name"</Th><Th>"State"</Th><Th>"Second factor"</Th><Th>"Sessions"</Th><Th>"Last sign-in"</Th><Th>"Since"</Th><Th><span class="sr-only">"Actions"</span></Th> }>
                            {page.items.iter().cloned().map(|user| view! { <PersonRow user dialogs /> }).collect_view()}
                        </TableView>
                        <Pagination page=page.page.clone() shown=page.items.len() noun=("person", "people") />
                    }.into_any()
                }}
            </RemoteView>
        </section>
        <PolicyCard />
        </div>
        <InviteDialog open=dialogs.inviting invitation=dialogs.invitation />
        <ResetDialog resetting=dialogs.resetting />
        <ActDialog about=dialogs.act tokens=dialogs.tokens />
        <SessionsDialog of=dialogs.sessions />
        <TokensDialog of=dialogs.tokens />
    }
}
