//! Recent activity: the newest rows of the audit log, in words.

use super::lists::link;
use crate::components::avatar::Avatar;
use crate::components::card::Card;
use crate::components::icon::{Icon, IconView};
use crate::components::time::Moment;
use crate::scope::Scope;
use crate::session::use_session;
use crate::words::act;
use leptos::prelude::*;
use shared_types::audit::AuditEvent;

/// The newest rows.
#[component]
pub fn Activity(events: Vec<AuditEvent>, scope: Scope) -> impl IntoView {
    let all = link(&scope, "audit").filter(|_| scope.can_read(shared_types::systems::Role::Assessor));
    let empty = events.is_empty();
    // What happened several times on end, and has no name to tell one from the other, is one line: the last of them with their number.
    let alike = |a: &AuditEvent, b: &AuditEvent| {
        a.action == b.action && a.actor == b.actor && a.object_label.is_none() && b.object_label.is_none()
    };
    let rows = events.chunk_by(alike).filter_map(|some| Some((some.first()?.clone(), some.len())));
    let rows = rows.map(|(event, times)| view! { <Row event times /> }).collect_view();
    view! {
        <Card title="Recent activity" aside=move || all.map(|href| view! { <a class="small" href=href>"Audit log"</a> })>
            {if empty {
                view! { <p class="small muted">"Nothing has happened yet."</p> }.into_any()
            } else {
                view! { <ul class="list small activity">{rows}</ul> }.into_any()
            }}
        </Card>
    }
}

#[component]
fn Row(event: AuditEvent, times: usize) -> impl IntoView {
    let me = use_session().me().map(|me| me.id);
    let (face, who) = match event.actor {
        Some(actor) => {
            let who = if Some(actor.id) == me { "You".to_owned() } else { actor.name.clone() };
            (view! { <Avatar name=actor.name small=true /> }.into_any(), who)
        }
        None => (
            view! { <span class="avatar s" aria-hidden="true"><IconView icon=Icon::Gear /></span> }.into_any(),
            "CMMC Tracker".to_owned(),
        ),
    };
    let object = event.object_label.unwrap_or_default();
    view! {
        <li>
            {face}
            <div class="t">
                <span class="wraps"><b>{who}</b>" "{act(&event.action)}{(!object.is_empty()).then(|| view! { " "<i>{object}</i> })}{(times > 1).then(|| format!(", {times} times"))}</span>
                <span class="muted"><Moment at=event.at ago=true /></span>
            </div>
        </li>
    }
}
