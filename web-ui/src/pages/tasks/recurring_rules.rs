//! Recurrence rules for people who know no RFC 5545: presets, and a rule in words. Pure.

use crate::components::field::parse_date;
use crate::dom;
use crate::format;
use chrono::{Datelike, NaiveDate};

/// How often, by its plain rule; the last stands for any other.
pub const PRESETS: [(&str, &str); 7] = [
    ("FREQ=WEEKLY", "Every week"),
    ("FREQ=MONTHLY", "Every month"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "On the last day of every month"),
    ("FREQ=MONTHLY;INTERVAL=3", "Every quarter"),
    ("FREQ=MONTHLY;INTERVAL=6", "Every half year"),
    ("FREQ=YEARLY", "Every year"),
    ("", "By another rule"),
];

/// The first day that a date field says; today if none.
pub fn first_day(text: &str) -> NaiveDate {
    parse_date(text).unwrap_or_else(|_none| dom::now().date_naive())
}

/// The days of a month from the 28th to one that not every month has.
fn last_days(day: u32) -> String {
    (28..=day).map(|day| day.to_string()).collect::<Vec<_>>().join(",")
}

/// A preset's rule from a first day on. A day that not every month or year has would be passed over where it is missing: the last day before
/// it stands in.
pub fn rule_of(preset: &str, first: NaiveDate) -> String {
    let (month, day) = (first.month(), first.day());
    if preset.starts_with("FREQ=MONTHLY") && !preset.contains("BYMONTHDAY") && day > 28 {
        format!("{preset};BYMONTHDAY={};BYSETPOS=-1", last_days(day))
    } else if preset == "FREQ=YEARLY" && month == 2 && day == 29 {
        format!("{preset};BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1")
    } else {
        preset.to_owned()
    }
}

/// The preset that a rule is, from a first day on; empty for any other rule.
pub fn preset_of(rule: &str, first: NaiveDate) -> &'static str {
    PRESETS.iter().find(|(preset, _)| rule_of(preset, first) == rule).map_or("", |(preset, _)| preset)
}

/// A rule in words where they say all of it: `every 3 months`. Else the rule itself.
pub fn rule_words(rule: &str) -> String {
    words(rule).unwrap_or_else(|| rule.to_owned())
}

fn words(rule: &str) -> Option<String> {
    let (mut often, mut interval, mut month, mut day, mut last) = (None, 1_u16, None, None, false);
    for part in rule.split(';') {
        match part.split_once('=')? {
            ("FREQ", value) => often = Some(value),
            ("INTERVAL", value) => interval = value.parse().ok()?,
            ("BYMONTH", value) => month = Some(value.parse::<u32>().ok()?),
            ("BYMONTHDAY", value) => day = Some(value),
            ("BYSETPOS", "-1") => last = true,
            _ => return None,
        }
    }
    let (one, many) = match often? {
        "DAILY" => ("day", "days"),
        "WEEKLY" => ("week", "weeks"),
        "MONTHLY" => ("month", "months"),
        "YEARLY" => ("year", "years"),
        _ => return None,
    };
    let every = if interval == 1 { format!("every {one}") } else { format!("every {interval} {many}") };
    if let Some(month) = month {
        let day = day?.parse::<u32>().ok().filter(|_| often == Some("YEARLY") && !last)?;
        // A day of every year: 2027 has no 29 February.
        let date = NaiveDate::from_ymd_opt(2027, month, day)?;
        return Some(format!("{every}, on {}", format::date_near(date, date)));
    }
    match (day, often? == "MONTHLY") {
        (None, _) if !last => Some(every),
        (Some("-1"), true) if !last => Some(format!("{every}, on the last day")),
        (Some(days), true) if last => {
            let day = (29..=31).find(|day| last_days(*day) == days)?;
            Some(format!("{every}, on day {day} or the last"))
        }
        (Some(day), true) => {
            day.parse().ok().filter(|day| (1..=28_u32).contains(day)).map(|day| format!("{every}, on day {day}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn rules_in_words() {
        for (rule, expected) in [
            ("FREQ=DAILY", "every day"),
            ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", "every 3 months, on day 1"),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month, on the last day"),
            ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "every month, on day 30 or the last"),
            ("INTERVAL=2;FREQ=YEARLY", "every 2 years"),
            ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=27", "every year, on 27 Dec"),
        ] {
            assert_eq!(rule_words(rule), expected);
        }
        for rule in [
            "FREQ=ODD",
            "FREQ=YEARLY;COUNT=1",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "FREQ=YEARLY;BYMONTHDAY=1",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
            "FREQ=YEARLY;BYMONTH=2",
            "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=1",
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "FREQ=MONTHLY;BYMONTHDAY=1,15",
            "FREQ=MONTHLY;BYMONTHDAY=1,15;BYSETPOS=-1",
            "FREQ=DAILY;UNTIL=20270101",
        ] {
            assert_eq!(rule_words(rule), rule, "words would not say all of it");
        }
    }

    #[test]
    fn presets_pass_over_no_month() {
        for (preset, first, rule) in [
            ("FREQ=MONTHLY", "2026-11-28", "FREQ=MONTHLY"),
            ("FREQ=MONTHLY", "2026-11-29", "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"),
            ("FREQ=MONTHLY;INTERVAL=3", "2026-12-31", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-12-31", "FREQ=MONTHLY;BYMONTHDAY=-1"),
            ("FREQ=YEARLY", "2028-02-29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"),
            ("FREQ=YEARLY", "2028-03-31", "FREQ=YEARLY"),
            ("FREQ=WEEKLY", "2026-12-31", "FREQ=WEEKLY"),
        ] {
            assert_eq!(rule_of(preset, day(first)), rule);
            assert_eq!(preset_of(rule, day(first)), preset);
        }
        assert_eq!(preset_of("FREQ=MONTHLY", day("2026-12-31")), "", "it would pass over November");
        assert_eq!(preset_of("FREQ=MONTHLY;COUNT=2", day("2026-12-01")), "");
    }
}
