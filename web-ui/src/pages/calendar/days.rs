//! Days of the calendar: which a view shows, and where a key leads. Pure.

use chrono::{Datelike, Days, Month, Months, NaiveDate};

/// How the calendar is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Weeks of a month.
    Month,
    /// One week.
    Week,
    /// A list of a month from a day on.
    Agenda,
}

impl View {
    /// As it stands in the address.
    pub fn parse(text: Option<&str>) -> Self {
        match text {
            Some("week") => Self::Week,
            Some("agenda") => Self::Agenda,
            _ => Self::Month,
        }
    }

    /// The first and the last day that it shows around a day.
    pub fn range(self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Self::Month => {
                let first = day.with_day(1).unwrap_or(day);
                let last = plus_months(first, 1).pred_opt().unwrap_or(first);
                (week_start(first), plus(week_start(last), 6))
            }
            Self::Week => (week_start(day), plus(week_start(day), 6)),
            Self::Agenda => (day, plus(plus_months(day, 1), -1)),
        }
    }

    /// The day that the next view (or, with -1, the one before) is around.
    pub fn step(self, day: NaiveDate, way: i32) -> NaiveDate {
        match self {
            Self::Week => plus(day, i64::from(way) * 7),
            Self::Month | Self::Agenda => plus_months(day, way),
        }
    }
}

/// The day of an address; nothing for a text that is none, or one so far away that the server has no calendar for it.
pub fn parse(text: &str) -> Option<NaiveDate> {
    text.parse::<NaiveDate>().ok().filter(|day| (1991..2199).contains(&day.year()))
}

/// The month with its year: `November 2026`.
pub fn month(day: NaiveDate) -> String {
    let name = u8::try_from(day.month()).ok().and_then(|month| Month::try_from(month).ok()).map_or("", |month| month.name());
    format!("{name} {}", day.year())
}

/// The days of a week, as it begins here: on Sunday.
pub const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The name of a day's place in the week.
pub fn weekday(day: NaiveDate) -> &'static str {
    usize::try_from(day.weekday().num_days_from_sunday()).ok().and_then(|place| WEEKDAYS.get(place)).copied().unwrap_or_default()
}

/// So many days later, or earlier.
pub fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    let count = Days::new(days.unsigned_abs());
    let moved = if days < 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) };
    moved.unwrap_or(day)
}

/// So many months later, or earlier; the last day of a shorter month.
pub fn plus_months(day: NaiveDate, months: i32) -> NaiveDate {
    let count = Months::new(months.unsigned_abs());
    let moved = if months < 0 { day.checked_sub_months(count) } else { day.checked_add_months(count) };
    moved.unwrap_or(day)
}

/// The Sunday of a day's week.
pub fn week_start(day: NaiveDate) -> NaiveDate {
    plus(day, -i64::from(day.weekday().num_days_from_sunday()))
}

/// The days from one to another, in weeks.
pub fn weeks(from: NaiveDate, to: NaiveDate) -> Vec<Vec<NaiveDate>> {
    let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
    days.chunks(7).map(<[NaiveDate]>::to_vec).collect()
}

/// Where a key leads from a day, as in the date grid of the ARIA practices; nothing for other keys.
pub fn key(day: NaiveDate, key: &str, shift: bool) -> Option<NaiveDate> {
    Some(match key {
        "ArrowLeft" => plus(day, -1),
        "ArrowRight" => plus(day, 1),
        "ArrowUp" => plus(day, -7),
        "ArrowDown" => plus(day, 7),
        "Home" => week_start(day),
        "End" => plus(week_start(day), 6),
        "PageUp" => plus_months(day, if shift { -12 } else { -1 }),
        "PageDown" => plus_months(day, if shift { 12 } else { 1 }),
        _ => return None,
    })
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
    fn a_month_is_shown_in_whole_weeks() {
        for (around, from, to, rows) in [
            ("2026-11-27", "2026-11-01", "2026-12-05", 5),
            ("2026-02-14", "2026-02-01", "2026-02-28", 4),
            ("2027-05-31", "2027-04-25", "2027-06-05", 6),
        ] {
            let range = View::Month.range(day(around));
            assert_eq!(range, (day(from), day(to)), "{around}");
            assert_eq!(weeks(range.0, range.1).len(), rows);
        }
    }

    #[test]
    fn addresses_name_days_within_reason() {
        assert_eq!(parse("2026-11-27"), Some(day("2026-11-27")));
        for text in ["", "2026-02-30", "27.11.2026", "1990-12-31", "9999-12-31", "+262142-01-01"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!((month(day("2026-11-27")).as_str(), weekday(day("2026-11-27"))), ("November 2026", "Friday"));
    }

    #[test]
    fn keys_move_as_in_a_date_grid() {
        for (from, pressed, to) in [
            ("2026-11-30", "ArrowRight", "2026-12-01"),
            ("2026-11-27", "ArrowUp", "2026-11-20"),
            ("2026-11-27", "Home", "2026-11-22"),
            ("2026-11-27", "End", "2026-11-28"),
            ("2027-01-31", "PageDown", "2027-02-28"),
            ("2027-03-31", "PageUp", "2027-02-28"),
        ] {
            assert_eq!(key(day(from), pressed, false), Some(day(to)), "{from} {pressed}");
        }
        assert_eq!(key(day("2026-11-27"), "PageUp", true), Some(day("2025-11-27")));
        assert_eq!(key(day("2026-11-27"), "a", false), None);
    }
}
