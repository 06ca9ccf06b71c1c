//! The queue: which files go, and what the reader may do with them.

use super::drive;
use super::files;
use super::halt::Halt;
use super::intake::{Uploads, Wanted};
use super::item::{Item, State};
use super::outcome;
use super::policy;
use super::restore;
use super::target::Target;
use super::tus::Tus;
use super::words;
use crate::api::{Api, ApiError};
use crate::session::{Session, SessionState};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::evidence::UploadPolicy;
use shared_types::{SystemId, UserId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use web_sys::File;

/// How often a tab that sends gives a sign to the others.
const BEAT: Duration = Duration::from_secs(4);

/// The queue, from the context. It outlives the page that began it.
#[derive(Clone, Copy)]
pub struct Engine {
    intake: Uploads,
    api: Api,
    pub(super) items: RwSignal<Vec<Item>>,
    next_id: StoredValue<u32>,
    pub(super) files: StoredValue<HashMap<u32, File>, LocalStorage>,
    pub(super) halts: StoredValue<HashMap<u32, Halt>, LocalStorage>,
    policies: StoredValue<HashMap<SystemId, Arc<UploadPolicy>>>,
    open: RwSignal<bool>,
}

/// The queue.
pub fn use_engine() -> Engine {
    expect_context::<Engine>()
}

impl Engine {
    /// Starts the queue, once for the client, and takes what was handed in.
    pub fn start(intake: Uploads, api: Api) {
        if use_context::<Self>().is_none() {
            intake.owner().with(|| Self::install(intake, api));
        }
    }

    fn install(intake: Uploads, api: Api) {
        let uploads = Self {
            intake,
            api,
            items: RwSignal::new(Vec::new()),
            next_id: StoredValue::new(0),
            files: StoredValue::new_local(HashMap::new()),
            halts: StoredValue::new_local(HashMap::new()),
            policies: StoredValue::new(HashMap::new()),
            open: RwSignal::new(true),
        };
        provide_context(uploads);
        Effect::new(move || intake.take().into_iter().for_each(|wanted| uploads.serve(wanted)));
        // The next person at this browser neither sees these nor goes on with them. The server holds them for who began them.
        Effect::new(move |before: Option<Option<UserId>>| {
            let now = uploads.session().state().with(user_of);
            if before.flatten().is_some_and(|before| now != Some(before)) {
                uploads.leave();
            }
            now
        });
        let online =
            window_event_listener(ev::online, move |_| uploads.halts.with_value(|halts| halts.values().for_each(Halt::wake)));
        let close = window_event_listener(ev::beforeunload, move |event| {
            if uploads.items.with_untracked(|items| items.iter().any(|item| item.now().at_risk())) {
                event.prevent_default();
            }
        });
        let gone = window_event_listener(ev::pagehide, move |_| outcome::beat(uploads, 0.0));
        let beat = set_interval_with_handle(move || outcome::beat(uploads, js_sys::Date::now()), BEAT);
        on_cleanup(move || {
            online.remove();
            close.remove();
            gone.remove();
            if let Ok(beat) = beat {
                beat.clear();
            }
        });
    }

    fn serve(self, wanted: Wanted) {
        match wanted {
            Wanted::Files(system, files, target) => self.offer(system, files, target),
            Wanted::Again(id, file) => {
                if let Some(item) = self.find(id) {
                    self.attach(&item, file);
                    self.pump();
                }
            }
            Wanted::Look(system) => spawn_local(restore::in_system(self, system)),
        }
    }

    /// Takes files that become `target`.
    fn offer(self, system: SystemId, files: Vec<File>, target: Target) {
        let target = Arc::new(target);
        for file in files {
            let (name, size, modified) = (file.name(), files::size(&file), files::modified(&file));
            let waiting = self.items.with_untracked(|items| {
                let mut interrupted = items.iter().filter(|item| matches!(item.now(), State::Interrupted(_)));
                interrupted.find(|item| item.system == system && item.is_the_file(&name, size, modified)).cloned()
            });
            if let Some(item) = waiting {
                self.attach(&item, file);
                continue;
            }
            let item = self.add(system, &name, size, Some(modified), target.clone(), None, State::Queued);
            self.files.update_value(|files| {
                files.insert(item.id, file);
            });
        }
        self.open.set(true);
        self.pump();
    }

    /// The files, newest last.
    pub fn items(self) -> Signal<Vec<Item>> {
        self.items.into()
    }

    /// Whether the tray shows its files.
    pub fn open(self) -> RwSignal<bool> {
        self.open
    }

    /// What the system takes.
    pub async fn policy(self, system: SystemId) -> Result<Arc<UploadPolicy>, ApiError> {
        if let Some(policy) = self.policies.with_value(|policies| policies.get(&system).cloned()) {
            return Ok(policy);
        }
        let policy: Arc<UploadPolicy> = Arc::new(self.api.get(&format!("/api/v1/systems/{system}/upload-policy")).await?);
        self.intake.note_accepted(system, policy::accept(&policy));
        self.policies.update_value(|policies| {
            policies.insert(system, policy.clone());
        });
        // By now it is known how many may go.
        self.pump();
        Ok(policy)
    }

    /// Halts a file until it is resumed.
    pub fn pause(self, id: u32) {
        if let Some(item) = self.find(id).filter(|item| item.now().can_pause()) {
            self.brake(id);
            item.enter(State::Paused);
            self.say(format!("Paused {}.", item.name));
            self.pump();
        }
    }

    /// Lets a file go on: halted, failed, or waiting for its next attempt.
    pub fn resume(self, id: u32) {
        let Some(item) = self.find(id) else { return };
        match item.now() {
            State::Waiting(_) => self.halts.with_value(|halts| halts.get(&id).into_iter().for_each(Halt::wake)),
            State::Paused | State::Failed(_) => {
                item.enter(State::Queued);
                self.pump();
            }
            _ => {}
        }
    }

    /// Asks for the file of an interrupted upload.
    pub fn choose_again(self, id: u32) {
        if let Some(item) = self.find(id) {
            self.intake.choose_again(id, item.system);
        }
    }

    /// Takes a file out, and what the server holds of it unless it is evidence.
    pub fn remove(self, id: u32) {
        let Some(item) = self.find(id) else { return };
        self.brake(id);
        let done = matches!(item.now(), State::Done(_));
        if let Some(location) = item.location().filter(|_| !done) {
            self.forget(&item);
            let tus = Tus { session: self.session(), halt: Halt::default() };
            // If the server can't be told, it drops the upload by itself later.
            spawn_local(async move {
                let _ = tus.delete(&location).await;
            });
        }
        self.files.update_value(|files| {
            files.remove(&id);
        });
        self.items.update(|items| items.retain(|item| item.id != id));
        match item.now() {
            State::Done(_) => {}
            State::Duplicate(_) => self.say(format!("Skipped {}.", item.name)),
            _ => self.say(format!("Cancelled {}.", item.name)),
        }
        self.pump();
    }

    /// Takes out what is done.
    pub fn clear_done(self) {
        self.items.update(|items| items.retain(|item| !matches!(item.now(), State::Done(_))));
    }

    /// Gives an interrupted upload its file back, if it is the same.
    fn attach(self, item: &Item, file: File) {
        let (name, size, modified) = (file.name(), files::size(&file), files::modified(&file));
        if item.is_the_file(&name, size, modified) {
            self.files.update_value(|files| {
                files.insert(item.id, file);
            });
            item.enter(State::Queued);
        } else {
            let why = words::not_the_file(item, &name, size);
            self.say(why.clone());
            item.enter(State::Interrupted(Some(why)));
        }
    }

    pub(super) fn api(self) -> Api {
        self.api
    }

    pub(super) fn session(self) -> Session {
        self.api.session()
    }

    pub(super) fn user(self) -> Option<UserId> {
        self.session().state().with_untracked(user_of)
    }

    pub(super) fn file(self, id: u32) -> Option<File> {
        self.files.with_value(|files| files.get(&id).cloned())
    }

    /// Whether a tus resource belongs to one of the files here.
    pub(super) fn knows(self, location: &str) -> bool {
        self.items.with_untracked(|items| items.iter().any(|item| item.location().as_deref() == Some(location)))
    }

    pub(super) fn find(self, id: u32) -> Option<Item> {
        self.items.with_untracked(|items| items.iter().find(|item| item.id == id).cloned())
    }

    #[expect(clippy::too_many_arguments, reason = "a file has these")]
    pub(super) fn add(
        self,
        system: SystemId,
        name: &str,
        size: u64,
        modified: Option<i64>,
        target: Arc<Target>,
        key: Option<String>,
        state: State,
    ) -> Item {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        // Outside of a secure context there are no random ids of the browser; this one need only differ from our own others.
        let key = key
            .or_else(crate::dom::random_id)
            .unwrap_or_else(|| format!("{}-{id}-{}", js_sys::Date::now(), js_sys::Math::random()));
        let item = Item {
            id,
            system,
            name: name.into(),
            size,
            modified,
            target,
            hash: Arc::default(),
            key: key.into(),
            state: ArcRwSignal::new(state),
            sent: ArcRwSignal::new(0),
            meter: ArcRwSignal::default(),
            location: Arc::new(Mutex::new(None)),
        };
        self.items.update(|items| items.push(item.clone()));
        item
    }

    /// Lets the next files go: in each system as many as it takes at once, and no more in all than in the one that takes most.
    pub(super) fn pump(self) {
        let items = self.items.get_untracked();
        let mut going = HashMap::<SystemId, usize>::new();
        for item in items.iter().filter(|item| item.now().going()) {
            *going.entry(item.system).or_default() += 1;
        }
        for item in items.into_iter().filter(|item| matches!(item.now(), State::Queued)) {
            let most = self.policies.with_value(|policies| policy::at_once(policies.get(&item.system).map(|policy| &**policy)));
            if going.get(&item.system).is_some_and(|own| *own >= most) || going.values().sum::<usize>() >= most {
                continue;
            }
            *going.entry(item.system).or_default() += 1;
            let halt = Halt::default();
            self.halts.update_value(|halts| {
                halts.insert(item.id, halt.clone());
            });
            // Its place is taken at once: the next in the queue must not find it free.
            item.enter(State::Hashing(0));
            self.say(format!("Uploading {}.", item.name));
            spawn_local(drive::run(self, item, halt));
        }
    }

    /// Halts everything and forgets it.
    fn leave(self) {
        let halts = self.halts.try_update_value(std::mem::take).unwrap_or_default();
        halts.values().for_each(Halt::pull);
        self.files.update_value(HashMap::clear);
        self.items.update(Vec::clear);
    }

    fn brake(self, id: u32) {
        let halt = self.halts.try_update_value(|halts| halts.remove(&id)).flatten();
        if let Some(halt) = halt {
            halt.pull();
        }
    }

    pub(super) fn say(self, text: String) {
        self.intake.say(text);
    }
}

fn user_of(state: &SessionState) -> Option<UserId> {
    match state {
        SessionState::SignedIn { info, .. } => Some(info.user.id),
        _ => None,
    }
}
