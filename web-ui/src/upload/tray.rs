//! The tray: what is on its way, over every page.

use super::all::{CanAll, Total};
use super::engine::{Uploads, use_uploads};
use super::item::State;
use super::row::Row;
use super::{files, policy, restore, words};
use crate::components::button::{Button, IconButton};
use crate::components::icon::Icon;
use crate::components::progress::{Bar, ProgressBar};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::evidence::UploadPolicy;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};

const PICKER: &str = "upload-picker";
const FOLDER: &str = "webkitdirectory";

/// What the picker offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// One file.
    One,
    /// Files.
    Several,
    /// A folder with all in it.
    Folder,
}

/// Opens the file picker. Only a press of the reader's may do so.
pub fn open_picker(pick: Pick, known: Option<&UploadPolicy>) {
    let Some(input) = crate::dom::by_id(PICKER).and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else { return };
    input.set_multiple(pick != Pick::One);
    // Refused by no browser: both are plain attributes.
    let _ = if pick == Pick::Folder { input.set_attribute(FOLDER, "") } else { input.remove_attribute(FOLDER) };
    input.set_accept(&known.map(policy::accept).unwrap_or_default());
    // The same file chosen again must count as a choice.
    input.set_value("");
    input.click();
}

/// What was chosen; of a folder without the files that nobody means.
fn chosen(input: &HtmlInputElement) -> Vec<File> {
    let mut files = files::of(input.files());
    if input.has_attribute(FOLDER) {
        files.retain(|file| !files::hidden(&file.name()));
    }
    files
}

fn all_buttons(uploads: Uploads, can: CanAll) -> Option<AnyView> {
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
pub fn UploadTray() -> impl IntoView {
    let uploads = use_uploads();
    let items = uploads.items();
    let open = uploads.open();
    spawn_local(restore::remembered(uploads));
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
        <p class="sr-only" role="status">{move || uploads.said().get()}</p>
        <input id=PICKER class="tray-picker" type="file" tabindex="-1" aria-hidden="true" aria-label="File"
            on:change=move |event| uploads.picked(chosen(&event_target::<HtmlInputElement>(&event))) />
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
