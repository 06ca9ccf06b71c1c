//! What keeps an artifact: put away, held, retained; and the ways to change that.

use crate::api::{Remote, use_api};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::Dialog;
use crate::components::field::TextAreaField;
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::format;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::evidence::{Evidence, Reason};
use shared_types::systems::Role;
use shared_types::text::Note;

/// What everybody must know of it: it is held, it is put away.
#[component]
pub fn Banners(
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    let hold = Memo::new(move |_| remote.map(|evidence| evidence.hold.clone()).flatten());
    let archived = Memo::new(move |_| remote.map(|evidence| evidence.archived_at).flatten());
    view! {
        {move || hold.get().map(|hold| {
            let by = hold.by.map(|person| format!("{}, ", person.name)).unwrap_or_default();
            view! {
                <div class="notice warn evidence-banner"><IconView icon=Icon::Lock /><div>
                    <p><span class="strong">"Legal hold. "</span>"Nothing of it can be deleted until a manager lifts it."</p>
                    <p class="small pre-line">{hold.reason}<span class="muted">" ("{by}<Moment at=hold.at />")"</span></p>
                </div></div>
            }
        })}
        {move || archived.get().map(|at| view! {
            <p class="notice evidence-banner"><IconView icon=Icon::Archive /><span><span class="strong">"Archived "</span><Moment at />". It is kept, but supports no finding."</span></p>
        })}
    }
}

/// The card.
#[component]
pub fn KeepingCard(
    /// The evidence.
    remote: Remote<Evidence>,
) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let (contributor, manager) = (scope.can(Role::Contributor), scope.can(Role::Manager));
    let archived = Memo::new(move |_| remote.map(|evidence| evidence.archived_at.is_some()).unwrap_or_default());
    let held = Memo::new(move |_| remote.map(|evidence| evidence.hold.is_some()).unwrap_or_default());
    let kept = move || {
        remote.map(|evidence| match evidence.retain_until {
            Some(until) => format!(
                "Kept until {} at least: six years from the status date that it may serve (32 CFR 170.17(c)(4)).",
                format::date(until)
            ),
            None => "Nothing was approved yet, so no retention period runs.".to_owned(),
        })
    };
    let (asking, busy) = (RwSignal::new(false), RwSignal::new(false));
    let base = StoredValue::new(scope.api("/evidence"));
    let put_away = move || {
        let Some(evidence) = remote.peek() else { return };
        let act = if archived.get_untracked() { "unarchive" } else { "archive" };
        let path = format!("{}/{}/{act}", base.get_value(), evidence.id);
        busy.set(true);
        spawn_local(async move {
            let result = api.post_at::<_, Evidence>(&path, evidence.version, &()).await;
            busy.try_set(false);
            match result {
                Ok(evidence) => {
                    toasts.say(if evidence.archived_at.is_some() { "Archived." } else { "Brought back." });
                    remote.set(evidence);
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let title = Signal::derive(move || if held.get() { "Lift the legal hold" } else { "Set a legal hold" }.to_owned());
    view! {
        <Card title="Keeping">
            <div class="stack tight">
                <p class="small muted">{kept}</p>
                <div class="row wrap">
                    {contributor.then(|| view! {
                        <Button icon=Icon::Archive busy on_press=put_away>{move || if archived.get() { "Bring back" } else { "Archive" }}</Button>
                    })}
                    {manager.then(|| view! { <Button icon=Icon::Lock on_press=move || asking.set(true)>{move || title.get()}</Button> })}
                </div>
            </div>
        </Card>
        <Dialog open=asking title><HoldForm remote open=asking held=held.get_untracked() /></Dialog>
    }
}

#[component]
fn HoldForm(remote: Remote<Evidence>, open: RwSignal<bool>, held: bool) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("hold");
    let reason = RwSignal::new(String::new());
    let base = scope.api("/evidence");
    let (act, words, done) = if held {
        ("release", "Lift the hold", "The legal hold is lifted.")
    } else {
        ("hold", "Set the hold", "The legal hold is set.")
    };
    let submit = move || {
        form.begin();
        let Some(reason) = form.check("/reason", Note::parse(&reason.get_untracked())) else { return form.refuse() };
        let Some(evidence) = remote.peek() else { return };
        let path = format!("{base}/{}/{act}", evidence.id);
        form.run(async move { api.post(&path, &Reason { reason }).await }, move |()| {
            open.set(false);
            toasts.say(done);
        });
    };
    let hint = if held { "The audit log keeps it." } else { "Such as the dispute or the request that it must be kept for." };
    view! {
        <FormView form on_submit=submit careless=true>
            <TextAreaField form pointer="/reason" label="Why" value=reason focus=true hint />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy()>{words}</Button>
            </div>
        </FormView>
    }
}
