//! `/s/{system}/reports/view/{kind}`: a report as a page, as it would be made now. It prints as it is seen.

use super::document::DocumentView;
use crate::api::use_remote;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{RemoteView, Shape};
use crate::router::{SystemPage, encode, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::reports::{ReportDocument, ReportKind};

/// The page.
#[component]
pub fn ReportViewPage(
    /// Which kind, as the API calls it.
    kind: String,
) -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let title = ReportKind::parse(&kind).map_or("Report", ReportKind::title);
    let url = scope.api(&format!("/report-preview?kind={}", encode(&kind)));
    let remote = use_remote::<ReportDocument>(move || {
        let filters = router.param("filters").map(|filters| format!("&filters={}", encode(&filters))).unwrap_or_default();
        let marking = if router.param("unmarked").is_some() { Some(String::new()) } else { router.param("marking") };
        let marking = marking.map(|marking| format!("&marking={}", encode(&marking))).unwrap_or_default();
        Some(format!("{url}{filters}{marking}"))
    });
    let crumbs = vec![Crumb::new("Reports", scope.href(SystemPage::Reports))];
    let print = move |()| {
        // What the browser says to it has no consequence here.
        let _said = window().print();
    };
    let actions =
        move || view! { <Button kind=ButtonKind::Primary icon=Icon::Document on_press=Callback::new(print)>"Print"</Button> };
    view! {
        <PageHead title crumbs actions />
        <RemoteView remote shape=Shape::Page let:document><DocumentView document /></RemoteView>
    }
}
