//! Recurrence rules of RFC 5545, as days. Pure.
//!
//! A rule is read in days of the system's zone and worked out in UTC at midnight, where every day has 24 hours: no clock change can
//! move, double or lose one. What a rule may cost is bounded: it is short, fires once a day at most, and its days are looked for
//! within twenty years.

use super::rule_parts;
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime};
use platform::AppError;
use rrule::{Frequency, RRule, RRuleSet, Tz, Unvalidated};
use shared_types::FieldCode;
use shared_types::tasks::MAX_MISSED;
use shared_types::text::RecurrenceRule;

/// Most occurrences that a rule may count.
const MAX_COUNT: u32 = 1_000;
/// Most days, weeks, months or years between two.
const MAX_INTERVAL: u16 = 366;
/// How far the first day may be away, and how far ahead a rule is looked at: years.
const YEARS: u32 = 20;
/// Days of a rule that are looked at to find how far apart they are.
const LOOKED_AT: usize = 400;
/// A day a day since the year 2000 and some: more a rule never yields here.
const MOST: usize = 80_000;

/// A rule that was found good, with its first day.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    set: RRuleSet,
    starts: NaiveDate,
    /// It has a last day: `COUNT` or `UNTIL`.
    ends: bool,
}

pub(super) fn fault(code: FieldCode, detail: impl Into<String>) -> AppError {
    AppError::invalid("/rule", code, detail)
}

fn midnight(day: NaiveDate) -> DateTime<Tz> {
    day.and_time(NaiveTime::MIN).and_utc().with_timezone(&Tz::UTC)
}

/// `UNTIL` as a date means the whole of that day.
fn with_utc_until(text: &str) -> String {
    let part = |part: &str| match part.strip_prefix("UNTIL=") {
        Some(day) if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) => format!("UNTIL={day}T235959Z"),
        _ => part.to_owned(),
    };
    text.split(';').map(part).collect::<Vec<_>>().join(";")
}

fn check(rule: &RRule<Unvalidated>) -> Result<(), AppError> {
    if !matches!(rule.get_freq(), Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly) {
        return Err(fault(FieldCode::OutOfRange, "at most once a day: DAILY, WEEKLY, MONTHLY or YEARLY"));
    }
    if !rule.get_by_hour().is_empty() || !rule.get_by_minute().is_empty() || !rule.get_by_second().is_empty() {
        return Err(fault(FieldCode::BadFormat, "days have no hours: leave BYHOUR, BYMINUTE and BYSECOND out"));
    }
    if !(1..=MAX_INTERVAL).contains(&rule.get_interval()) {
        return Err(fault(FieldCode::OutOfRange, format!("an INTERVAL from 1 to {MAX_INTERVAL}")));
    }
    if rule.get_count().is_some_and(|count| !(1..=MAX_COUNT).contains(&count)) {
        return Err(fault(FieldCode::OutOfRange, format!("a COUNT from 1 to {MAX_COUNT}")));
    }
    Ok(())
}

impl Rule {
    /// Reads a rule. Refused are those that can't be read, fire more than once a day, or never.
    pub(crate) fn parse(text: &RecurrenceRule, starts: NaiveDate) -> Result<Self, AppError> {
        rule_parts::check(text.as_str(), starts)?;
        Self::stored(text, starts)
    }

    /// Reads a rule that was found good when it was stored, by what was asked of it then.
    pub(crate) fn stored(text: &RecurrenceRule, starts: NaiveDate) -> Result<Self, AppError> {
        let unreadable = |error: rrule::RRuleError| {
            fault(FieldCode::BadFormat, "a rule such as FREQ=MONTHLY;BYMONTHDAY=1").cause(error.to_string())
        };
        let rule: RRule<Unvalidated> = with_utc_until(text.as_str()).parse().map_err(unreadable)?;
        check(&rule)?;
        let ends = rule.get_count().is_some() || rule.get_until().is_some();
        let set = rule.build(midnight(starts)).map_err(unreadable)?.limit();
        let rule = Self { set, starts, ends };
        if rule.first(1).is_empty() {
            return Err(fault(FieldCode::OutOfRange, format!("this rule has no day within {YEARS} years of its first day")));
        }
        Ok(rule)
    }

