//! What the system has already: use that, upload it all the same, or leave it.

use super::engine::Engine;
use super::item::{Item, State};
use super::words;
use crate::api::ApiError;
use leptos::task::spawn_local;
use shared_types::ErrorCode;
use shared_types::evidence::{Evidence, KnownContent};
use std::sync::Arc;

impl Engine {
    /// The system has a file's content already: the reader chooses.
    pub(super) fn known(self, item: &Item, places: Vec<KnownContent>) {
        self.release(item.id);
        self.say(format!("{}: {}", item.name, words::known(&places)));
        item.enter(State::Duplicate(places.into()));
        self.pump();
    }

    /// Sends it all the same.
    pub fn anyway(self, id: u32) {
        if let Some(item) = self.find(id).filter(|item| matches!(item.now(), State::Duplicate(_))) {
            // Its hash is known: it is not asked for again.
            item.enter(State::Queued);
            self.pump();
        }
    }

    /// Links the evidence that has the content to what the file was to support.
    pub fn use_known(self, id: u32) {
        let Some(item) = self.find(id) else { return };
        let State::Duplicate(places) = item.now() else { return };
        let Some(number) = places.first().map(|place| place.number.clone()) else { return };
        let (api, base) = (self.api(), format!("/api/v1/systems/{}/evidence/{number}", item.system));
        item.enter(State::Finishing);
        spawn_local(async move {
            for link in item.target.links() {
                let linked = api.post::<_, Evidence>(&format!("{base}/links"), link).await;
                match linked {
                    Ok(_) => {}
                    // It supports that already: what was asked for is so.
                    Err(error) if matches!(error.code(), Some(ErrorCode::Conflict | ErrorCode::Taken)) => {}
                    Err(error) => return self.refuse_known(&item, &places, &error),
                }
            }
            match api.get::<Evidence>(&base).await {
                Ok(evidence) => {
                    item.progress(item.size);
                    item.enter(State::Done(Arc::new(evidence)));
                    self.say(format!("Linked {number} in place of {}.", item.name));
                }
                Err(error) => self.refuse_known(&item, &places, &error),
            }
        });
    }

    fn refuse_known(self, item: &Item, places: &Arc<[KnownContent]>, error: &ApiError) {
        self.say(error.message());
        item.enter(State::Duplicate(places.clone()));
    }
}
