//! A sentence with the rule that it rests on.

use leptos::prelude::*;

/// A boxed sentence that cites its rule.
#[component]
pub fn Citation(
    /// The rule, such as `32 CFR 170.24(c)(2)`.
    #[prop(into)]
    rule: String,
    /// The sentence.
    children: Children,
) -> impl IntoView {
    view! { <div class="citation"><span>{children()}</span>" "<cite>{rule}</cite></div> }
}
