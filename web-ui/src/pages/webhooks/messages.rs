//! The messages to one webhook: how each ended, and sending them once more.

use crate::api::{use_api, use_remote};
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::card::Card;
use crate::components::dialog::Dialog;
use crate::components::field::Choice;
use crate::components::filter::FilterChip;
use crate::components::icon::Icon;
use crate::components::pagination::Pagination;
use crate::components::state::{Empty, RemoteView, Shape};
use crate::components::table::{TableView, Td, Th};
use crate::components::time::Moment;
use crate::components::toast::use_toasts;
use crate::dom;
use crate::format;
use crate::router::use_router;
use crate::scope::use_scope;
use chrono::TimeDelta;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::webhooks::{DeliveryState, ReplaySince, Replayed, WebhookDelivery};
use shared_types::{Page, WebhookId};

/// Between two looks at messages that are under way, in milliseconds.
const LOOK: u32 = 2_000;
/// Messages whose next attempt is further off than this are not looked at again by themselves: the service looks for what is due every two
/// minutes, and the attempts are hours apart in the end.
const SOON: TimeDelta = TimeDelta::minutes(4);

/// Whether something is about to become of a message.
fn under_way(delivery: &WebhookDelivery) -> bool {
    let soon = || delivery.next_attempt_at.is_none_or(|at| at < dom::now() + SOON);
    // Before its first attempt a message is on its way, and the time is when it is handed over once more if it gets lost.
    delivery.state == DeliveryState::Waiting && (delivery.attempts == 0 || soon())
}

fn words(state: DeliveryState) -> (&'static str, Tone, Icon) {
    match state {
        DeliveryState::Waiting => ("Waiting", Tone::Info, Icon::Clock),
        DeliveryState::Delivered => ("Delivered", Tone::Good, Icon::Check),
        DeliveryState::Failed => ("Failed", Tone::Bad, Icon::Alert),
    }
}

/// The section.
#[component]
pub fn MessagesCard(
    /// The webhook.
    id: WebhookId,
    /// What it is called.
    name: String,
    /// Whether it is on: then messages are sent again.
    active: bool,
    /// Called when something became of its messages.
    #[prop(into)]
    news: Callback<()>,
) -> impl IntoView {
    let (scope, router) = (use_scope(), use_router());
    let path = scope.api(&format!("/webhooks/{id}"));
    let list = format!("{path}/deliveries");
    let remote = use_remote::<Page<WebhookDelivery>>(move || {
        Some(format!("{list}{}", router.query().only(&["state", "cursor"]).suffix()))
    });
    remote.read_while(LOOK, |page| page.items.iter().any(under_way));
    // What became of its messages is what the webhook's own state is made of.
    let ends =
        Memo::new(move |_| remote.map(|page| page.items.iter().map(|one| (one.id, one.state, one.attempts)).collect::<Vec<_>>()));
    // The first look counts, too: it may be newer than what is said of the webhook.
    Effect::new(move || {
        if ends.with(Option::is_some) {
            news.run(());
        }
    });
    let states: Vec<Choice> = DeliveryState::ALL.iter().map(|state| Choice::new(state.as_str(), words(*state).0)).collect();
    let (again, called) = (path.clone(), name.clone());
    let path = StoredValue::new(path);
    view! {
        <Card title=format!("Messages to {name}") note="Kept for a month" flush=true
            aside=move || view! { <Show when=move || active><span class="row wrap end"><SendTest path=again.clone() /><ReplayDay path=again.clone() name=called.clone() /></span></Show> }>
            <div class="filters" role="group" aria-label="Filters"><FilterChip name="state" label="State" choices=states /></div>
            <RemoteView remote shape=Shape::Rows(4) let:page>
                {if page.items.is_empty() {
                    view! { <Empty icon=Icon::Link title="No message">"What this webhook is told will stand here, with the answer."</Empty> }.into_any()
                } else {
                    let rows = page.items.iter().cloned().map(|delivery| view! { <MessageRow delivery path active /> }).collect_view();
                    view! {
                        <TableView label="Messages" head=|| view! {
                            <Th>"Message"</Th><Th>"State"</Th><Th>"Answer"</Th><Th num=true>"Attempts"</Th><Th>"When"</Th><Th><span class="sr-only">"Actions"</span></Th>
                        }>{rows}</TableView>
                        <Pagination page=page.page.clone() shown=page.items.len() noun=("message", "messages") />
                    }.into_any()
                }}
            </RemoteView>
        </Card>
    }
}

