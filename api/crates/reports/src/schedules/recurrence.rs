//! When a scheduled report is made. Pure.
//!
//! An occurrence is a day of the system's zone, not a moment: a clock that is put back, an hour that comes twice, a zone that is changed
//! at noon all leave the day what it was, and a day is made once.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use platform::{AppError, Result};
use shared_types::FieldCode;
use shared_types::report_schedules::{ScheduleRecurrence, Weekday};

/// Days within which every recurrence has one: the longest month, and the one beside it.
const WITHIN: u64 = 62;

/// The days of a schedule and their hour, found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recurrence {
    days: ScheduleRecurrence,
    hour: u32,
}

/// A day of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Occurrence {
    /// The day in the system's zone.
    pub day: NaiveDate,
    /// The moment from which it is due.
    pub at: DateTime<Utc>,
}

impl Recurrence {
    /// Refuses a day that no month has and an hour that no day has.
    pub(crate) fn new(days: ScheduleRecurrence, hour: u8) -> Result<Self> {
        if let ScheduleRecurrence::Month { day } = days
            && !(1..=31).contains(&day)
        {
            return Err(AppError::invalid("/recurrence/day", FieldCode::OutOfRange, "a day of the month, 1 to 31"));
        }
        if hour > 23 {
            return Err(AppError::invalid("/hour", FieldCode::OutOfRange, "an hour, 0 to 23"));
        }
        Ok(Self { days, hour: hour.into() })
    }

    /// As it is stored: the word, the day and the hour.
    pub(crate) fn stored(self) -> (&'static str, i32, i32) {
        let (every, day) = match self.days {
            ScheduleRecurrence::Week { weekday } => {
                let place = Weekday::ALL.iter().position(|one| *one == weekday).unwrap_or_default();
                ("week", i32::try_from(place + 1).unwrap_or(1))
            }
            ScheduleRecurrence::Month { day } => ("month", day.into()),
        };
        (every, day, i32::try_from(self.hour).unwrap_or_default())
    }

    /// What was stored.
    pub(crate) fn of(every: &str, day: i32, hour: i32) -> Result<Self> {
        let number = u8::try_from(day).map_err(AppError::internal)?;
        let days = match every {
            "month" => ScheduleRecurrence::Month { day: number },
            "week" => {
                let weekday = Weekday::ALL.get(usize::from(number).wrapping_sub(1)).copied();
                ScheduleRecurrence::Week { weekday: weekday.ok_or_else(|| AppError::internal("a schedule of no weekday"))? }
            }
            _ => return Err(AppError::internal("a schedule of an unknown recurrence")),
        };
        Self::new(days, u8::try_from(hour).map_err(AppError::internal)?)
    }

    /// The days.
    pub(crate) fn days(self) -> ScheduleRecurrence {
        self.days
    }

    /// The hour.
    pub(crate) fn hour(self) -> u8 {
        u8::try_from(self.hour).unwrap_or_default()
    }

    fn falls_on(self, day: NaiveDate) -> bool {
        match self.days {
            ScheduleRecurrence::Week { weekday } => {
                Weekday::ALL.get(day.weekday().num_days_from_monday() as usize).is_some_and(|one| *one == weekday)
            }
            ScheduleRecurrence::Month { day: wanted } => {
                let last = day.checked_add_days(Days::new(1)).is_none_or(|next| next.month() != day.month());
                day.day() == u32::from(wanted) || (last && day.day() < u32::from(wanted))
            }
        }
    }

    /// The moment of a day: its hour; where the clocks skip it the next that there is, where they show it twice the first.
    fn moment(self, day: NaiveDate, zone: Tz) -> DateTime<Utc> {
        let mut hours = (self.hour..24).filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
        let there = hours.find_map(|time| zone.from_local_datetime(&day.and_time(time)).earliest());
        // A day whose rest the clocks skip ends with the first moment of the next.
        let next = || platform::clock::start_of_day(day.checked_add_days(Days::new(1)).unwrap_or(day), zone.name());
        there.map_or_else(next, |moment| moment.with_timezone(&Utc))
    }

    fn on(self, day: NaiveDate, zone: Tz) -> Option<Occurrence> {
        self.falls_on(day).then(|| Occurrence { day, at: self.moment(day, zone) })
    }

    /// The last one that is not after now.
    pub(crate) fn latest(self, now: DateTime<Utc>, zone: &str) -> Option<Occurrence> {
        let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
        let today = now.with_timezone(&zone).date_naive();
        let days = (0..=WITHIN).filter_map(|back| today.checked_sub_days(Days::new(back)));
        days.filter_map(|day| self.on(day, zone)).find(|one| one.at <= now)
    }

    /// The first one after a moment whose day is after the last that was made.
    pub(crate) fn next(self, after: DateTime<Utc>, made: Option<NaiveDate>, zone: &str) -> Option<Occurrence> {
        let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
        let today = after.with_timezone(&zone).date_naive();
        let from = made.map_or(today, |day| day.max(today));
        let days = (0..=WITHIN).filter_map(|ahead| from.checked_add_days(Days::new(ahead)));
        days.filter_map(|day| self.on(day, zone)).find(|one| one.at > after && made.is_none_or(|day| one.day > day))
    }

