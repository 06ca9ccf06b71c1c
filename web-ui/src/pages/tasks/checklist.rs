//! The checklist of a task: tick, add, rename by replacing, move and remove. Each change sends the whole list at the version that is
//! shown, so that nobody else's tick is undone.

use crate::api::{Api, Remote, use_api};
use crate::components::button::{Button, IconButton};
use crate::components::card::Card;
use crate::components::icon::{Icon, IconView};
use crate::components::toast::{Toasts, use_toasts};
use crate::dom;
use crate::scope::use_scope;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared_types::tasks::{ChecklistItem, MAX_CHECKLIST, SetChecklist, SetChecklistItem, Task, TaskState};
use shared_types::text::Title;

/// The list with one item moved by a place; unchanged at its ends.
fn moved(mut items: Vec<ChecklistItem>, index: usize, up: bool) -> Vec<ChecklistItem> {
    let other = if up { index.checked_sub(1) } else { index.checked_add(1) };
    if let Some(other) = other.filter(|other| *other < items.len() && index < items.len()) {
        items.swap(index, other);
    }
    items
}

fn body(items: &[ChecklistItem], new: Option<Title>) -> SetChecklist {
    let kept = items.iter().filter_map(|item| {
        let text = Title::parse(&item.text).ok()?;
        Some(SetChecklistItem { id: Some(item.id), text, done: item.done })
    });
    SetChecklist { items: kept.chain(new.map(|text| SetChecklistItem { id: None, text, done: false })).collect() }
}

/// Sends the list, one at a time.
#[derive(Clone, Copy)]
struct Change {
    remote: Remote<Task>,
    api: Api,
    toasts: Toasts,
    busy: RwSignal<bool>,
    said: RwSignal<String>,
    /// The new item that is being typed.
    typed: RwSignal<String>,
    base: StoredValue<String>,
}

impl Change {
    /// Sends; says the words, and gives the focus to what has moved.
    fn send(self, wanted: SetChecklist, words: String, focus: Option<String>) {
        let Self { remote, api, toasts, busy, said, typed, base } = self;
        let Some(task) = remote.peek().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        let path = format!("{}/{}/checklist", base.get_value(), task.id);
        // What is typed stays until it is saved, and what is typed on meanwhile stays then.
        let adds = wanted.items.iter().find(|item| item.id.is_none()).map(|_new| typed.get_untracked());
        spawn_local(async move {
            let result = api.put::<_, Task>(&path, Some(task.version), &wanted).await;
            busy.try_set(false);
            match result {
                Ok(task) => {
                    remote.set(task);
                    if adds.is_some_and(|sent| typed.try_get_untracked() == Some(sent)) {
                        typed.set(String::new());
                    }
                    said.try_set(words);
                    if let Some(id) = focus {
                        dom::later(0, move || dom::focus(&id));
                    }
                }
                Err(error) => {
                    toasts.warn(error.message());
                    remote.reload();
                }
            }
        });
    }
}

