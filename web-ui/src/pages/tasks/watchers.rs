//! Who is told what happens to a task.

use crate::api::{Remote, use_api, use_remote};
use crate::components::avatar::Avatar;
use crate::components::button::{Button, IconButton};
use crate::components::card::Card;
use crate::components::icon::{Icon, IconView};
use crate::components::state::{RemoteView, Shape};
use crate::components::toast::use_toasts;
use crate::pages::systems::{named, use_members};
use crate::scope::use_scope;
use crate::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::UserId;
use shared_types::identity::Person;
use shared_types::systems::Role;
use shared_types::tasks::Task;

/// The card.
#[component]
pub fn WatchersCard(remote: Remote<Task>, contributor: bool) -> impl IntoView {
    let (api, scope, toasts, session) = (use_api(), use_scope(), use_toasts(), use_session());
    let members = use_members();
    let id = Memo::new(move |_| remote.map(|task| task.id));
    let base = StoredValue::new(scope.api("/tasks"));
    let watchers = use_remote::<Vec<Person>>(move || Some(format!("{}/{}/watchers", base.get_value(), id.get()?)));
    let watching = Memo::new(move |_| remote.map(|task| task.watching).unwrap_or_default());
    let (busy, others) = (RwSignal::new(false), contributor);
    let set = move |user: UserId, wanted: bool| {
        let Some(task) = remote.peek() else { return };
        let path = format!("{}/{}/watchers/{user}", base.get_value(), task.id);
        busy.set(true);
        spawn_local(async move {
            let result = if wanted {
                api.put::<_, Task>(&path, None, &serde_json::json!({})).await.map(|task| remote.set(task))
            } else {
                api.delete(&path, None).await
            };
            busy.try_set(false);
            if let Err(error) = result {
                toasts.warn(error.message());
            }
        });
    };
    let mine = move || {
        if let Some(me) = session.me() {
            set(me.id, !watching.get_untracked());
        }
    };
    let writable = !scope.system.archived;
    let aside = move || {
        writable.then(|| {
            view! {
                <button type="button" class="btn" aria-pressed=move || watching.get().to_string() disabled=move || busy.get() on:click=move |_| mine()>
                    <IconView icon=Icon::Eye />{move || if watching.get() { "Watching" } else { "Watch" }}
                </button>
            }
        })
    };
    let row = move |person: &Person| {
        let (name, user) = (person.name.clone(), person.id);
        let label = format!("{name} watches no longer");
        view! {
            <li>
                <Avatar name=name.clone() small=true /><span class="t">{name}</span>
                {(others && writable).then(|| view! { <IconButton icon=Icon::Cross label on_press=move || set(user, false) /> })}
            </li>
        }
    };
    view! {
        <Card title="Watchers" aside>
            <div class="stack tight">
                <RemoteView remote=watchers shape=Shape::Lines(1) let:people>
                    {if people.is_empty() {
                        view! { <p class="small muted">"Nobody. Watchers are told of comments and steps."</p> }.into_any()
                    } else {
                        view! { <ul class="list">{people.iter().map(row).collect_view()}</ul> }.into_any()
                    }}
                </RemoteView>
                {(others && writable).then(|| {
                    let chosen = RwSignal::new(String::new());
                    let choices = move || {
                        let there = watchers.map(|people| people.iter().map(|person| person.id.to_string()).collect::<Vec<_>>()).unwrap_or_default();
                        let all = members.map(|page| named(&page.items, Role::Viewer)).unwrap_or_default();
                        all.into_iter().filter(|choice| !there.contains(&choice.value)).map(|choice| view! { <option value=choice.value>{choice.label}</option> }).collect_view()
                    };
                    let add = move || {
                        if let Ok(user) = chosen.get_untracked().parse() {
                            chosen.set(String::new());
                            set(user, true);
                        }
                    };
                    view! {
                        <div class="row">
                            <select class="input sp" aria-label="Member to tell" prop:value=move || chosen.get() on:change=move |event| chosen.set(event_target_value(&event))>
                                <option value="">"Add a member"</option>{choices}
                            </select>
                            <Button icon=Icon::Plus disabled=Signal::derive(move || chosen.get().is_empty()) busy on_press=add>"Add"</Button>
                        </div>
                    }
                })}
            </div>
        </Card>
    }
}
