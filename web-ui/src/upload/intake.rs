//! What the first load knows of uploads: the file picker, and what was handed in until the engine takes it. The engine and the
//! tray are in a chunk that is fetched when the first file is handed in, or when this browser remembers unfinished uploads.

use super::target::Target;
use super::{files, memory};
use crate::chunks;
use crate::components::button::Button;
use crate::components::icon::Icon;
use crate::session::{SessionState, use_session};
use leptos::prelude::*;
use shared_types::SystemId;
use std::collections::HashMap;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};

const PICKER: &str = "upload-picker";
const FOLDER: &str = "webkitdirectory";

/// What the picker offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pick {
    /// One file.
    One,
    /// Files.
    Several,
    /// A folder with all in it.
    Folder,
}

/// What the file picker is open for.
#[derive(Debug, Clone)]
enum Purpose {
    /// Files, or a folder with all in it.
    New(SystemId, Target),
    /// The file of an interrupted upload.
    Again(u32),
}

/// What the engine is to do.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// Upload files.
    Files(SystemId, Vec<File>, Target),
    /// Go on with an interrupted upload, whose file this is.
    Again(u32, File),
    /// Offer what the system holds of unfinished uploads.
    Look(SystemId),
}

/// The uploads, from the context. They outlive the page that began them.
#[derive(Clone, Copy)]
pub struct Uploads {
    owner: StoredValue<Owner>,
    wanted: RwSignal<Vec<Wanted>, LocalStorage>,
    purpose: StoredValue<Option<Purpose>>,
    /// What the picker shows of each system whose limits are known.
    accepted: StoredValue<HashMap<SystemId, String>>,
    said: RwSignal<String>,
}

/// The uploads.
pub fn use_uploads() -> Uploads {
    expect_context::<Uploads>()
}

impl Uploads {
    /// Provides the uploads to everything below.
    pub fn install() {
        provide_context(Self {
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            wanted: RwSignal::new_local(Vec::new()),
            purpose: StoredValue::new(None),
            accepted: StoredValue::new(HashMap::new()),
            said: RwSignal::new(String::new()),
        });
    }

    /// Opens the file picker; what is chosen becomes `target`. Call it from a press of a button.
    pub fn choose(self, system: SystemId, target: Target) {
        // A version begins with one file; more are added to it then.
        let pick = if matches!(target, Target::Version(..)) { Pick::One } else { Pick::Several };
        self.open_picker(Purpose::New(system, target), pick, system);
    }

    /// The same for a folder with all that is in it.
    pub fn choose_folder(self, system: SystemId, target: Target) {
        self.open_picker(Purpose::New(system, target), Pick::Folder, system);
    }

    /// Takes files that were dropped or pasted; they become `target`.
    pub fn offer(self, system: SystemId, files: Vec<File>, target: Target) {
        if !files.is_empty() {
            self.want(Wanted::Files(system, files, target));
        }
    }

    /// Offers what the system holds of unfinished uploads.
    pub fn look(self, system: SystemId) {
        self.want(Wanted::Look(system));
    }

    /// Asks for the file of an interrupted upload.
    pub(super) fn choose_again(self, id: u32, system: SystemId) {
        self.open_picker(Purpose::Again(id), Pick::One, system);
    }

    /// Takes all that was handed in since the last time. Followed: runs again when there is more.
    pub(super) fn take(self) -> Vec<Wanted> {
        if self.wanted.with(Vec::is_empty) {
            return Vec::new();
        }
        self.wanted.try_update_untracked(std::mem::take).unwrap_or_default()
    }

    /// Notes the file types that a system takes, for the picker.
    pub(super) fn note_accepted(self, system: SystemId, accepted: String) {
        self.accepted.update_value(|all| {
            all.insert(system, accepted);
        });
    }

    /// Says something in the live region.
    pub(super) fn say(self, text: String) {
        self.said.set(text);
    }

    /// Where the engine lives: as long as the client, whatever page fetched it.
    pub(super) fn owner(self) -> Owner {
        self.owner.get_value()
    }

    fn want(self, wanted: Wanted) {
        self.wanted.update(|all| all.push(wanted));
    }

    /// Takes what the file picker gave.
    fn picked(self, mut files: Vec<File>) {
        match self.purpose.try_update_value(Option::take).flatten() {
            Some(Purpose::New(system, target)) => self.offer(system, files, target),
            Some(Purpose::Again(id)) => files.pop().into_iter().for_each(|file| self.want(Wanted::Again(id, file))),
            None => {}
        }
    }

    /// Opens the file picker. Only a press of the reader's may do so.
    fn open_picker(self, purpose: Purpose, pick: Pick, system: SystemId) {
        let Some(input) = crate::dom::by_id(PICKER).and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else { return };
        self.purpose.set_value(Some(purpose));
        input.set_multiple(pick != Pick::One);
        // Refused by no browser: both are plain attributes.
        let _ = if pick == Pick::Folder { input.set_attribute(FOLDER, "") } else { input.remove_attribute(FOLDER) };
        input.set_accept(&self.accepted.with_value(|all| all.get(&system).cloned()).unwrap_or_default());
        // The same file chosen again must count as a choice.
        input.set_value("");
        input.click();
    }
}

/// What was chosen; of a folder without the files that nobody means.
fn chosen(input: &HtmlInputElement) -> Vec<File> {
    let mut files = files::of(input.files());
    if input.has_attribute(FOLDER) {
        files.retain(|file| !files::hidden(&file.name()));
    }
    files
}

/// The place of the tray, once for the whole client: the picker, the live region, and the tray once there is something for it.
#[component]
pub fn UploadTray() -> impl IntoView {
    let (uploads, session) = (use_uploads(), use_session());
    let remembers = session.state().with_untracked(|state| match state {
        SessionState::SignedIn { info, .. } => memory::any(info.user.id),
        _ => false,
    });
    let needed = Memo::new(move |before| before == Some(&true) || remembers || uploads.wanted.with(|wanted| !wanted.is_empty()));
    // What one person chose is nothing for the next.
    on_cleanup(move || uploads.wanted.update(Vec::clear));
    view! {
        <p class="sr-only" role="status">{move || uploads.said.get()}</p>
        <input id=PICKER class="tray-picker" type="file" tabindex="-1" aria-hidden="true" aria-label="File"
            on:change=move |event| uploads.picked(chosen(&event_target::<HtmlInputElement>(&event))) />
        <Show when=move || needed.get()>
            {chunks::part(chunks::UPLOADS, (), || ().into_any(), move |retry| not_fetched(uploads, retry))}
        </Show>
    }
}

/// Says that the engine could not be fetched, where somebody waits for it.
fn not_fetched(uploads: Uploads, retry: Callback<()>) -> AnyView {
    let waits = Memo::new(move |_| uploads.wanted.with(|all| all.iter().any(|wanted| matches!(wanted, Wanted::Files(..)))));
    view! {
        <Show when=move || waits.get()>
            <section class="tray" aria-label="Uploads">
                <div class="tray-head" role="alert"><h2>"The upload could not begin"</h2></div>
                <div class="tray-total">
                    <p class="small muted">"The server does not answer, or it was updated since this page was loaded. Your files are still chosen."</p>
                    <Button icon=Icon::Refresh on_press=retry>"Try again"</Button>
                </div>
            </section>
        </Show>
    }
    .into_any()
}
