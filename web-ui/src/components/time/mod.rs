//! Moments: in the reader's zone, with the exact value on hover and the relative words beside.

use crate::format;
use crate::session::use_session;
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// The zone that the reader chose; none means the browser's.
pub fn reader_zone() -> Option<String> {
    use_session().me().and_then(|me| me.time_zone)
}

/// A moment: `21 Nov 2026, 16:40`.
#[component]
pub fn Moment(
    /// When.
    at: DateTime<Utc>,
    /// The date without the time.
    #[prop(optional)]
    date_only: bool,
    /// With how long ago, in words.
    #[prop(optional)]
    ago: bool,
) -> impl IntoView {
    let zone = reader_zone();
    let zone = zone.as_deref();
    let text = if date_only { format::local_date(at, zone) } else { format::local_time(at, zone) };
    let relative = ago.then(|| {
        let seconds = js_sys::Date::now() / 1000.0;
        #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit for 292 billion years")]
        let since = seconds as i64 - at.timestamp();
        view! { <span class="nowrap">{format::ago(since)}" ·"</span>" " }
    });
    // In a narrow column it breaks between the two and nowhere else.
    let text = if date_only { view! { {text} }.into_any() } else { view! { <span class="nowrap">{text}</span> }.into_any() };
    view! { <time class:date=date_only datetime=at.to_rfc3339() title=format::exact(at, zone)>{relative}{text}</time> }
}
