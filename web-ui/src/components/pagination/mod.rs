//! The foot of a list: how many there are, and the pages before and after.

use crate::components::icon::{Icon, IconView};
use crate::format;
use crate::router::use_router;
use leptos::prelude::*;
use shared_types::PageInfo;

/// The foot of a list. The cursor stands in the address.
#[component]
pub fn Pagination(
    /// Where the neighbours are.
    page: PageInfo,
    /// How many rows this page shows.
    shown: usize,
    /// What they are: one, many.
    noun: (&'static str, &'static str),
) -> impl IntoView {
    let router = use_router();
    let total = page.total.and_then(|total| i64::try_from(total).ok());
    let shown = i64::try_from(shown).unwrap_or(i64::MAX);
    let words = match total {
        Some(total) if total > shown => {
            let all = if total >= 10_000 { "more than 10\u{202F}000".to_owned() } else { format::number(total) };
            format!("{} of {all} {}", format::number(shown), noun.1)
        }
        _ if page.next.is_none() && page.prev.is_none() => format::count(shown, noun.0, noun.1),
        _ => format!("{} on this page", format::count(shown, noun.0, noun.1)),
    };
    let step = |cursor: Option<String>, label: &'static str, icon: Icon, after: bool| {
        let inner = move || {
            let mark = view! { <IconView icon /> };
            if after { view! { {label}{mark} }.into_any() } else { view! { {mark}{label} }.into_any() }
        };
        match cursor {
            Some(cursor) => {
                view! { <a class="btn" href=router.href_with(&[("cursor", Some(&cursor))]) rel=if after { "next" } else { "prev" }>{inner()}</a> }
                    .into_any()
            }
            None => view! { <span class="btn" aria-disabled="true">{inner()}</span> }.into_any(),
        }
    };
    let several = page.next.is_some() || page.prev.is_some();
    view! {
        <div class="table-foot">
            <span>{words}</span>
            <span class="sp"></span>
            {several.then(|| view! {
                <nav class="row" aria-label="Pages">
                    {step(page.prev, "Previous", Icon::ChevronLeft, false)}
                    {step(page.next, "Next", Icon::ChevronRight, true)}
                </nav>
            })}
        </div>
    }
}
