//! Tables: a head that stays in sight, sorting by the address, cards on phones.
//!
//! ```text
//! <TableView label="Members" head=|| view! { <Th>"Name"</Th><SortTh field="role">"Role"</SortTh> }>
//!     <tr><Td label="Name">..</Td><Td label="Role">..</Td></tr>
//! </TableView>
//! ```

use crate::components::icon::{Icon, IconView};
use crate::router::use_router;
use leptos::children::ViewFnOnce;
use leptos::prelude::*;

/// A table.
#[component]
pub fn TableView(
    /// What it holds, for screen readers.
    #[prop(into)]
    label: String,
    /// Its head: the cells of one row.
    #[prop(into)]
    head: ViewFnOnce,
    /// Its rows.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class="table">
                <caption class="sr-only">{label}</caption>
                <thead><tr>{head.run()}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// A cell of the head.
#[component]
pub fn Th(
    /// Right-aligned numbers.
    #[prop(optional)]
    num: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! { <th scope="col" class:num=num>{children()}</th> }
}

/// A cell of the head that sorts: a link to the same page with `sort` set. Pressed again, it turns the order around.
#[component]
pub fn SortTh(
    /// The field as the API calls it.
    field: &'static str,
    /// Whether the list is sorted by it when the address says nothing: `field` or `-field`.
    #[prop(optional)]
    default: &'static str,
    /// Right-aligned numbers.
    #[prop(optional)]
    num: bool,
    /// A class of its own, for columns that can be hidden.
    #[prop(optional)]
    class: &'static str,
    /// The words.
    children: Children,
) -> impl IntoView {
    let router = use_router();
    let current = Memo::new(move |_| router.param("sort").unwrap_or_else(|| default.to_owned()));
    let order = move || match current.get().strip_prefix('-') {
        Some(name) if name == field => Some("descending"),
        None if current.get() == field => Some("ascending"),
        _ => None,
    };
    let href = move || {
        let turned = if order() == Some("ascending") { format!("-{field}") } else { field.to_owned() };
        router.href_with(&[("sort", Some(&turned)), ("cursor", None)])
    };
    view! {
        <th scope="col" class=class class:num=num aria-sort=order>
            <a class="sort" href=href>
                {children()}
                {move || order().map(|order| view! {
                    <IconView icon=if order == "ascending" { Icon::ArrowUp } else { Icon::ArrowDown } />
                })}
            </a>
        </th>
    }
}

/// A cell. On phones, where rows become cards, its label stands before it.
#[component]
pub fn Td(
    /// The column's name.
    #[prop(optional)]
    label: &'static str,
    /// Right-aligned numbers.
    #[prop(optional)]
    num: bool,
    /// The card's title on phones.
    #[prop(optional)]
    main: bool,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! { <td class:num=num class:main=main data-label=label>{children()}</td> }
}
