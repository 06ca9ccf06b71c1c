//! The dashboard: where we stand.

use crate::api::use_remote;
use crate::components::page_head::PageHead;
use crate::components::state::{RemoteView, Shape};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::dashboard::Dashboard;

/// The page.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let scope = use_scope();
    let url = scope.api("/dashboard");
    let remote = use_remote::<Dashboard>(move || Some(url.clone()));
    view! {
        <PageHead title="Where we stand" />
        <RemoteView remote shape=Shape::Page let:data><p>{data.score.pack.clone()}</p></RemoteView>
    }
}
