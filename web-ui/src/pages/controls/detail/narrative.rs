//! How the requirement is met here: Markdown, written with a preview, its draft kept in this browser while it is not saved.

use super::draft::{self, Draft};
use super::state::ControlState;
use super::writing::Writer;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconView};
use crate::components::markdown::Markdown;
use crate::components::time::Moment;
use crate::scope::use_scope;
use crate::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is being written: where it began, and the text at the beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// The saved text that it began from.
    pub base: String,
    /// The saved text again, or a draft.
    pub text: String,
}

/// The narrative, being read or written.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Set while it is being written.
    pub begun: RwSignal<Option<Begun>>,
    /// A draft of another day.
    pub found: RwSignal<Option<Draft>>,
    key: StoredValue<String>,
}

impl Desk {
    /// The name of its draft.
    pub fn key(self) -> Option<String> {
        self.key.try_get_value()
    }

    /// Puts the pen down; what was kept is forgotten.
    pub fn done(self) {
        self.found.try_set(None);
        self.begun.try_set(None);
        if let Some(key) = self.key() {
            spawn_local(async move { draft::forget(&key).await });
        }
    }
}

/// The card.
#[component]
pub fn NarrativeCard(state: ControlState, contributor: bool) -> impl IntoView {
    let narrative = state.part(|detail| detail.narrative.clone());
    let narrative = Memo::new(move |_| narrative.get().unwrap_or_default());
    let user = use_session().me().map(|me| me.id.to_string()).unwrap_or_default();
    let control = state.now().map(|detail| detail.control.id.to_string()).unwrap_or_default();
    let desk = Desk {
        begun: RwSignal::new(None),
        found: RwSignal::new(None),
        key: StoredValue::new(format!("narrative/{user}/{}/{control}", use_scope().id())),
    };
    if contributor {
        spawn_local(async move {
            let Some(key) = desk.key() else { return };
            let found = draft::load(&key).await;
            let saved = narrative.try_get_untracked();
            desk.found.try_set(found.filter(|draft| saved.is_some_and(|saved| saved != draft.text)));
        });
    }
    let write = move || {
        let text = narrative.get_untracked();
        desk.begun.set(Some(Begun { base: text.clone(), text }));
    };
    let reading = move || desk.begun.with(Option::is_none);
    view! {
        <section class="card" aria-labelledby="narrative-title">
            <header class="card-head">
                <h2 id="narrative-title">"How we do it"</h2>
                <span class="muted small">"for the SSP"</span>
                <span class="sp"></span>
                <Show when=move || contributor && reading() && !narrative.with(String::is_empty)>
                    <Button icon=Icon::Edit on_press=write>"Edit"</Button>
                </Show>
            </header>
            <div class="card-in stack tight">
                <Show when=reading fallback=move || view! { <Writer state desk /> }>
                    {move || desk.found.get().map(|found| view! { <DraftNotice found desk /> })}
                    {move || view! { <Reading text=narrative.get() contributor write=Callback::new(move |()| write()) /> }}
                </Show>
            </div>
        </section>
    }
}

#[component]
fn Reading(text: String, contributor: bool, write: Callback<()>) -> impl IntoView {
    if text.is_empty() {
        view! {
            <p class="muted small prose">
                "Say who does what, with which tool, how often, and where the record of it is. It stands in the System Security Plan as it stands here."
            </p>
            {contributor.then(|| view! { <div><Button icon=Icon::Edit on_press=write>"Write the narrative"</Button></div> })}
        }
        .into_any()
    } else {
        view! { <Markdown text /> }.into_any()
    }
}

/// A draft of another day: go on with it, or drop it.
#[component]
fn DraftNotice(found: Draft, desk: Desk) -> impl IntoView {
    let at = found.at;
    let again = move || desk.begun.set(Some(Begun { base: found.base.clone(), text: found.text.clone() }));
    view! {
        <div class="notice">
            <IconView icon=Icon::Edit />
            <span class="sp">"You have a draft that is not saved, from " <Moment at ago=true /> "."</span>
            <Button kind=ButtonKind::Quiet on_press=move || desk.done()>"Drop it"</Button>
            <Button on_press=again>"Go on writing"</Button>
        </div>
    }
}
