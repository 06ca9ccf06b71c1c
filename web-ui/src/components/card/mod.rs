//! Cards: a titled surface.

use leptos::children::ViewFnOnce;
use leptos::prelude::*;

/// A section of a page with its title.
#[component]
pub fn Card(
    /// Title.
    #[prop(optional, into)]
    title: Option<String>,
    /// Beside the title, in quiet words.
    #[prop(optional, into)]
    note: MaybeProp<String>,
    /// At the end of the title's line: a link, a badge, a button.
    #[prop(optional, into)]
    aside: ViewFnOnce,
    /// Without padding, for tables and lists that reach the edges.
    #[prop(optional)]
    flush: bool,
    /// The content.
    children: Children,
) -> impl IntoView {
    let head = title.map(|title| {
        view! {
            <header class="card-head">
                <h2>{title}</h2>
                {move || note.get().map(|note| view! { <span class="muted small">{note}</span> })}
                <span class="sp"></span>
                {aside.run()}
            </header>
        }
    });
    view! { <section class="card">{head}<div class=if flush { "card-flush" } else { "card-in" }>{children()}</div></section> }
}
