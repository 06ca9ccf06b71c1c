//! One file in the tray.

use super::engine::{Engine, use_engine};
use super::item::{Item, State};
use super::words;
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::clipboard::CopyButton;
use crate::components::icon::Icon;
use crate::components::progress::{Bar, ProgressBar};
use crate::format;
use crate::router::{Route, SystemPage};
use leptos::prelude::*;

/// What the reader can do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each button")]
struct Can {
    known: bool,
    pause: bool,
    resume: bool,
    retry: bool,
    choose: bool,
    cancel: bool,
    failed: bool,
    done: bool,
}

impl Can {
    fn of(state: &State) -> Self {
        Self {
            known: matches!(state, State::Duplicate(_)),
            pause: state.can_pause(),
            resume: matches!(state, State::Paused),
            retry: state.can_retry(),
            choose: matches!(state, State::Interrupted(_)),
            cancel: state.can_cancel(),
            failed: matches!(state, State::Failed(_)),
            done: matches!(state, State::Done(_)),
        }
    }
}

/// One file in the tray.
#[component]
pub fn Row(
    /// The file.
    item: Item,
) -> impl IntoView {
    let uploads = use_engine();
    let name = item.name.to_string();
    let state = item.state.clone();
    let can = Memo::new(move |_| state.with(Can::of));
    let bar = {
        let state = item.state.clone();
        Signal::derive(move || {
            state.with(|state| match state {
                State::Done(_) => Bar::Done,
                State::Queued | State::Hashing(_) | State::Sending | State::Finishing => Bar::Going,
                _ => Bar::Halted,
            })
        })
    };
    let percent = {
        let item = item.clone();
        Signal::derive(move || item.percent())
    };
    let title = {
        let (state, name) = (item.state.clone(), name.clone());
        move || match state.get() {
            State::Done(evidence) => {
                let href = Route::System(item.system, SystemPage::EvidenceItem(evidence.number.clone())).href();
                view! { <a class="tray-name" href=href title=name.clone()>{name.clone()}</a> }.into_any()
            }
            _ => view! { <span class="tray-name" title=name.clone()>{name.clone()}</span> }.into_any(),
        }
    };
    let line = {
        let item = item.clone();
        move || line(&item)
    };
    let label = format!("Progress of {name}");
    let known = {
        let item = item.clone();
        move || can.get().known.then(|| known(uploads, &item))
    };
    view! {
        <li class="tray-row">
            <div class="row">{title}{move || buttons(uploads, item.id, &name, can.get())}</div>
            <ProgressBar label percent bar />
            <div class="tray-line small muted">{line}</div>
            {known}
        </li>
    }
}

fn line(item: &Item) -> AnyView {
    item.state.with(|state| match state {
        State::Done(evidence) => {
            let Some(hash) = evidence.file.as_ref().map(|file| file.sha256.clone()) else { return ().into_any() };
            view! { "SHA-256 " <span class="id">{format::short_hash(&hash)}</span> <CopyButton text=hash what="SHA-256" /> }
                .into_any()
        }
        State::Sending => {
            let rate = item.meter.with(super::meter::Meter::rate);
            words::status(state, item.percent(), item.size.saturating_sub(item.sent.get()), rate).into_any()
        }
        State::Failed(_) => view! { <span class="tray-fault">{words::status(state, item.percent(), 0, None)}</span> }.into_any(),
        _ => words::status(state, item.percent(), 0, None).into_any(),
    })
}

/// The choices for what the system has already.
fn known(uploads: Engine, item: &Item) -> AnyView {
    let State::Duplicate(places) = item.now() else { return ().into_any() };
    let id = item.id;
    let link = places.first().filter(|_| !item.target.links().is_empty()).map(|place| place.number.clone());
    let open = places.first().filter(|_| link.is_none()).map(|place| {
        let href = Route::System(item.system, SystemPage::EvidenceItem(place.number.clone())).href();
        view! { <a class="btn" href=href>"Open "{place.number.clone()}</a> }
    });
    view! {
        <div class="row wrap tray-known">
            {link.map(|number| view! { <Button kind=ButtonKind::Primary icon=Icon::Link on_press=move || uploads.use_known(id)>"Link "{number}</Button> })}
            {open}
            <Button on_press=move || uploads.anyway(id)>"Upload anyway"</Button>
            <Button on_press=move || uploads.remove(id)>"Skip"</Button>
        </div>
    }
    .into_any()
}

fn buttons(uploads: Engine, id: u32, name: &str, can: Can) -> AnyView {
    let with = |act: &str| format!("{act} {name}");
    view! {
        {can.choose.then(|| view! { <Button on_press=move || uploads.choose_again(id)>"Choose file"</Button> })}
        {can.retry.then(|| view! { <IconButton icon=Icon::Refresh label=with("Try again:") on_press=move || uploads.resume(id) /> })}
        {can.pause.then(|| view! { <IconButton icon=Icon::Pause label=with("Pause") on_press=move || uploads.pause(id) /> })}
        {can.resume.then(|| view! { <IconButton icon=Icon::Play label=with("Resume") on_press=move || uploads.resume(id) /> })}
        {can.cancel.then(|| view! { <IconButton icon=Icon::Cross label=with("Cancel") on_press=move || uploads.remove(id) /> })}
        {can.done.then(|| view! { <Badge tone=Tone::Good icon=Icon::Check>"Done"</Badge> })}
        {can.known.then(|| view! { <Badge tone=Tone::Warn icon=Icon::Copy>"Duplicate"</Badge> })}
        {can.failed.then(|| view! { <Badge tone=Tone::Bad icon=Icon::Alert>"Failed"</Badge> })}
        {(can.done || can.failed).then(|| view! { <IconButton icon=Icon::Cross label=with("Dismiss") on_press=move || uploads.remove(id) /> })}
    }
    .into_any()
}
