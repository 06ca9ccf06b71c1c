//! Hears at once what the server has to tell, by server-sent events: what came for the reader, or was read in another window. What that
//! alters is read again. Without a line everything works as well, only later: pages check when they are looked at again.
//!
//! Only a window in sight has a line: browsers bound how many there are to one server. The line is no reason to keep a session alive:
//! it renews nothing, and ends with the session.

use crate::api::{Api, from_json};
use leptos::ev;
use leptos::prelude::*;
use shared_types::notifications::NotificationsChanged;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventSource, MessageEvent};

const STREAM: &str = "/api/v1/notifications/stream";
const NOTIFICATIONS: &str = "/api/v1/notifications";
/// The browser has given up the line; it is tried again after so many milliseconds.
const AGAIN: u32 = 30_000;

/// How many notifications came while this page was open, from the context: for whoever says so aloud.
#[derive(Clone, Copy)]
pub struct News(pub RwSignal<u64>);

/// An open line, closed when it is dropped.
struct Line {
    source: EventSource,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _broken: Closure<dyn FnMut(Event)>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Follows the stream while the window is in sight, until the owner ends.
pub fn follow(api: Api) {
    let news = News(RwSignal::new(0));
    provide_context(news);
    let line = StoredValue::new_local(None::<Line>);
    open(api, news, line);
    let handle = window_event_listener(ev::visibilitychange, move |_| {
        if document().hidden() {
            line.set_value(None);
        } else {
            open(api, news, line);
        }
    });
    on_cleanup(move || {
        handle.remove();
        line.try_update_value(|line| *line = None);
    });
}

type Slot = StoredValue<Option<Line>, LocalStorage>;

fn open(api: Api, news: News, line: Slot) {
    let there = line.try_with_value(Option::is_some).unwrap_or(true);
    if there || document().hidden() || !api.session().is_live() {
        return;
    }
    let Ok(source) = EventSource::new(STREAM) else { return };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let change = event.data().as_string().and_then(|text| from_json::<NotificationsChanged>(&text).ok());
        let Some(change) = change else { return };
        api.cache().drop_prefix(NOTIFICATIONS);
        for system in &change.systems {
            api.cache().drop_prefix(&format!("/api/v1/systems/{system}"));
        }
        if change.new > 0 {
            news.0.try_update(|count| *count += change.new);
        }
    });
    let given_up = source.clone();
    let broken = Closure::<dyn FnMut(Event)>::new(move |_event: Event| {
        // A line that broke is opened again by the browser itself; one that was refused is not.
        if given_up.ready_state() == EventSource::CLOSED {
            crate::dom::later(AGAIN, move || {
                line.try_update_value(|line| *line = None);
                open(api, news, line);
            });
        }
    });
    // The only way in which this fails is an environment without events.
    let _ = source.add_event_listener_with_callback("notifications", heard.as_ref().unchecked_ref());
    source.set_onerror(Some(broken.as_ref().unchecked_ref()));
    line.try_update_value(|slot| *slot = Some(Line { source, _heard: heard, _broken: broken }));
}
