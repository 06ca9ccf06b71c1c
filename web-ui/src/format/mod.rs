//! Dates, numbers and sizes for people. Pure where possible, so that host tests can read them.

mod local;

pub use local::{exact, local_date, local_time, zone_name, zones};

use chrono::{Datelike, NaiveDate};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The month's short name.
pub fn month(date: NaiveDate) -> &'static str {
    usize::try_from(date.month0()).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default()
}

/// A date: `21 Nov 2026`.
pub fn date(date: NaiveDate) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

/// The same without the year where that is the year in question: `21 Nov`.
pub fn date_near(date: NaiveDate, now: NaiveDate) -> String {
    if date.year() == now.year() { format!("{} {}", date.day(), month(date)) } else { self::date(date) }
}

/// Days left, in words: `today`, `in 3 days`, `2 days ago`.
pub fn days(left: i64) -> String {
    match left {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        2.. => format!("in {left} days"),
        _ => format!("{} days ago", left.unsigned_abs()),
    }
}

/// A number with thin spaces between its thousands and a real minus sign.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{202F}');
        }
        out.push(digit);
    }
    if value < 0 { format!("\u{2212}{out}") } else { out }
}

/// A size: `18.6 MB`. Decimal, as file managers and the upload limits count.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if value < 999.5 {
            let exact = unit == "B" || value >= 100.0;
            return if exact { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") };
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

/// A count with its noun: `1 requirement`, `3 requirements`.
pub fn count(number: impl Into<i64>, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{} {}", self::number(number), if number == 1 { one } else { many })
}

/// A hash, shortened to its ends.
pub fn short_hash(hash: &str) -> String {
    match (hash.get(..4), hash.get(hash.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if hash.len() > 12 => format!("{head}…{tail}"),
        _ => hash.to_owned(),
    }
}

/// The initials of a name, at most two.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Seconds ago, in words that stand beside a date: `12 min ago`.
pub fn ago(seconds: i64) -> String {
    match seconds {
        ..60 => "just now".to_owned(),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        86_400..172_800 => "yesterday".to_owned(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn numbers() {
        assert_eq!(number(-203), "\u{2212}203");
        assert_eq!(number(1_234_567), "1\u{202F}234\u{202F}567");
        assert_eq!((number(0), number(999), number(1000)), ("0".into(), "999".into(), "1\u{202F}000".into()));
        assert_eq!(count(1, "task", "tasks"), "1 task");
    }

    #[test]
    fn sizes() {
        assert_eq!((size(0), size(999), size(1_000)), ("0 B".into(), "999 B".into(), "1.0 kB".into()));
        assert_eq!((size(18_600_000), size(184_400)), ("18.6 MB".into(), "184 kB".into()));
        assert_eq!((size(999_999), size(5_000_000_000_000)), ("1.0 MB".into(), "5.0 TB".into()));
    }

    #[test]
    fn dates_and_days() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(date_near(day("2026-11-02"), day("2026-01-01")), "2 Nov");
        assert_eq!(date_near(day("2027-11-02"), day("2026-01-01")), "2 Nov 2027");
        assert_eq!(date(NaiveDate::from_ymd_opt(2026, 11, 1).unwrap()), "1 Nov 2026");
        assert_eq!(
            [days(0), days(1), days(-1), days(9), days(-9)],
            ["today", "tomorrow", "yesterday", "in 9 days", "9 days ago"]
        );
        assert_eq!(
            [ago(5), ago(125), ago(7_300), ago(90_000), ago(400_000)],
            ["just now", "2 min ago", "2 h ago", "yesterday", "4 days ago"]
        );
    }

    #[test]
    fn names_and_hashes() {
        assert_eq!([initials("Dana Whitfield"), initials("émile"), initials("A B C"), initials("")], ["DW", "É", "AC", ""]);
        assert_eq!(short_hash("9f2c000000000000000000000000e41a"), "9f2c…e41a");
        assert_eq!(short_hash("short"), "short");
    }
}
