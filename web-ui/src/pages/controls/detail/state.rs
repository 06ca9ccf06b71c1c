//! What the page of a control shows, and its findings while they travel to the server.
//!
//! A finding is shown the moment it is chosen. Changes go to the server one after another, each at the version that the one before
//! returned; one that is refused is taken back and said.

use crate::api::{Api, ApiError, Remote, use_api};
use crate::components::form::Meanwhile;
use crate::components::toast::{Toasts, use_toasts};
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::controls::{ControlDetail, ObjectiveFinding, SetFinding, UpdateControl};
use shared_types::finding::{Basis, Finding};
use shared_types::text::Note;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// A finding on its way.
#[derive(Debug, Clone)]
struct Change {
    letter: String,
    set: SetFinding,
}

/// What is on its way: in one handle, because the state is copied into every piece of the page.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Change>,
    sending: bool,
}

/// One control, as its page sees it.
#[derive(Clone, Copy)]
pub struct ControlState {
    /// The control on the server.
    pub remote: Remote<ControlDetail>,
    api: Api,
    toasts: Toasts,
    base: StoredValue<String>,
    queue: StoredValue<Queue>,
    shown: RwSignal<HashMap<String, SetFinding>>,
}

impl ControlState {
    /// For the page's system.
    pub fn new(remote: Remote<ControlDetail>) -> Self {
        Self {
            remote,
            api: use_api(),
            toasts: use_toasts(),
            base: StoredValue::new(use_scope().api("/controls")),
            queue: StoredValue::new(Queue::default()),
            shown: RwSignal::new(HashMap::new()),
        }
    }

    /// A part of the control.
    pub fn part<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&ControlDetail) -> T + Send + Sync + 'static,
    ) -> Memo<Option<T>> {
        Memo::new(move |_| self.remote.map(&part))
    }

    /// The control as it is known now.
    pub fn now(self) -> Option<Arc<ControlDetail>> {
        self.remote.peek()
    }

    /// The address of the control in the API.
    pub fn path(self) -> Option<String> {
        Some(format!("{}/{}", self.base.try_get_value()?, self.now()?.control.id))
    }

    /// An objective, with the finding that is on its way if there is one.
    pub fn objective(self, letter: &str) -> Option<ObjectiveFinding> {
        let mut found =
            self.remote.map(|detail| detail.objectives.iter().find(|objective| objective.letter == letter).cloned()).flatten()?;
        if let Some(set) = self.shown.with(|shown| shown.get(letter).cloned()) {
            found.finding = set.finding;
            found.basis = set.basis.unwrap_or(Basis::Implemented);
            found.reason = set.reason.map(String::from);
        }
        Some(found)
    }

    /// Sets a finding, and offers the way back.
    pub fn judge(self, letter: &str, finding: Finding, basis: Option<Basis>, reason: Option<Note>) {
        let before = untrack(|| self.objective(letter));
        self.send(Change { letter: letter.to_owned(), set: SetFinding { finding, basis, reason } }, before.map(undo_of));
    }

    fn send(self, change: Change, undo: Option<SetFinding>) {
        self.shown.update(|shown| {
            shown.insert(change.letter.clone(), change.set.clone());
        });
        if let Some(undo) = undo {
            let letter = change.letter.clone();
            let said = format!("[{letter}] {}.", words::finding(change.set.finding).word);
            self.toasts.offer(said, "Undo", move || self.send(Change { letter: letter.clone(), set: undo.clone() }, None));
        }
        let idle = self.queue.try_update_value(|queue| {
            queue.waiting.push_back(change);
            !std::mem::replace(&mut queue.sending, true)
        });
        if idle == Some(true) {
            spawn_local(self.send_all());
        }
    }

    async fn send_all(self) {
        while let Some(change) = self.queue.try_update_value(|queue| queue.waiting.pop_front()).flatten() {
            let (Some(path), Some(version)) = (self.path(), self.now().map(|detail| detail.control.version)) else { break };
            let path = format!("{path}/objectives/{}", change.letter);
            match self.api.put::<_, ControlDetail>(&path, Some(version), &change.set).await {
                Ok(detail) => {
                    self.arrived(detail);
                    self.settle(&change.letter);
                }
                Err(error) => {
                    self.refused(&change, &error).await;
                    self.settle(&change.letter);
                }
            }
        }
        self.queue.try_update_value(|queue| queue.sending = false);
    }

    /// Takes the answer of a change over, unless a newer one is shown.
    fn arrived(self, detail: ControlDetail) {
        if self.now().is_none_or(|known| known.control.version <= detail.control.version) {
            self.remote.set(detail);
        }
    }

    /// Shows what the server holds again, once no other change of this objective waits.
    fn settle(self, letter: &str) {
        let more = self.queue.try_with_value(|queue| queue.waiting.iter().any(|change| change.letter == letter)).unwrap_or(true);
        if !more {
            self.shown.try_update(|shown| shown.remove(letter));
        }
    }

    async fn refused(self, change: &Change, error: &ApiError) {
        if error.is_stale() {
            // What waits was chosen on the same old picture: it is taken back too.
            self.queue.try_update_value(|queue| queue.waiting.clear());
            self.shown.try_update(HashMap::clear);
            self.reread().await;
            self.toasts.warn("Someone else changed this control in the meantime. It shows the newest version now; set the finding again if it still holds.");
        } else {
            self.toasts.warn(format!("[{}] was not set. {}", change.letter, error.message()));
        }
    }

    /// Reads the control again and waits for it.
    pub async fn reread(self) -> Option<Arc<ControlDetail>> {
        let path = self.path()?;
        if let Ok(detail) = self.api.get::<ControlDetail>(&path).await {
            self.remote.set(detail);
        }
        self.now()
    }

    /// Changes the control at the version that a form began from.
    pub async fn update_from(self, form: Meanwhile<ControlDetail>, body: UpdateControl) -> Result<ControlDetail, ApiError> {
        let path = self.path().ok_or(ApiError::Network)?;
        self.shown(form.patch(self.api, &path, &body).await).await
    }

    /// Changes the control itself at its newest known version: for what the reader sees change, and for a text that is compared before.
    pub async fn update(self, body: UpdateControl) -> Result<ControlDetail, ApiError> {
        let (Some(path), Some(version)) = (self.path(), self.now().map(|detail| detail.control.version)) else {
            return Err(ApiError::Network);
        };
        self.shown(self.api.patch(&path, Some(version), &body).await).await
    }

    /// Shows what came of a change: the answer, or the newest version where somebody else was quicker.
    async fn shown(self, result: Result<ControlDetail, ApiError>) -> Result<ControlDetail, ApiError> {
        match &result {
            Ok(detail) => self.arrived(detail.clone()),
            Err(error) if error.is_stale() => {
                self.reread().await;
            }
            Err(_) => {}
        }
        result
    }
}

/// What sets an objective back to what it holds now.
fn undo_of(objective: ObjectiveFinding) -> SetFinding {
    let rests = matches!(objective.finding, Finding::Met | Finding::NotApplicable);
    SetFinding {
        finding: objective.finding,
        basis: rests.then_some(objective.basis),
        reason: objective.reason.as_deref().and_then(|reason| Note::parse(reason).ok()),
    }
}
