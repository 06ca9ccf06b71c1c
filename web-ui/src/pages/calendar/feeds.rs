//! The feeds of a person: addresses for Outlook, Google and Apple Calendar, shown once.

use crate::api::{Remote, use_api, use_remote};
use crate::components::button::{Button, ButtonKind};
use crate::components::clipboard::CopyButton;
use crate::components::dialog::{Dialog, open_while};
use crate::components::field::{Choice, SelectField};
use crate::components::form::{Form, FormView};
use crate::components::icon::{Icon, IconView};
use crate::components::state::{RemoteView, Shape};
use crate::components::time::Moment;
use crate::features::use_feature;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::Page;
use shared_types::calendar::{CalendarFeed, CreateCalendarFeed, CreatedCalendarFeed};
use shared_types::operation::Feature;

/// The person's feeds.
const FEEDS: &str = "/api/v1/me/calendar-feeds";

/// What is about to be done to a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Rotate,
    Revoke,
}

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
struct Desk {
    remote: Remote<Page<CalendarFeed>>,
    /// The address that was just made.
    address: RwSignal<Option<String>>,
    /// What was just done, in words. A toast would stand behind the dialog.
    said: RwSignal<String>,
    asked: RwSignal<Option<(CalendarFeed, Act)>>,
}

/// The dialog.
#[component]
pub fn FeedsDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Dialog open title="Subscribe to the calendar" wide=true><Feeds open /></Dialog> }
}

/// What a feed is of.
fn name(feed: &CalendarFeed) -> String {
    match (&feed.system, &feed.system_name) {
        (_, Some(name)) => name.clone(),
        (None, None) => "All my systems".to_owned(),
        (Some(_), None) => "A system that you are no member of any more".to_owned(),
    }
}

#[component]
fn Feeds(open: RwSignal<bool>) -> impl IntoView {
    let desk = Desk {
        remote: use_remote(move || Some(FEEDS.to_owned())),
        address: RwSignal::new(None),
        said: RwSignal::new(String::new()),
        asked: RwSignal::new(None),
    };
    let allowed = use_feature(Feature::CalendarFeeds);
    view! {
        <p class="small">
            "Outlook, Google Calendar or Apple Calendar reads a feed by its address, about every hour, for reading alone. "
            <b>"Whoever knows the address reads titles and days: treat it as a password, and give it to no service that may not hold them."</b>
        </p>
        <Show when=move || allowed.get() fallback=|| view! { <p class="notice">"Calendar feeds are turned off in this installation."</p> }>
            <NewFeed desk />
        </Show>
        <div role="status">
            {move || desk.address.get().map(|url| view! {
                <div class="notice cal-address">
                    <p><b>"The address, shown this once"</b></p>
                    <p class="id any-break cal-url">{url.clone()}</p>
                    <p><CopyButton text=url what="address" labelled=true /></p>
                </div>
            })}
            {move || desk.said.with(|said| (!said.is_empty()).then(|| view! { <p class="small">{said.clone()}</p> }))}
        </div>
        <Show when=move || desk.address.get().is_some()><HowTo /></Show>
        <RemoteView remote=desk.remote shape=Shape::Lines(2) let:page>
            {(!page.items.is_empty()).then(|| view! {
                <h3 class="cal-list-day">"Your feeds"</h3>
                <ul class="cal-rows">{page.items.iter().cloned().map(|feed| view! { <Feed feed desk /> }).collect_view()}</ul>
            })}
        </RemoteView>
        <div class="dialog-foot"><Button on_press=move || open.set(false)>"Done"</Button></div>
        <AskDialog desk />
    }
}

#[component]
fn NewFeed(desk: Desk) -> impl IntoView {
    let (api, scope) = (use_api(), use_scope());
    let form = Form::new("feed");
    let which = RwSignal::new("one".to_owned());
    let id = scope.id();
    let choices = vec![
        Choice::new("one", format!("This system: {}", scope.system.name)),
        Choice::new("all", "All systems that I am a member of"),
    ];
    let submit = move || {
        form.begin();
        let body = CreateCalendarFeed { system: (which.get_untracked() == "one").then_some(id) };
        // Not to be repeated: the answer has a secret, which is kept nowhere.
        form.run(async move { api.post_unrepeated(FEEDS, &body).await }, move |made: CreatedCalendarFeed| {
            desk.said.set(String::new());
            desk.address.set(Some(made.url));
            desk.remote.reload();
        });
    };
    view! {
        <FormView form on_submit=submit careless=true>
            <SelectField form pointer="/system" label="Which entries" value=which choices />
            <div class="form-foot"><Button kind=ButtonKind::Primary submit=true busy=form.busy() icon=Icon::Plus>"Create address"</Button></div>
        </FormView>
    }
}

