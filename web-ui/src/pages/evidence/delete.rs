//! Asks before an artifact is deleted, and why.

use crate::api::{Remote, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::TextAreaField;
use crate::components::form::{Form, FormView};
use crate::components::toast::use_toasts;
use crate::format;
use crate::router::{SystemPage, encode, use_router};
use crate::scope::use_scope;
use leptos::prelude::*;
use shared_types::evidence::Evidence;
use shared_types::text::Note;

/// The question.
#[component]
pub fn DeleteEvidenceDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    let title = Signal::derive(move || format!("Delete {}?", remote.map(|evidence| evidence.number.clone()).unwrap_or_default()));
    view! { <Dialog open title><DeleteForm open remote /></Dialog> }
}

#[component]
fn DeleteForm(open: RwSignal<bool>, remote: Remote<Evidence>) -> impl IntoView {
    let (api, scope, router, toasts) = (use_api(), use_scope(), use_router(), use_toasts());
    let form = Form::new("delete-evidence");
    let reason = RwSignal::new(String::new());
    let supports = match remote.map(|evidence| evidence.links.len()).unwrap_or_default() {
        0 => "It supports nothing at present.".to_owned(),
        1 => "What it supports loses it.".to_owned(),
        links => {
            let count = i64::try_from(links).unwrap_or(i64::MAX);
            format!("All {} that it supports lose it.", format::count(count, "place", "places"))
        }
    };
    let submit = move || {
        form.begin();
        let Some(reason) = form.check_optional("/reason", &reason.get_untracked(), Note::parse) else { return form.refuse() };
        let Some(evidence) = remote.peek() else { return };
        let query = reason.map(|reason| format!("?reason={}", encode(reason.as_str()))).unwrap_or_default();
        let path = scope.api(&format!("/evidence/{}{query}", evidence.id));
        let (number, list) = (evidence.number.clone(), scope.href(SystemPage::Evidence));
        form.run(async move { api.delete(&path, Some(evidence.version)).await }, move |()| {
            open.set(false);
            toasts.say(format!("{number} is deleted."));
            router.go(&list);
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <p>{supports}</p>
            <p class="muted small">"It leaves the library and can be brought back. Its files are kept for the retention period, and the audit log keeps their hashes."</p>
            <TextAreaField form pointer="/reason" label="Why" value=reason optional=true />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger submit=true busy=form.busy()>"Delete"</Button>
            </div>
        </FormView>
    }
}
