//! Sets the finding of whole requirements: all objectives of each, in one request, with an undo where there are few.

use crate::api::{Api, ApiError, sentence, use_api};
use crate::components::toast::{Toasts, use_toasts};
use crate::format;
use crate::scope::use_scope;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::controls::{BulkFinding, BulkResult, BulkSetFindings, ControlDetail, ControlSummary};
use shared_types::finding::{Basis, Finding};
use shared_types::text::Note;

/// For so many requirements at most what they hold is read first, so that the change can be taken back.
const UNDO_LIMIT: usize = 10;

/// A finding that waits for its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// For which requirements.
    pub controls: Vec<ControlSummary>,
    /// The finding.
    pub finding: Finding,
}

/// What a finding is set with.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The finding.
    pub finding: Finding,
    /// Why it holds.
    pub basis: Option<Basis>,
    /// In words.
    pub reason: Option<Note>,
}

/// Sets findings.
#[derive(Clone, Copy)]
pub struct Judge {
    api: Api,
    toasts: Toasts,
    base: StoredValue<String>,
    asked: RwSignal<Option<Asked>>,
}

impl Judge {
    /// For the page's system.
    pub fn new() -> Self {
        Self { api: use_api(), toasts: use_toasts(), base: StoredValue::new(use_scope().api("")), asked: RwSignal::new(None) }
    }

    /// What waits for its reason.
    pub fn asked(self) -> RwSignal<Option<Asked>> {
        self.asked
    }

    /// A finding was chosen. A single Met needs no words and can be taken back: it is set at once. Everything else asks.
    pub fn choose(self, controls: Vec<ControlSummary>, finding: Finding) {
        if controls.len() == 1 && finding == Finding::Met {
            spawn_local(async move {
                let verdict = Verdict { finding, basis: None, reason: None };
                if let Err(error) = self.set(&controls, &verdict).await {
                    self.toasts.warn(error.message());
                }
            });
        } else if !controls.is_empty() {
            self.asked.set(Some(Asked { controls, finding }));
        }
    }

    /// Sets, says so, and offers the way back.
    pub async fn set(self, controls: &[ControlSummary], verdict: &Verdict) -> Result<(), ApiError> {
        let before = if controls.len() <= UNDO_LIMIT { self.findings(controls).await } else { None };
        let items = controls.iter().map(|control| BulkFinding {
            control: control.reference.clone(),
            objective: None,
            finding: verdict.finding,
            basis: verdict.basis,
            reason: verdict.reason.clone(),
        });
        let result = self.send(items.collect()).await?;
        let word = words::finding(verdict.finding).word;
        let name = match controls {
            [one] => one.reference.clone(),
            _ => format::count(result.applied, "requirement", "requirements"),
        };
        if let Some(text) = refused(controls, &result) {
            self.toasts.warn(text);
        }
        if result.applied == 0 {
            return Ok(());
        }
        let said = format!("{name}: {word}.");
        match before {
            Some(before) => self.toasts.offer(said, "Undo", move || self.restore(before.clone())),
            None => self.toasts.say(said),
        }
        Ok(())
    }

    async fn send(self, items: Vec<BulkFinding>) -> Result<BulkResult, ApiError> {
        let Some(base) = self.base.try_get_value() else { return Err(ApiError::Network) };
        self.api.post(&format!("{base}/findings/bulk"), &BulkSetFindings { items }).await
    }

    /// What the objectives hold now. `None` if it can't be read: then there is no undo.
    async fn findings(self, controls: &[ControlSummary]) -> Option<Vec<BulkFinding>> {
        let base = self.base.try_get_value()?;
        let mut all = Vec::new();
        for control in controls {
            let detail = self.api.get::<ControlDetail>(&format!("{base}/controls/{}", control.id)).await.ok()?;
            all.extend(detail.objectives.iter().map(|objective| BulkFinding {
                control: control.reference.clone(),
                objective: Some(objective.letter.clone()),
                finding: objective.finding,
                basis: matches!(objective.finding, Finding::Met | Finding::NotApplicable).then_some(objective.basis),
                reason: objective.reason.as_deref().and_then(|reason| Note::parse(reason).ok()),
            }));
        }
        Some(all)
    }

    fn restore(self, before: Vec<BulkFinding>) {
        spawn_local(async move {
            match self.send(before).await {
                Ok(_) => self.toasts.say("Taken back."),
                Err(error) => self.toasts.warn(error.message()),
            }
        });
    }
}

/// What was not set, and why: the first reason stands for all.
fn refused(controls: &[ControlSummary], result: &BulkResult) -> Option<String> {
    let mut failed = controls.iter().zip(&result.items).filter(|(_, item)| item.status >= 400);
    let (control, item) = failed.next()?;
    let why = item.error.as_ref().map_or_else(|| words_of(item.status), |error| sentence(&error.detail));
    let more = failed.count();
    Some(if more == 0 {
        format!("{} was not set. {why}", control.reference)
    } else {
        format!("{} and {more} more were not set. {why}", control.reference)
    })
}

fn words_of(status: u16) -> String {
    ApiError::Status(status).message()
}
