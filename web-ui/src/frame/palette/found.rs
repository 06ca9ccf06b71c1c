//! What the palette finds on the server: controls, tasks, evidence of the current system.

use super::items::{Act, Item};
use crate::api::use_remote;
use crate::components::icon::Icon;
use crate::frame::nav::use_current_system;
use crate::router::{Query, Route, encode};
use leptos::prelude::*;
use shared_types::controls::ControlSummary;
use shared_types::evidence::Evidence;
use shared_types::tasks::Task;
use shared_types::{Page, SystemId};

/// Typing pauses this long before the server is asked.
const PAUSE_MS: u32 = 150;
/// Lines of each kind.
const EACH: &str = "6";

/// The address of a page of the system, if the client has it.
fn page(system: SystemId, below: &str) -> Option<String> {
    let href = format!("/s/{system}/{below}");
    (Route::parse(&href) != Route::Unknown).then_some(href)
}

/// What is found for a text.
pub fn use_found(text: RwSignal<String>) -> Memo<Vec<Item>> {
    let system = use_current_system();
    let settled = RwSignal::new(String::new());
    Effect::new(move || {
        let now = text.get();
        crate::dom::later(PAUSE_MS, move || {
            if text.try_get_untracked().as_ref() == Some(&now) {
                settled.try_set(now);
            }
        });
    });
    let url = move |list: &str| {
        let (system, text) = (system.get()?, settled.get());
        let wanted = text.trim();
        // One letter finds everything and nothing.
        (wanted.chars().count() >= 2).then(|| {
            let query = Query::default().with("q", Some(wanted)).with("limit", Some(EACH));
            format!("/api/v1/systems/{system}/{list}{}", query.suffix())
        })
    };
    let controls = use_remote::<Page<ControlSummary>>(move || url("controls"));
    let tasks = use_remote::<Page<Task>>(move || url("tasks"));
    let evidence = use_remote::<Page<Evidence>>(move || url("evidence"));
    Memo::new(move |_| {
        let Some(system) = system.get() else { return Vec::new() };
        if text.with(|text| text.trim().chars().count() < 2) {
            return Vec::new();
        }
        let line = |icon, id: &str, label: &str, kind, below: String| {
            let href = page(system, &below)?;
            Some(Item { icon, id: Some(id.to_owned()), label: label.to_owned(), kind, act: Act::Go(href) })
        };
        let mut items = Vec::new();
        items.extend(controls.get().iter().flat_map(|page| &page.items).filter_map(|control| {
            line(Icon::Shield, &control.reference, &control.title, "Control", format!("controls/{}", encode(&control.reference)))
        }));
        items.extend(
            tasks.get().iter().flat_map(|page| &page.items).filter_map(|task| {
                line(Icon::Board, &task.number, &task.title, "Task", format!("tasks/{}", encode(&task.number)))
            }),
        );
        items.extend(evidence.get().iter().flat_map(|page| &page.items).filter_map(|item| {
            line(Icon::Document, &item.number, &item.title, "Evidence", format!("evidence/{}", encode(&item.number)))
        }));
        items
    })
}
