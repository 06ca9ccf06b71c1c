//! The tray: what is on its way, over every page.

use super::engine::use_uploads;
use super::item::State;
use super::row::Row;
use super::{files, policy, restore, words};
use crate::components::button::IconButton;
use crate::components::icon::Icon;
use crate::format;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::evidence::UploadPolicy;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

const PICKER: &str = "upload-picker";

/// Opens the file picker. Only a press of the reader's may do so.
pub fn open_picker(several: bool, known: Option<&UploadPolicy>) {
    let Some(input) = crate::dom::by_id(PICKER).and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else { return };
    input.set_multiple(several);
    input.set_accept(&known.map(policy::accept).unwrap_or_default());
    // The same file chosen again must count as a choice.
    input.set_value("");
    input.click();
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
    let amount = move || {
        let (sent, size) = items.with(|items| {
            let unfinished = items.iter().filter(|item| item.state.with(State::unfinished));
            unfinished.fold((0, 0), |(sent, size), item| (sent + item.sent.get(), size + item.size))
        });
        (size > 0).then(|| format!("{} of {}", format::size(sent), format::size(size)))
    };
    let fold = Signal::derive(move || if open.get() { Icon::ChevronDown } else { Icon::ChevronUp });
    let fold_label = Signal::derive(move || if open.get() { "Fold the uploads" } else { "Unfold the uploads" }.to_owned());
    view! {
        <p class="sr-only" role="status">{move || uploads.said().get()}</p>
        <input id=PICKER class="tray-picker" type="file" tabindex="-1" aria-hidden="true" aria-label="File"
            on:change=move |event| uploads.picked(files::of(event_target::<HtmlInputElement>(&event).files())) />
        <Show when=move || items.with(|items| !items.is_empty())>
            <section class="tray" aria-label="Uploads">
                <header class="tray-head">
                    <h2>{move || title.get()}</h2>
                    <span class="sp"></span>
                    <span class="small muted">{amount}</span>
                    <IconButton icon=fold label=fold_label on_press=move || open.update(|open| *open = !*open) />
                    <Show when=move || idle.get()>
                        <IconButton icon=Icon::Cross label="Close the uploads" on_press=move || uploads.clear_done() />
                    </Show>
                </header>
                <Show when=move || open.get()>
                    <ul class="tray-list">
                        <For each=move || items.get() key=|item| item.id let:item><Row item /></For>
                    </ul>
                </Show>
            </section>
        </Show>
    }
}
