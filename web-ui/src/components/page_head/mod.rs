//! The head of a page: where it is, what it is, what can be done. Sets the window's title.

use leptos::children::ViewFnOnce;
use leptos::prelude::*;

/// Sets the title of the window and of the history's entry.
pub fn use_title(title: impl Fn() -> String + 'static) {
    Effect::new(move || document().set_title(&format!("{} · CMMC Tracker", title())));
}

/// A step above this page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Its name.
    pub label: String,
    /// Where it is.
    pub href: String,
}

impl Crumb {
    /// A step with its name and address.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// The head of a page.
#[component]
pub fn PageHead(
    /// What the page is.
    #[prop(into)]
    title: Signal<String>,
    /// Beside it, in quiet words.
    #[prop(optional, into)]
    note: MaybeProp<String>,
    /// The steps above it.
    #[prop(optional, into)]
    crumbs: Signal<Vec<Crumb>>,
    /// Above the title: identifiers and badges.
    #[prop(optional, into)]
    above: ViewFnOnce,
    /// What can be done: buttons.
    #[prop(optional, into)]
    actions: ViewFnOnce,
) -> impl IntoView {
    use_title(move || title.get());
    view! {
        <header class="page-head">
            <div class="page-title">
                {move || {
                    let crumbs = crumbs.get();
                    (!crumbs.is_empty()).then(|| view! {
                        <nav class="crumbs" aria-label="Breadcrumb"><ol>
                            {crumbs.into_iter().map(|crumb| view! { <li><a href=crumb.href>{crumb.label}</a></li> }).collect_view()}
                        </ol></nav>
                    })
                }}
                {above.run()}
                <div class="page-title-line">
                    <h1>{move || title.get()}</h1>
                    {move || note.get().map(|note| view! { <span class="muted small">{note}</span> })}
                </div>
            </div>
            <span class="sp"></span>
            <div class="page-actions no-print">{actions.run()}</div>
        </header>
    }
}