    /// The one that is to be made now: the latest, unless it or a later one was made, or it is not after the moment from which the
    /// schedule counts. What was missed before it is not made up for.
    pub(crate) fn due(
        self,
        now: DateTime<Utc>,
        active_from: DateTime<Utc>,
        made: Option<NaiveDate>,
        zone: &str,
    ) -> Option<Occurrence> {
        self.latest(now, zone).filter(|one| one.at > active_from && made.is_none_or(|day| one.day > day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn monthly(day: u8, hour: u8) -> Recurrence {
        Recurrence::new(ScheduleRecurrence::Month { day }, hour).unwrap()
    }

    fn weekly(weekday: Weekday, hour: u8) -> Recurrence {
        Recurrence::new(ScheduleRecurrence::Week { weekday }, hour).unwrap()
    }

    #[test]
    fn the_hour_is_that_of_the_systems_zone() {
        for (zone, now, found) in [
            ("UTC", "2026-11-23T06:00:00Z", ("2026-11-23", "2026-11-23T06:00:00Z")),
            ("UTC", "2026-11-23T05:59:59Z", ("2026-11-16", "2026-11-16T06:00:00Z")),
            ("America/New_York", "2026-11-23T11:00:00Z", ("2026-11-23", "2026-11-23T11:00:00Z")),
            ("America/New_York", "2026-11-23T10:59:00Z", ("2026-11-16", "2026-11-16T11:00:00Z")),
            ("Asia/Kathmandu", "2026-11-23T00:15:00Z", ("2026-11-23", "2026-11-23T00:15:00Z")),
            ("Pacific/Kiritimati", "2026-11-22T16:00:00Z", ("2026-11-23", "2026-11-22T16:00:00Z")),
        ] {
            let one = weekly(Weekday::Monday, 6).latest(at(now), zone).unwrap();
            assert_eq!((one.day, one.at), (day(found.0), at(found.1)), "{zone} {now}");
        }
    }

    #[test]
    fn the_last_day_stands_for_one_that_a_month_has_not() {
        for (wanted, now, found) in [
            (31, "2026-03-15T00:00:00Z", "2026-02-28"),
            (31, "2028-03-15T00:00:00Z", "2028-02-29"),
            (30, "2027-03-01T00:00:00Z", "2027-02-28"),
            (31, "2026-05-15T00:00:00Z", "2026-04-30"),
            (29, "2026-03-01T00:00:00Z", "2026-02-28"),
            (28, "2026-03-01T00:00:00Z", "2026-02-28"),
            (1, "2026-03-01T09:00:00Z", "2026-03-01"),
        ] {
            assert_eq!(monthly(wanted, 9).latest(at(now), "UTC").unwrap().day, day(found), "{wanted} {now}");
        }
        let every = monthly(31, 0);
        let mut made = Vec::new();
        let mut now = at("2026-01-01T00:00:00Z");
        for _ in 0..12 {
            let next = every.next(now, made.last().copied(), "UTC").unwrap();
            made.push(next.day);
            now = next.at;
        }
        assert_eq!((made.len(), made[1], made[3], made[11]), (12, day("2026-02-28"), day("2026-04-30"), day("2026-12-31")));
    }

    #[test]
    fn an_hour_that_is_skipped_or_comes_twice_is_one_moment() {
        let sunday = weekly(Weekday::Sunday, 2);
        // The clocks go from 2 to 3.
        assert_eq!(sunday.latest(at("2026-03-08T12:00:00Z"), "America/New_York").unwrap().at, at("2026-03-08T07:00:00Z"));
        // There are two hours from 1 to 2: the first counts, and the second is not another day.
        let twice = weekly(Weekday::Sunday, 1);
        for now in ["2026-11-01T05:00:00Z", "2026-11-01T06:30:00Z"] {
            let one = twice.latest(at(now), "America/New_York").unwrap();
            assert_eq!((one.day, one.at), (day("2026-11-01"), at("2026-11-01T05:00:00Z")), "{now}");
        }
        // A day that an island skipped: the first moment after it.
        let skipped = weekly(Weekday::Friday, 9).latest(at("2011-12-30T12:00:00Z"), "Pacific/Apia").unwrap();
        assert_eq!((skipped.day, skipped.at), (day("2011-12-30"), at("2011-12-30T10:00:00Z")));
    }

    #[test]
    fn the_latest_alone_is_due_and_once() {
        let monday = weekly(Weekday::Monday, 6);
        let (from, now) = (at("2026-10-01T00:00:00Z"), at("2026-11-24T00:00:00Z"));
        let due = monday.due(now, from, Some(day("2026-10-05")), "UTC").unwrap();
        assert_eq!(due.day, day("2026-11-23"), "seven weeks down make one");
        assert_eq!(monday.due(now, from, Some(due.day), "UTC"), None);
        // The clock is put back, or the zone moved: the day was made.
        assert_eq!(monday.due(at("2026-11-23T06:00:00Z"), from, Some(due.day), "America/New_York"), None);
        assert_eq!(monday.due(at("2026-11-23T12:00:00Z"), from, Some(due.day), "America/New_York"), None);
        assert_eq!(monday.next(at("2026-11-23T06:00:00Z"), Some(due.day), "America/New_York").unwrap().day, day("2026-11-30"));
        // What is not after the moment of its creation or its resumption is not due.
        assert_eq!(monday.due(now, at("2026-11-23T06:00:00Z"), None, "UTC"), None);
        assert!(monday.due(now, at("2026-11-23T05:59:59Z"), None, "UTC").is_some());
    }

    #[test]
    fn what_is_stored_reads_back_and_what_is_impossible_is_refused() {
        for one in [monthly(31, 23), monthly(1, 0), weekly(Weekday::Monday, 6), weekly(Weekday::Sunday, 7)] {
            let (every, day, hour) = one.stored();
            assert_eq!(Recurrence::of(every, day, hour).unwrap(), one);
        }
        for (day, hour) in [(0, 1), (32, 1), (1, 24)] {
            Recurrence::new(ScheduleRecurrence::Month { day }, hour).unwrap_err();
        }
        for (every, day) in [("week", 0), ("week", 8), ("year", 1), ("month", 32), ("month", -1)] {
            Recurrence::of(every, day, 1).unwrap_err();
        }
    }
}
