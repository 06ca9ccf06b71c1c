//! `/s/{system}/evidence/deleted`: what was deleted, and what the purge will do with each.

use super::what;
use crate::api::{use_api, use_remote};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::{Dialog, open_while};
use crate::components::field::TextAreaField;
use crate::components::form::{Form, FormView};
use crate::components::icon::Icon;
use crate::components::page_head::{Crumb, PageHead};
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::dom;
use crate::format;
use crate::router::SystemPage;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::EvidenceId;
use shared_types::evidence::{DeletedEvidence, Evidence, PurgeState, Reason};
use shared_types::systems::Role;
use shared_types::text::Note;

/// Between two looks at evidence that is being purged, in milliseconds.
const LOOK: u32 = 30_000;

/// What stands between a piece of deleted evidence and its end.
fn outlook(one: &DeletedEvidence) -> String {
    let freed = match one.bytes {
        0 => "frees nothing: other evidence has its files".to_owned(),
        bytes => format!("frees {}", format::size(bytes)),
    };
    match (one.state, one.evidence.retain_until) {
        (PurgeState::Held, _) => "A legal hold keeps it.".to_owned(),
        (PurgeState::Retained, _) if one.sealed => "A seal keeps it.".to_owned(),
        (PurgeState::Retained, Some(until)) => format!("Kept until {}; purging it then {freed}.", format::date(until)),
        (PurgeState::Retained, None) => "Retention keeps it.".to_owned(),
        (PurgeState::Confirmable, _) => format!("Nothing keeps it. It stays until a manager confirms the purge, which {freed}."),
        (PurgeState::Confirmed, _) => format!("Goes for good; that {freed}."),
    }
}

/// The page.
#[component]
pub fn DeletedEvidencePage() -> impl IntoView {
    let scope = use_scope();
    let url = scope.api("/deleted-evidence");
    let remote = use_remote::<Vec<DeletedEvidence>>(move || Some(url.clone()));
    // A confirmed purge whose day has come is done within the hour.
    remote.read_while(LOOK, |all| {
        all.iter().any(|one| one.state == PurgeState::Confirmed && one.purge_at.is_some_and(|at| at <= dom::now()))
    });
    let crumbs = vec![Crumb::new("Evidence", scope.href(SystemPage::Evidence))];
    let purging = RwSignal::new(None::<(EvidenceId, String)>);
    let open = open_while(purging);
    let title = Signal::derive(move || format!("Purge {}?", purging.get().map(|(_, number)| number).unwrap_or_default()));
    view! {
        <PageHead title="Deleted evidence" crumbs />
        <section class="card">
            <RemoteView remote shape=Shape::Rows(4) let:all>
                {if all.is_empty() {
                    view! { <Empty icon=Icon::Trash title="Nothing is deleted">"Evidence that is deleted stands here, and can be brought back until it is purged."</Empty> }.into_any()
                } else {
                    let rows = all.iter().cloned().map(|one| view! { <Row one purging /> }).collect_view();
                    view! {
                        <TableView label="Deleted evidence" head=|| view! { <Th>"Artifact"</Th><Th>"Deleted"</Th><Th>"What becomes of it"</Th><Th>"Steps"</Th> }>{rows}</TableView>
                    }.into_any()
                }}
            </RemoteView>
        </section>
        <Dialog open title>{move || purging.get().map(|(id, number)| view! { <PurgeForm id number open /> })}</Dialog>
    }
}

#[component]
fn Row(one: DeletedEvidence, purging: RwSignal<Option<(EvidenceId, String)>>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let (contributor, manager) = (scope.can(Role::Contributor), scope.can(Role::Manager));
    let words = outlook(&one);
    let (id, number) = (one.evidence.id, one.evidence.number.clone());
    let base = StoredValue::new(scope.api(&format!("/deleted-evidence/{id}")));
    let busy = RwSignal::new(false);
    let restored = number.clone();
    let restore = move || {
        let (path, number) = (format!("{}/restore", base.get_value()), restored.clone());
        busy.set(true);
        spawn_local(async move {
            let result = api.post_empty::<Evidence>(&path).await;
            busy.try_set(false);
            match result {
                Ok(_) => toasts.say(format!("{number} is back in the library.")),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let take_back = move || {
        let path = format!("{}/purge", base.get_value());
        spawn_local(async move {
            match api.delete(&path, None).await {
                Ok(()) => toasts.say("The purge is taken back."),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let by = one.deleted_by.map(|person| format!("{}, ", person.name)).unwrap_or_default();
    let (at, purge_at, state) = (one.deleted_at, one.purge_at.filter(|_| one.state == PurgeState::Confirmed), one.state);
    let sub = format!("{} · {number}", what(&one.evidence));
    view! {
        <tr>
            <Td main=true><span class="evidence-title">{one.evidence.title}</span><div class="muted tiny">{sub}</div></Td>
            <Td label="Deleted"><div>{by}<Moment at /></div>{one.reason.map(|text| view! { <div class="small muted pre-line">{text}</div> })}</Td>
            <Td label="What becomes of it"><div>{words}</div>{purge_at.map(|at| view! { <div class="small muted">"Not before "<Moment at /></div> })}</Td>
            <Td label="Steps"><div class="row wrap">
                {contributor.then(|| view! { <Button icon=Icon::Refresh busy on_press=restore>"Restore"</Button> })}
                {(manager && state == PurgeState::Confirmable).then(|| view! { <Button kind=ButtonKind::Danger icon=Icon::Trash on_press=move || purging.set(Some((id, number.clone())))>"Purge"</Button> })}
                {(manager && state == PurgeState::Confirmed).then(|| view! { <Button on_press=take_back>"Take the purge back"</Button> })}
            </div></Td>
        </tr>
    }
}

#[component]
fn PurgeForm(id: EvidenceId, number: String, open: RwSignal<bool>) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let form = Form::new("purge");
    let reason = RwSignal::new(String::new());
    let submit = move || {
        form.begin();
        let Some(reason) = form.check("/reason", Note::parse(&reason.get_untracked())) else { return form.refuse() };
        let (path, number) = (scope.api(&format!("/deleted-evidence/{id}/purge")), number.clone());
        form.run(async move { api.post(&path, &Reason { reason }).await }, move |()| {
            open.set(false);
            toasts.say(format!("{number} goes for good in a day, unless you take it back."));
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <p>"A day from now its files go for good, unless you take it back before. The audit log keeps their hashes."</p>
            <TextAreaField form pointer="/reason" label="Why" value=reason focus=true />
            <div class="form-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger submit=true busy=form.busy()>"Purge"</Button>
            </div>
        </FormView>
    }
}