    /// The first days.
    pub(crate) fn first(&self, most: usize) -> Vec<NaiveDate> {
        let end = self.starts.checked_add_months(Months::new(YEARS * 12)).unwrap_or(NaiveDate::MAX);
        self.upto(end, most)
    }

    /// The first days that are not after a day.
    fn upto(&self, end: NaiveDate, most: usize) -> Vec<NaiveDate> {
        let mut days = Vec::new();
        for at in (&self.set).into_iter().take(MOST) {
            let day = at.date_naive();
            if day > end || days.len() == most {
                break;
            }
            if days.last() != Some(&day) {
                days.push(day);
            }
        }
        days
    }

    /// The next days from a day on.
    pub(crate) fn next(&self, from: NaiveDate, most: usize) -> Vec<NaiveDate> {
        let end = from.max(self.starts).checked_add_months(Months::new(YEARS * 12)).unwrap_or(NaiveDate::MAX);
        let mut days = Vec::new();
        for at in (&self.set).into_iter().take(MOST) {
            let day = at.date_naive();
            if day > end || days.len() == most {
                break;
            }
            if day >= from && days.last() != Some(&day) {
                days.push(day);
            }
        }
        days
    }

    /// The days that have a task on `today`: those that are at most `lead` days ahead, and of those that have passed since `from` the last
    /// twelve.
    pub(crate) fn wanted(&self, from: NaiveDate, today: NaiveDate, lead: u64) -> Vec<NaiveDate> {
        let horizon = today.checked_add_days(Days::new(lead)).unwrap_or(today);
        let days: Vec<NaiveDate> = self.upto(horizon, MOST).into_iter().filter(|day| *day >= from).collect();
        let passed = days.iter().filter(|day| **day < today).count();
        days.into_iter().skip(passed.saturating_sub(MAX_MISSED)).collect()
    }

    /// Whether so long a lead makes more tasks ahead than anybody wants at once.
    pub(crate) fn check_lead(&self, lead: u16) -> Result<(), AppError> {
        if crowded(&self.first(LOOKED_AT), lead) {
            let words = format!("a shorter time: more than {MAX_MISSED} tasks would be open at once");
            return Err(AppError::invalid("/lead_days", FieldCode::OutOfRange, words));
        }
        Ok(())
    }

    /// The longest lead up to this one that the rule allows.
    pub(crate) fn lead_upto(&self, most: u16) -> u16 {
        let days = self.first(LOOKED_AT);
        (0..=most).rev().find(|lead| !crowded(&days, *lead)).unwrap_or_default()
    }
}

/// Whether more tasks than one wants at once are ahead on some day.
fn crowded(days: &[NaiveDate], lead: u16) -> bool {
    let horizon = |day: NaiveDate| day.checked_add_days(Days::new(u64::from(lead))).unwrap_or(day);
    days.iter().enumerate().any(|(at, day)| days.get(at + MAX_MISSED).is_some_and(|later| *later <= horizon(*day)))
}

/// "Periodically" is at least every 12 months (32 CFR 170.14(d)), and without an end: after its last day a rule would go on being
/// active, and nobody would be reminded. A recurring task that is wanted no more is ended, by a person and in the log.
pub(crate) fn check_periodic(rule: &Rule) -> Result<(), AppError> {
    if rule.ends {
        let words = "the requirement says periodically: leave COUNT and UNTIL out, and end it when it is wanted no more";
        return Err(fault(FieldCode::OutOfRange, words));
    }
    let days = rule.first(LOOKED_AT);
    let late = |pair: &[NaiveDate]| match pair {
        [one, next] => one.checked_add_months(Months::new(12)).is_some_and(|latest| *next > latest),
        _ => false,
    };
    if days.windows(2).any(late) {
        let words = "the requirement says periodically: at least every 12 months (32 CFR 170.14(d))";
        return Err(fault(FieldCode::OutOfRange, words));
    }
    Ok(())
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "rule_hostile.rs"]
mod hostile;
