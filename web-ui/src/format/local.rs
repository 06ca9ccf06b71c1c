//! Times in the reader's zone, by the browser's own calendar.

use chrono::{DateTime, Utc};
use js_sys::{Date, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

#[expect(clippy::cast_precision_loss, reason = "milliseconds stay below 2^53 for 285,000 years")]
fn browser_date(at: DateTime<Utc>) -> Date {
    Date::new(&JsValue::from_f64(at.timestamp_millis() as f64))
}

fn options(pairs: &[(&str, &str)], zone: Option<&str>) -> Object {
    let options = Object::new();
    for (name, value) in pairs.iter().copied().chain(zone.map(|zone| ("timeZone", zone))) {
        // Setting a property of a fresh object can't fail.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    options
}

/// Date and time: `21 Nov 2026, 16:40`, in `zone` or the browser's own.
pub fn local_time(at: DateTime<Utc>, zone: Option<&str>) -> String {
    let pairs = [("day", "numeric"), ("month", "short"), ("year", "numeric"), ("hour", "2-digit"), ("minute", "2-digit")];
    text(browser_date(at).to_locale_string("en-GB", &options(&pairs, zone)).into())
}

/// The date alone.
pub fn local_date(at: DateTime<Utc>, zone: Option<&str>) -> String {
    let pairs = [("day", "numeric"), ("month", "short"), ("year", "numeric")];
    text(browser_date(at).to_locale_date_string("en-GB", &options(&pairs, zone)).into())
}

/// To the second, with the zone's name.
pub fn exact(at: DateTime<Utc>, zone: Option<&str>) -> String {
    let pairs = [("dateStyle", "full"), ("timeStyle", "long")];
    text(browser_date(at).to_locale_string("en-GB", &options(&pairs, zone)).into())
}

fn text(value: JsValue) -> String {
    // British English writes "Sept" where every other month has three letters.
    value.as_string().unwrap_or_default().replace("Sept ", "Sep ")
}

/// The browser's own zone, such as `America/New_York`.
pub fn zone_name() -> Option<String> {
    let resolved = Intl::DateTimeFormat::new(&js_sys::Array::new(), &Object::new()).resolved_options();
    Reflect::get(&resolved, &"timeZone".into()).ok()?.as_string()
}

/// The zones that the browser knows.
pub fn zones() -> Vec<String> {
    let list = Reflect::get(&js_sys::global(), &"Intl".into())
        .and_then(|intl| Reflect::get(&intl, &"supportedValuesOf".into()).map(|of| (intl, of)))
        .ok()
        .and_then(|(intl, of)| of.dyn_into::<js_sys::Function>().ok()?.call1(&intl, &"timeZone".into()).ok());
    list.map(|list| js_sys::Array::from(&list).iter().filter_map(|zone| zone.as_string()).collect()).unwrap_or_default()
}
