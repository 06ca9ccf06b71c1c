//! What waits for a second administrator.

use super::person_acts::verb;
use crate::api::{use_api, use_remote};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::access::{AdminRequest, DecideAdminRequest, UserChange};

/// The card; there is none while nothing waits.
#[component]
pub fn RequestsCard() -> impl IntoView {
    let remote = use_remote::<Page<AdminRequest>>(|| Some("/api/v1/admin-requests".to_owned()));
    move || {
        let items = remote.map(|page| page.items.clone()).unwrap_or_default();
        (!items.is_empty()).then(|| {
            view! {
                <Card title="Waiting for a second administrator">
                    <ul class="request-list">{items.into_iter().map(|request| view! { <RequestRow request /> }).collect_view()}</ul>
                </Card>
            }
        })
    }
}

#[component]
fn RequestRow(request: AdminRequest) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let own = use_session().me().is_some_and(|me| me.id == request.requested_by.id);
    let id = request.id;
    let decide = move |approve: bool| {
        spawn_local(async move {
            let path = format!("/api/v1/admin-requests/{id}/decision");
            let result = api.post::<_, UserChange>(&path, &DecideAdminRequest { approve }).await;
            api.altered("/api/v1/users");
            match result {
                Ok(_) if approve => toasts.say("Approved and done."),
                Ok(_) => toasts.say("Dropped."),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! {
        <li class="request">
            <span class="sp"><b>{verb(request.action)}": "{request.subject.name}</b>
                <br /><span class="small muted">"Asked by "{request.requested_by.name}", open until "<Moment at=request.expires_at /></span></span>
            <span class="row">
                <Button on_press=move || decide(false)>{if own { "Take back" } else { "Refuse" }}</Button>
                {(!own).then(|| view! { <Button kind=ButtonKind::Danger on_press=move || decide(true)>"Approve"</Button> })}
            </span>
        </li>
    }
}
