//! Time as an input: the system's clock, or one that a test moves.

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

/// Tells the time, in microseconds and no finer: PostgreSQL would cut the rest off, and what is hashed must read back the same.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Manual(Arc<Manual>),
}

/// The hands of a clock that a test moves.
#[derive(Debug)]
struct Manual {
    /// The time, in microseconds.
    now: AtomicI64,
    /// How far it was moved forward in all, in microseconds.
    elapsed: AtomicU64,
}

/// When the process first asked how long it runs.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `start` until [`Clock::advance`] moves it.
    pub fn manual(start: DateTime<Utc>) -> Self {
        let (now, elapsed) = (AtomicI64::new(start.timestamp_micros()), AtomicU64::new(0));
        Self(Source::Manual(Arc::new(Manual { now, elapsed })))
    }

    /// Moves a manual clock; does nothing to the machine's.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(manual) = &self.0 {
            let micros = by.num_microseconds().unwrap_or(0);
            manual.now.fetch_add(micros, Ordering::SeqCst);
            manual.elapsed.fetch_add(u64::try_from(micros).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Now, truncated to microseconds.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match &self.0 {
            Source::System => Utc::now().timestamp_micros(),
            Source::Manual(manual) => manual.now.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    /// How long the clock has run: for measuring how often something happens. It never goes back, whatever becomes of the time.
    pub fn uptime(&self) -> std::time::Duration {
        match &self.0 {
            Source::System => START.elapsed(),
            Source::Manual(manual) => std::time::Duration::from_micros(manual.elapsed.load(Ordering::SeqCst)),
        }
    }

    /// Today in a time zone: legal dates are dates of the system's own zone. An unknown zone counts as UTC.
    pub fn today(&self, zone: &str) -> NaiveDate {
        day_of(self.now(), zone)
    }
}

/// The first moment of a day in a time zone. Where the clocks skip midnight, the first moment that there is.
pub fn start_of_day(day: NaiveDate, zone: &str) -> DateTime<Utc> {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let there = (0..24).find_map(|hour| zone.from_local_datetime(&(midnight + Duration::hours(hour))).earliest());
    there.map_or_else(|| midnight.and_utc(), |moment| moment.with_timezone(&Utc))
}

/// The day of a moment in a time zone. An unknown zone counts as UTC.
pub fn day_of(moment: DateTime<Utc>, zone: &str) -> NaiveDate {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    moment.with_timezone(&zone).date_naive()
}

/// A moment for a mail, to the minute: in the reader's time zone with that in UTC beside it, `2026-11-22 07:00 EST (2026-11-22 12:00 UTC)`.
/// Where there is no zone, or none of that name, in UTC alone.
pub fn spelled_out(moment: DateTime<Utc>, zone: Option<&str>) -> String {
    let utc = moment.format("%Y-%m-%d %H:%M UTC").to_string();
    let Some(zone) = zone.and_then(|zone| zone.parse::<chrono_tz::Tz>().ok()).filter(|zone| *zone != chrono_tz::UTC) else {
        return utc;
    };
    let local = moment.with_timezone(&zone);
    let letters = local.format("%Z").to_string();
    // Many zones have an offset only where others have letters: their name says more.
    let name = if letters.starts_with(['+', '-']) { zone.name() } else { &letters };
    format!("{} {name} ({utc})", local.format("%Y-%m-%d %H:%M"))
}

/// Whether this is the name of a time zone.
pub fn is_time_zone(zone: &str) -> bool {
    zone.parse::<chrono_tz::Tz>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_spelled_out_in_the_zone_and_in_utc() {
        for (moment, zone, expected) in [
            ("2026-11-22T12:00:30Z", None, "2026-11-22 12:00 UTC"),
            ("2026-11-22T12:00:30Z", Some("UTC"), "2026-11-22 12:00 UTC"),
            ("2026-11-22T12:00:30Z", Some("Mars/Base"), "2026-11-22 12:00 UTC"),
            ("2026-11-22T03:00:00Z", Some("America/New_York"), "2026-11-21 22:00 EST (2026-11-22 03:00 UTC)"),
            ("2026-07-01T12:00:00Z", Some("America/New_York"), "2026-07-01 08:00 EDT (2026-07-01 12:00 UTC)"),
            ("2026-11-22T12:00:00Z", Some("Asia/Kathmandu"), "2026-11-22 17:45 Asia/Kathmandu (2026-11-22 12:00 UTC)"),
        ] {
            assert_eq!(spelled_out(moment.parse().unwrap(), zone), expected, "{moment} {zone:?}");
        }
    }

    #[test]
    fn the_day_belongs_to_the_zone() {
        let clock = Clock::manual("2026-11-22T03:00:00Z".parse().unwrap());
        assert_eq!(clock.today("America/New_York").to_string(), "2026-11-21");
        assert_eq!(clock.today("UTC").to_string(), "2026-11-22");
        assert_eq!(start_of_day("2026-11-22".parse().unwrap(), "America/New_York").to_rfc3339(), "2026-11-22T05:00:00+00:00");
        // Beirut went from 23:59 to 01:00 there.
        assert_eq!(start_of_day("2021-03-28".parse().unwrap(), "Asia/Beirut").to_rfc3339(), "2021-03-27T22:00:00+00:00");
        clock.advance(Duration::hours(3));
        assert_eq!(clock.today("America/New_York").to_string(), "2026-11-22");
        clock.advance(Duration::hours(-9));
        assert_eq!(clock.uptime(), std::time::Duration::from_hours(3), "uptime never goes back");
    }
}
