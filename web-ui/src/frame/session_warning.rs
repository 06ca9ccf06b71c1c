//! Before a session ends it says so, and what to do; when its time has come it asks to sign in again without waiting for a request
//! to fail.

use crate::components::button::Button;
use crate::components::icon::{Icon, IconView};
use crate::session::{SessionState, use_session};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long before the end it is said, in seconds.
const BEFORE: i64 = 300;
/// How often the clock is looked at. A page in the background looks less often, and at once when it comes back.
const STEP: Duration = Duration::from_secs(10);

/// Seconds since 1970 by this browser's clock.
fn now() -> i64 {
    let seconds = js_sys::Date::now() / 1000.0;
    #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit for 292 billion years")]
    let seconds = seconds as i64;
    seconds
}

/// What is left, in words; none while there is enough.
fn words(left: i64) -> Option<String> {
    match left {
        ..=0 => None,
        1..=60 => Some("Your session ends in less than a minute.".to_owned()),
        left if left <= BEFORE => Some(format!("Your session ends in {} minutes.", (left + 59) / 60)),
        _ => None,
    }
}

/// The warning above the page.
#[component]
pub fn SessionWarning() -> impl IntoView {
    let session = use_session();
    let ends = Memo::new(move |_| {
        session.state().with(|state| match state {
            SessionState::SignedIn { info, expired: false } => Some(info.session_expires_at.timestamp()),
            _ => None,
        })
    });
    let clock = RwSignal::new(now());
    let tick = set_interval_with_handle(move || clock.set(now()), STEP);
    on_cleanup(move || {
        if let Ok(tick) = tick {
            tick.clear();
        }
    });
    let left = Memo::new(move |_| ends.get().map(|ends| ends - clock.get()));
    // The time has come: renew it, or ask. Once for each end, however often the clock is looked at.
    let asked = StoredValue::new(None::<i64>);
    Effect::new(move || {
        let Some(end) = ends.get().filter(|_| left.get().is_some_and(|left| left <= 0)) else { return };
        if asked.get_value() != Some(end) {
            asked.set_value(Some(end));
            spawn_local(async move {
                session.renew().await;
            });
        }
    });
    let busy = RwSignal::new(false);
    let stay = move || {
        busy.set(true);
        spawn_local(async move {
            session.renew().await;
            busy.try_set(false);
            clock.try_set(now());
        });
    };
    move || {
        left.get().and_then(words).map(|words| {
            view! {
                <div class="notice warn session-warning" role="alert">
                    <IconView icon=Icon::Clock />
                    <span class="sp">{words}" What you typed is kept, also if you sign in again."</span>
                    <Button busy on_press=stay>"Stay signed in"</Button>
                </div>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn it_warns_in_the_last_minutes_only() {
        assert_eq!((words(301), words(0), words(-5)), (None, None, None));
        assert_eq!(words(300).as_deref(), Some("Your session ends in 5 minutes."));
        assert_eq!(words(61).as_deref(), Some("Your session ends in 2 minutes."));
        assert_eq!(words(60).as_deref(), Some("Your session ends in less than a minute."));
    }
}
