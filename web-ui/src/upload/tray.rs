//! The tray: what is on its way, over every page.

use super::all::{CanAll, Total};
use super::engine::{Engine, use_engine};
use super::intake::use_uploads;
use super::item::State;
use super::row::Row;
use super::{restore, words};
use crate::api::use_api;
use crate::components::button::{Button, IconButton};
use crate::components::icon::Icon;
use crate::components::progress::{Bar, ProgressBar};
use leptos::prelude::*;
use leptos::task::spawn_local;

fn all_buttons(uploads: Engine, can: CanAll) -> Option<AnyView> {
    can.several.then(|| {
        view! {
            {can.retry.then(|| view! { <IconButton icon=Icon::Refresh label="Try all again" on_press=move || uploads.retry_all() /> })}
            {can.pause.then(|| view! { <IconButton icon=Icon::Pause label="Pause all" on_press=move || uploads.pause_all() /> })}
            {can.resume.then(|| view! { <IconButton icon=Icon::Play label="Resume all" on_press=move || uploads.resume_all() /> })}
            {can.cancel.then(|| view! { <IconButton icon=Icon::Trash label="Cancel all" on_press=move || uploads.cancel_all() /> })}
        }
        .into_any()
    })
}

/// The tray, once for the whole client.
#[component]
pub fn Tray() -> impl IntoView {
    Engine::start(use_uploads(), use_api());
    let uploads = use_engine();
    spawn_local(restore::remembered(uploads));
    let items = uploads.items();
    let open = uploads.open();
    let states = move || items.with(|items| items.iter().map(|item| item.state.get()).collect::<Vec<State>>());
    let title = Memo::new(move |_| words::title(&states()));
    let idle = Memo::new(move |_| states().iter().all(|state| matches!(state, State::Done(_))));
    let can = Memo::new(move |_| CanAll::of(&states()));
    let total = Memo::new(move |_| items.with(|items| Total::of(items)));
    let percent = Signal::derive(move || total.get().percent());
    let bar = Signal::derive(move || if idle.get() { Bar::Done } else { Bar::Going });
    let fold = Signal::derive(move || if open.get() { Icon::ChevronDown } else { Icon::ChevronUp });
    let fold_label = Signal::derive(move || if open.get() { "Fold the uploads" } else { "Unfold the uploads" }.to_owned());
    view! {
        <Show when=move || items.with(|items| !items.is_empty())>
            <section class="tray" aria-label="Uploads">
                <header class="tray-head">
                    <h2>{move || title.get()}</h2>
                    <span class="sp"></span>
                    {move || all_buttons(uploads, can.get())}
                    <IconButton icon=fold label=fold_label on_press=move || open.update(|open| *open = !*open) />
                    <Show when=move || idle.get()>
                        <IconButton icon=Icon::Cross label="Close the uploads" on_press=move || uploads.clear_done() />
                    </Show>
                </header>
                <Show when=move || can.get().several>
                    <div class="tray-total">
                        <ProgressBar label="Progress of all files" percent bar />
                        <p class="small muted">{move || total.get().words()}</p>
                        <Show when=move || can.get().skip>
                            <Button on_press=move || uploads.skip_known()>"Skip all duplicates"</Button>
                        </Show>
                    </div>
                </Show>
                <Show when=move || open.get()>
                    <ul class="tray-list">
                        <For each=move || items.get() key=|item| item.id let:item><Row item /></For>
                    </ul>
                </Show>
            </section>
        </Show>
    }
}
