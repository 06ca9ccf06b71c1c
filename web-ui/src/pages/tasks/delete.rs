//! Asks before a task is deleted.

use crate::api::Remote;
use crate::components::form::{DeleteDialog, Target};
use crate::router::SystemPage;
use leptos::prelude::*;
use shared_types::tasks::Task;

/// The question.
#[component]
pub fn DeleteTaskDialog(open: RwSignal<bool>, remote: Remote<Task>) -> impl IntoView {
    let target = Signal::derive(move || {
        remote.map(|task| Target { name: task.number.clone(), path: format!("/tasks/{}", task.id), version: task.version })
    });
    view! {
        <DeleteDialog open target list=SystemPage::Tasks>
            <p>"The task and its comments are gone for everybody. Work that was done is better completed than deleted; the audit log keeps what happened."</p>
        </DeleteDialog>
    }
}
