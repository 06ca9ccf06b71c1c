//! `/s/{system}/controls/{control}`: one requirement and how it is met here.
//!
//! The page is built once and its parts follow the control, so that neither focus nor typed text is lost when a change arrives.

mod draft;
mod evidence;
mod facts;
mod head;
mod history;
mod link_dialog;
mod narrative;
mod objective;
mod objectives;
mod reason;
mod special;
mod state;
mod statement;
mod tasks;
mod writing;

pub use link_dialog::LinkDialog;

use crate::api::use_remote;
use crate::components::state::{Failure, Shape, Skeleton};
use crate::components::tabs::{Tab, Tabs};
use crate::router::{encode, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::controls::ControlDetail;
use shared_types::systems::Role;
use state::ControlState;

/// The page.
#[component]
pub fn ControlPage(
    /// The reference in the address.
    reference: String,
) -> impl IntoView {
    let scope = use_scope();
    let url = scope.api(&format!("/controls/{}", encode(&reference)));
    let remote = use_remote::<ControlDetail>(move || Some(url.clone()));
    let state = ControlState::new(remote);
    let there = Memo::new(move |_| remote.map(|_| ()).is_some());
    let error = Memo::new(move |_| remote.error());
    let retry = Callback::new(move |()| remote.reload());
    view! {
        {move || match (there.get(), error.get()) {
            (true, _) => view! { <Whole state reference=reference.clone() /> }.into_any(),
            (false, Some(error)) => view! { <Failure error retry /> }.into_any(),
            (false, None) => view! { <Skeleton shape=Shape::Page /> }.into_any(),
        }}
    }
}

/// The whole page, once the control is there.
#[component]
fn Whole(state: ControlState, reference: String) -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let contributor = scope.can(Role::Contributor);
    let evidence = evidence::ControlEvidence::new(&reference);
    let tab = Memo::new(move |_| router.param("tab").unwrap_or_default());
    let tabs = scope.can_read(Role::Assessor).then(|| {
        let tabs = [("", "Assessment"), ("history", "History")].map(|(value, label)| Tab {
            value,
            label: label.to_owned(),
            count: None,
        });
        view! { <Tabs name="tab" label="Parts of the control" tabs=tabs.to_vec() /> }
    });
    view! {
        <head::Head state reference=reference.clone() contributor />
        <div class="stack">
            {tabs}
            {move || if tab.get() == "history" {
                view! { <history::History state /> }.into_any()
            } else {
                view! {
                    <div class="cols">
                        <div class="stack">
                            <statement::Statement state />
                            <objectives::Objectives state evidence contributor />
                            <narrative::NarrativeCard state contributor />
                        </div>
                        <div class="stack">
                            <facts::Facts state contributor />
                            <special::PartialCard state contributor />
                            <tasks::TasksCard reference=reference.clone() contributor />
                            <evidence::EvidenceCard evidence contributor />
                        </div>
                    </div>
                }.into_any()
            }}
        </div>
    }
}
