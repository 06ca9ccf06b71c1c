//! One event.

use super::details::{Line, lines};
use super::value::{People, ShortId, ValueView, field};
use crate::components::avatar::Person;
use crate::components::table::Td;
use crate::components::time::Moment;
use crate::router::{Route, SystemPage, use_router};
use crate::words;
use leptos::prelude::*;
use shared_types::SystemId;
use shared_types::audit::AuditEvent;

/// More changes than this are folded.
const SHOWN: usize = 4;

/// One event.
#[component]
pub fn EventRow(
    /// The event.
    event: AuditEvent,
    /// Its system.
    system: Option<SystemId>,
    /// Names by id.
    people: People,
) -> impl IntoView {
    let changes = lines(&event.details, event.object_label.as_deref());
    let (first, rest) = changes.split_at_checked(SHOWN).unwrap_or((&changes, &[]));
    let line = move |line: &Line| view! { <ChangeLine line=line.clone() people /> };
    let shown = first.iter().map(line).collect_view();
    let folded = (!rest.is_empty()).then(|| {
        let lines = rest.iter().map(line).collect_view();
        view! { <details class="audit-more"><summary>{format!("{} more", rest.len())}</summary><ul class="audit-changes">{lines}</ul></details> }
    });
    let none = changes.is_empty().then(|| view! { <span class="muted">"—"</span> });
    let who = match &event.actor {
        Some(actor) => view! { <Person name=actor.name.clone() /> }.into_any(),
        None => view! { <span class="muted">"The product itself"</span> }.into_any(),
    };
    let from = event.origin.clone().map(|origin| {
        let token = origin.token.map(|_| view! { <span class="tiny muted">"by API token"</span> });
        let address = origin.address.map(|address| view! { <span class="tiny muted" title=origin.user_agent>{address}</span> });
        view! { {address}{token} }
    });
    let act = words::act(&event.action);
    let (hash, request, place) = (event.hash.clone(), event.request_id.clone(), format!("#{}", event.sequence));
    view! {
        <tr class="audit-row">
            <Td label="When"><span class="nowrap"><Moment at=event.at /></span></Td>
            <Td label="Who"><div class="audit-who">{who}{from}</div></Td>
            <Td main=true><span class="audit-act">{act}</span>" "<ObjectLink event system /></Td>
            <Td label="Changes"><div class="audit-cell">{none}<ul class="audit-changes">{shown}</ul>{folded}</div></Td>
            <Td label="Proof">
                <div class="audit-proof">
                    <ShortId what=place id=hash copied="hash" />
                    {request.map(|id| view! { <ShortId what="request".to_owned() id copied="request id" /> })}
                </div>
            </Td>
        </tr>
    }
}

#[component]
fn ChangeLine(line: Line, people: People) -> impl IntoView {
    let Line { field: path, old, new } = line;
    let name = field(&path);
    let last = path.last().cloned();
    let before = old.map(|old| {
        let name = last.clone();
        view! { <span class="audit-old"><ValueView name value=old people /></span><span class="muted" aria-label="became">" → "</span> }
    });
    let named = (!name.is_empty()).then(|| view! { <span class="muted">{name}": "</span> });
    view! { <li>{named}{before}<span class="audit-new"><ValueView name=last value=new people /></span></li> }
}

/// The object as a link to where it stands now, and a way to see only its events.
#[component]
fn ObjectLink(event: AuditEvent, system: Option<SystemId>) -> impl IntoView {
    let router = use_router();
    // A session and the installation have no name: the act says it all.
    if event.object_label.is_none()
        && matches!(event.object_kind.as_str(), "session" | "installation" | "api_token" | "admin_request")
    {
        return ().into_any();
    }
    let label = event.object_label.clone().unwrap_or_else(|| format!("the {}", event.object_kind.replace('_', " ")));
    let Some(id) = event.object_id else { return view! { <span class="strong">{label}</span> }.into_any() };
    let page = system.zip(event.object_label).and_then(|(system, label)| {
        let page = match event.object_kind.as_str() {
            "evidence" => SystemPage::EvidenceItem(id.clone()),
            "control" => SystemPage::Control(label),
            "task" => SystemPage::Task(label),
            _ => return None,
        };
        Some(Route::System(system, page))
    });
    if let Some(page) = page {
        return view! { <a class="strong" href=page.href()>{label}</a> }.into_any();
    }
    let only = move || router.href_with(&[("object_id", Some(&id)), ("cursor", None)]);
    view! { <a class="strong" href=only title="Only events of this">{label}</a> }.into_any()
}