/// What is done with the address elsewhere.
#[component]
fn HowTo() -> impl IntoView {
    let way = |program: &'static str, steps: &'static str| view! { <dt>{program}</dt><dd>{steps}</dd> };
    view! {
        <dl class="facts small cal-how">
            {way("Outlook", "Add calendar, Subscribe from web, and the address.")}
            {way("Google", "Other calendars, +, From URL. Google itself must reach this installation.")}
            {way("Apple", "File, New Calendar Subscription, and the address.")}
        </dl>
    }
}

#[component]
fn Feed(feed: CalendarFeed, desk: Desk) -> impl IntoView {
    let title = name(&feed);
    let allowed = use_feature(Feature::CalendarFeeds);
    let (rotated, revoked) = (feed.clone(), feed.clone());
    let labels = (format!("New address: {title}"), format!("Revoke: {title}"));
    view! {
        <li class="cal-feed">
            <span><b>{title}</b>
                <span class="small muted cal-feed-facts">
                    "Made "<Moment at=feed.created_at />
                    {match feed.last_read_at {
                        Some(at) => view! { " · last read "<Moment at /> }.into_any(),
                        None => " · never read".into_any(),
                    }}
                </span>
            </span>
            <span class="row tight-row">
                <Show when=move || allowed.get()>
                    <button type="button" class=ButtonKind::Quiet.class() aria-label=labels.0.clone()
                        on:click={let feed = rotated.clone(); move |_| desk.asked.set(Some((feed.clone(), Act::Rotate)))}><IconView icon=Icon::Refresh />"New address"</button>
                </Show>
                <button type="button" class=ButtonKind::Quiet.class() aria-label=labels.1
                    on:click=move |_| desk.asked.set(Some((revoked.clone(), Act::Revoke)))><IconView icon=Icon::Trash />"Revoke"</button>
            </span>
        </li>
    }
}

/// Either ends what other programs read: it is asked first.
#[component]
fn AskDialog(desk: Desk) -> impl IntoView {
    let api = use_api();
    let open = open_while(desk.asked);
    let busy = RwSignal::new(false);
    let act = move || desk.asked.with(|asked| asked.as_ref().map(|(_, act)| *act));
    let title = Signal::derive(move || {
        match act() {
            Some(Act::Rotate) => "A new address for this feed?",
            _ => "Revoke this feed?",
        }
        .to_owned()
    });
    let words = move || match act() {
        Some(Act::Rotate) => "Calendars with the old address get nothing from now on, until they are given the new one.",
        _ => "Calendars with this address get nothing from now on. This can't be undone; create a new address instead.",
    };
    let verb = move || if act() == Some(Act::Rotate) { "New address" } else { "Revoke" };
    let done = Callback::new(move |()| {
        let Some((feed, act)) = desk.asked.get_untracked() else { return };
        let path = format!("{FEEDS}/{}", feed.id);
        busy.set(true);
        spawn_local(async move {
            let made = match act {
                // Not to be repeated, as above.
                Act::Rotate => api
                    .post_unrepeated::<_, CreatedCalendarFeed>(&format!("{path}/rotation"), &CreateCalendarFeed::default())
                    .await
                    .map(|made| Some(made.url)),
                Act::Revoke => api.delete(&path, None).await.map(|()| None),
            };
            busy.try_set(false);
            open.try_set(false);
            let said = match made {
                Ok(url) => {
                    let said = if url.is_some() { "The old address is dead." } else { "The feed is revoked." };
                    // The dialog may be gone by now, and its list with it.
                    if desk.address.try_set(url).is_none() {
                        desk.remote.reload();
                    }
                    said.to_owned()
                }
                Err(error) => error.message(),
            };
            desk.said.try_set(said);
        });
    });
    view! {
        <Dialog open title>
            <p>{words}</p>
            <div class="dialog-foot">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on_press=done>{verb}</Button>
            </div>
        </Dialog>
    }
}
