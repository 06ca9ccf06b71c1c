//! Tabs as links: the address holds which one is open, so that a view can be sent to a colleague.

use crate::router::use_router;
use leptos::prelude::*;

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Its value in the address; empty for the first.
    pub value: &'static str,
    /// Its words.
    pub label: String,
    /// A count beside them.
    pub count: Option<u64>,
}

/// A row of tabs that sets one name of the query (and takes the page's cursor out).
#[component]
pub fn Tabs(
    /// The name in the query.
    name: &'static str,
    /// What the row is for.
    #[prop(into)]
    label: String,
    /// The tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
) -> impl IntoView {
    let router = use_router();
    let current = move || router.param(name).unwrap_or_default();
    view! {
        <nav class="tabs" aria-label=label>
            {move || tabs.get().into_iter().map(|tab| {
                let value = (!tab.value.is_empty()).then_some(tab.value);
                view! {
                    <a class="tab" href=router.href_with(&[(name, value), ("cursor", None)])
                        aria-current=(current() == tab.value).then_some("page")>
                        {tab.label}{tab.count.map(|count| view! { <span class="tab-count">{count}</span> })}
                    </a>
                }
            }).collect_view()}
        </nav>
    }
}