/// The card; nothing where there is no item and nobody may add one.
#[component]
pub fn ChecklistCard(remote: Remote<Task>, contributor: bool) -> impl IntoView {
    let (api, scope, toasts) = (use_api(), use_scope(), use_toasts());
    let items = Memo::new(move |_| remote.map(|task| task.checklist.clone()).unwrap_or_default());
    let changeable = Memo::new(move |_| contributor && remote.map(|task| task.state != TaskState::Completed).unwrap_or_default());
    let note = Signal::derive(move || {
        let (done, all) = items.with(|items| (items.iter().filter(|item| item.done).count(), items.len()));
        (all > 0).then(|| format!("{done} of {all} done"))
    });
    let (typed, said, busy) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(false));
    let base = StoredValue::new(scope.api("/tasks"));
    let change = Change { remote, api, toasts, busy, said, typed, base };
    let send = move |wanted, words, focus| change.send(wanted, words, focus);
    let tick = move |index: usize, done: bool| {
        let mut now = items.get_untracked();
        let Some(item) = now.get_mut(index) else { return };
        item.done = done;
        let words = format!("{} is {}.", item.text, if done { "done" } else { "not done" });
        send(body(&now, None), words, None);
    };
    let shift = move |index: usize, up: bool| {
        let now = items.get_untracked();
        let Some(item) = now.get(index).cloned() else { return };
        let place = if up { index } else { index + 2 };
        let words = format!("{} is number {place} now.", item.text);
        let focus = format!("{}-{}", if up { "up" } else { "down" }, item.id);
        send(body(&moved(now, index, up), None), words, Some(focus));
    };
    let cut = move |index: usize| {
        let mut now = items.get_untracked();
        if index < now.len() {
            let item = now.remove(index);
            send(body(&now, None), format!("{} was removed.", item.text), Some("checklist-new".to_owned()));
        }
    };
    let add = move || match Title::parse(&typed.get_untracked()) {
        Ok(text) => {
            let words = format!("{text} was added.");
            send(body(&items.get_untracked(), Some(text)), words, Some("checklist-new".to_owned()));
        }
        Err(_) if typed.with_untracked(|text| text.trim().is_empty()) => {}
        Err(error) => toasts.warn(crate::api::sentence(&error.detail)),
    };
    let rows = move || {
        let all = items.get();
        let last = all.len().saturating_sub(1);
        let row = |(index, item): (usize, ChecklistItem)| {
            let (id, done) = (format!("check-{}", item.id), item.done);
            let (up, down) = (format!("up-{}", item.id), format!("down-{}", item.id));
            let text = item.text.clone();
            let tools = move || {
                changeable.get().then(|| view! {
                    <span class="check-tools">
                        <button type="button" class="icon-btn" id=up.clone() disabled=index == 0 aria-label=format!("Move {text} up") title="Move up" on:click=move |_| shift(index, true)><IconView icon=Icon::ArrowUp /></button>
                        <button type="button" class="icon-btn" id=down.clone() disabled=index == last aria-label=format!("Move {text} down") title="Move down" on:click=move |_| shift(index, false)><IconView icon=Icon::ArrowDown /></button>
                        <IconButton icon=Icon::Cross label=format!("Remove {text}") on_press=move || cut(index) />
                    </span>
                })
            };
            view! {
                <li class="check-row" class:done=done>
                    <input type="checkbox" id=id.clone() prop:checked=done disabled=move || !changeable.get() || busy.get()
                        on:change=move |event| tick(index, event_target_checked(&event)) />
                    <label for=id>{item.text}</label>
                    {tools}
                </li>
            }
        };
        all.into_iter().enumerate().map(row).collect_view()
    };
    let some = Memo::new(move |_| items.with(|items| !items.is_empty()));
    let room = Memo::new(move |_| changeable.get() && items.with(|items| items.len() < MAX_CHECKLIST));
    view! {
        <Show when=move || some.get() || changeable.get()>
            <Card title="Checklist" note>
                <div class="stack tight">
                    <Show when=move || some.get()><ul class="checklist">{rows}</ul></Show>
                    <Show when=move || room.get()>
                        <form class="row" on:submit=move |event| { event.prevent_default(); add(); }>
                            <input class="input sp" id="checklist-new" type="text" autocomplete="off" maxlength="200" aria-label="New item" placeholder="Something to tick off"
                                prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
                            <Button icon=Icon::Plus submit=true busy>"Add"</Button>
                        </form>
                    </Show>
                    <p class="sr-only" role="status">{said}</p>
                </div>
            </Card>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn items() -> Vec<ChecklistItem> {
        let item = |n: u128| ChecklistItem { id: Uuid::from_u128(n).into(), text: n.to_string(), done: n == 2 };
        vec![item(1), item(2), item(3)]
    }

    fn texts(items: &[ChecklistItem]) -> Vec<&str> {
        items.iter().map(|item| item.text.as_str()).collect()
    }

    #[test]
    fn items_move_within_the_list() {
        assert_eq!(texts(&moved(items(), 2, true)), ["1", "3", "2"]);
        assert_eq!(texts(&moved(items(), 0, false)), ["2", "1", "3"]);
        for (index, up) in [(0, true), (2, false), (7, true), (7, false)] {
            assert_eq!(moved(items(), index, up), items());
        }
    }

    #[test]
    fn the_whole_list_is_sent_with_what_is_new() {
        let sent = body(&items(), Title::parse("4").ok());
        assert_eq!(sent.items.iter().map(|item| item.done).collect::<Vec<_>>(), [false, true, false, false]);
        assert!(sent.items.last().is_some_and(|item| item.id.is_none() && item.text.as_str() == "4"));
    }
}