#[component]
fn MessageRow(delivery: WebhookDelivery, path: StoredValue<String>, active: bool) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let WebhookDelivery {
        id,
        message_id,
        kind,
        text,
        replayed,
        state,
        attempts,
        next_attempt_at,
        status,
        duration_ms,
        error,
        excerpt,
        created_at,
        ..
    } = delivery;
    let (word, tone, icon) = words(state);
    let label = format!("Send again: {text}");
    // Before its first attempt a message waits for its turn, at no time that could be told.
    let again = next_attempt_at.filter(|_| state == DeliveryState::Waiting && attempts > 0);
    let replay = move |_| {
        let path = format!("{}/deliveries/{id}/replay", path.get_value());
        spawn_local(async move {
            match api.post_empty::<()>(&path).await {
                Ok(()) => toasts.say("It is sent once more."),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    let answer = match (status, error) {
        (Some(status), _) => format!("{status}{}", duration_ms.map(|millis| format!(" in {millis} ms")).unwrap_or_default()),
        (None, Some(error)) => error,
        (None, None) => "none yet".to_owned(),
    };
    view! {
        <tr>
            <Td main=true><div>{text}<br /><span class="id small muted" title=message_id>{kind}</span>{replayed.then(|| view! { <span class="small muted">" · sent again"</span> })}</div></Td>
            <Td label="State"><div><Badge tone icon>{word}</Badge>{again.map(|at| view! { <br /><span class="small muted">"again "<Moment at /></span> })}</div></Td>
            <Td label="Answer"><div>{answer}{excerpt.filter(|text| !text.is_empty()).map(|text| view! { <br /><span class="small muted clip" title=text.clone()>{text.clone()}</span> })}</div></Td>
            <Td label="Attempts" num=true>{attempts}</Td>
            <Td label="When"><Moment at=created_at /></Td>
            <Td num=true>{(active && state != DeliveryState::Waiting).then(|| view! {
                <button type="button" class=ButtonKind::Quiet.class() aria-label=label on:click=replay>"Send again"</button>
            })}</Td>
        </tr>
    }
}

/// Sends a message that changes nothing, to see whether it arrives.
#[component]
fn SendTest(path: String) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let busy = RwSignal::new(false);
    let path = StoredValue::new(path);
    let press = move || {
        busy.set(true);
        spawn_local(async move {
            let result = api.post_empty::<()>(&format!("{}/test", path.get_value())).await;
            busy.try_set(false);
            match result {
                Ok(()) => toasts.say("A test is on its way. Below stands what came back."),
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! { <Button icon=Icon::Bell busy on_press=press>"Send a test"</Button> }
}

/// Sends once more what happened within a day: after the receiver was away. Asks first: what arrived arrives again.
#[component]
fn ReplayDay(path: String, name: String) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    let (path, name) = (StoredValue::new(path), StoredValue::new(name));
    let press = move || {
        busy.set(true);
        spawn_local(async move {
            let (url, body) = (format!("{}/replay", path.get_value()), ReplaySince { since: dom::now() - TimeDelta::hours(24) });
            let result = api.post::<_, Replayed>(&url, &body).await;
            busy.try_set(false);
            open.try_set(false);
            match result {
                Ok(replayed) => {
                    toasts.say(format!("{} sent once more.", format::count(replayed.count, "message is", "messages are")));
                }
                Err(error) => toasts.warn(error.message()),
            }
        });
    };
    view! {
        <Button icon=Icon::Refresh on_press=move || open.set(true)>"Send the last day again"</Button>
        <Dialog open title="Send the last day again?">
            <p>"Everything that " <b>{name.get_value()}</b> " is told of and that happened within the last 24 hours, since it was made, is sent once more, oldest first, at most 1,000 messages."</p>
            <p>"What has arrived already arrives a second time, under the same id (webhook-id). What still waits is sent at once, and only once."</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary busy on_press=press>"Send again"</Button>
            </div>
        </Dialog>
    }
}
