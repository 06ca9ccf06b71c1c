//! The states of anything that is read from the server: loading, failed, empty.

use crate::api::{ApiError, Held, Reading, Remote};
use crate::components::button::Button;
use crate::components::clipboard::CopyButton;
use crate::components::icon::{Icon, IconView};
use crate::dom;
use crate::router::use_router;
use leptos::children::ViewFnOnce;
use leptos::prelude::*;
use std::sync::Arc;

/// What takes the place of content while it is read. Invisible for the first 150 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Lines of text.
    Lines(usize),
    /// Rows of a table.
    Rows(usize),
    /// Cards of a page.
    Page,
}

/// Grey shapes where content will be.
#[component]
pub fn Skeleton(
    /// Of what.
    shape: Shape,
) -> impl IntoView {
    let bars = |count: usize, class: &'static str| (0..count).map(|_| view! { <span class=class></span> }).collect_view();
    let inner = match shape {
        Shape::Lines(count) => bars(count, "bone line").into_any(),
        Shape::Rows(count) => bars(count, "bone bar").into_any(),
        Shape::Page => view! { {bars(1, "bone head")} {bars(1, "bone block")} {bars(2, "bone block tall")} }.into_any(),
    };
    view! { <div class="skeleton" role="status"><span class="sr-only">"Loading"</span>{inner}</div> }
}

/// Why something could not be read, with a way to try again; where the address asks for what there is not, with the way to one that does not.
#[component]
pub fn Failure(
    /// Why.
    error: ApiError,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let missing = error.is_not_found();
    let request_id = error.request_id().map(str::to_owned);
    let here = use_router().here();
    let plain = here.split_once('?').filter(|_| error.is_about_the_address()).map(|(path, _)| path.to_owned());
    let title = match (missing, &plain) {
        (true, _) => "Not found",
        (false, Some(_)) => "There is no such filter",
        (false, None) => "This could not be loaded",
    };
    let retry = retry.filter(|_| !missing && plain.is_none());
    view! {
        <div class="blank" role="alert">
            <span class="blank-icon bad"><IconView icon=if missing { Icon::Search } else { Icon::Alert } /></span>
            <h2>{title}</h2>
            <p class="muted">{error.message()}</p>
            {request_id.map(|id| view! {
                <p class="tiny muted">"Request " <span class="id">{id.clone()}</span> <CopyButton text=id what="request id" /></p>
            })}
            {plain.map(|path| view! { <a class="btn" href=path>"Take the filters away"</a> })}
            {retry.map(|retry| view! { <Button icon=Icon::Refresh on_press=retry>"Try again"</Button> })}
        </div>
    }
}

/// What stands where nothing is yet: what the thing is, and the first thing to do.
#[component]
pub fn Empty(
    /// Its picture.
    icon: Icon,
    /// That there is nothing.
    #[prop(into)]
    title: String,
    /// What to do about it.
    #[prop(optional, into)]
    action: ViewFnOnce,
    /// What the thing is.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="blank">
            <span class="blank-icon"><IconView icon /></span>
            <h2>{title}</h2>
            <p class="muted">{children()}</p>
            {action.run()}
        </div>
    }
}

/// Shows what a remote holds: the content once it is there, else the skeleton or the failure. A failure while older content
/// is at hand stands above it.
#[component]
pub fn RemoteView<T, F, V>(
    /// What is read.
    remote: Remote<T>,
    /// What takes its place meanwhile.
    shape: Shape,
    /// While true, newer content waits: a form below holds text that is not saved.
    #[prop(optional, into)]
    hold: Signal<bool>,
    /// The content.
    children: F,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    F: Fn(Arc<T>) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let content = move |held: Held| held.get().map(|value| children(value).into_any()).into_any();
    reading_view(remote.reading(), shape, hold, Box::new(content))
}

/// The part that is the same for every type.
fn reading_view(
    reading: Reading,
    shape: Shape,
    hold: Signal<bool>,
    content: Box<dyn Fn(Held) -> AnyView + Send + Sync>,
) -> AnyView {
    let retry = Callback::new(move |()| reading.reload());
    let gone = Memo::new(move |_| reading.error.with(|error| error.as_ref().is_some_and(ApiError::is_not_found)));
    let shown = Memo::new(move |before: Option<&Option<Held>>| {
        let now = if gone.get() { None } else { reading.data.get() };
        match before {
            Some(Some(before)) if hold.get() => Some(before.clone()),
            _ => now,
        }
    });
    let stale = move || {
        reading.error.get().filter(|_| shown.with(Option::is_some)).map(|error| {
            view! {
                <div class="stale-note" role="alert">
                    <IconView icon=Icon::Alert /><span>"Not up to date: " {error.message()}</span>
                    <Button on_press=retry>"Try again"</Button>
                </div>
            }
        })
    };
    let missing = move || match reading.error.get() {
        Some(error) => view! { <Failure error retry /> }.into_any(),
        None => view! { <Skeleton shape /> }.into_any(),
    };
    let shown = move || match shown.get() {
        Some(held) => {
            // Whoever is at a button here by keyboard must not be thrown back to the top because something newer has come.
            if let Some(place) = dom::focused_place() {
                dom::later(0, move || dom::refocus(&place));
            }
            content(held)
        }
        None => view! { {missing} }.into_any(),
    };
    view! { {stale} {shown} }.into_any()
}
