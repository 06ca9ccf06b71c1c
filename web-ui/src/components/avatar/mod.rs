//! A person as a disc with initials.

use crate::format::initials;
use leptos::prelude::*;

/// A person's initials. Says the name to nobody: put the name beside it, or use [`Person`].
#[component]
pub fn Avatar(
    /// The name.
    #[prop(into)]
    name: String,
    /// In rows.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    // The tint follows from the name, so that a person looks the same everywhere.
    let tint = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 5;
    let class = format!("avatar tint-{tint}{}", if small { " s" } else { "" });
    view! { <span class=class aria-hidden="true" title=name.clone()>{initials(&name)}</span> }
}

/// Initials and name; "nobody" where there is none.
#[component]
pub fn Person(
    /// The name.
    #[prop(into)]
    name: Option<String>,
) -> impl IntoView {
    match name {
        Some(name) => {
            view! { <span class="person"><Avatar name=name.clone() small=true /><span class="clip">{name}</span></span> }
                .into_any()
        }
        None => view! { <span class="muted">"nobody"</span> }.into_any(),
    }
}
