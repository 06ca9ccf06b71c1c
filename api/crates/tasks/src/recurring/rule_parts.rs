//! The parts of a rule, and which of them RFC 5545, 3.3.10 lets stand together. Pure.
//!
//! What works the days out passes over some of what the RFC forbids, and would then give other days than the rule says: so it is refused
//! here, by the name of the part.

use super::rule::fault;
use chrono::NaiveDate;
use platform::AppError;
use shared_types::FieldCode;

/// Parts that are lists of numbers: the name, the largest number, and whether a number may count from the end.
const NUMBERS: [(&str, i32, bool); 5] =
    [("BYMONTH", 12, false), ("BYMONTHDAY", 31, true), ("BYYEARDAY", 366, true), ("BYWEEKNO", 53, true), ("BYSETPOS", 366, true)];
/// The other parts.
const OTHERS: [&str; 9] = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND"];
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn bad(detail: impl Into<String>) -> AppError {
    fault(FieldCode::BadFormat, detail)
}

/// The parts of a rule, each known and there once.
fn split(text: &str) -> Result<Vec<(&str, &str)>, AppError> {
    let mut parts: Vec<(&str, &str)> = Vec::new();
    for part in text.split(';') {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| bad("a rule such as FREQ=MONTHLY;BYMONTHDAY=1: parts with a value, one semicolon between"))?;
        if !OTHERS.contains(&name) && !NUMBERS.iter().any(|(known, _, _)| *known == name) {
            return Err(bad(format!("{name} is no part of a rule such as FREQ=MONTHLY;BYMONTHDAY=1")));
        }
        if parts.iter().any(|(seen, _)| *seen == name) {
            return Err(bad(format!("{name} once")));
        }
        parts.push((name, value));
    }
    Ok(parts)
}

fn check_numbers(name: &str, value: &str, most: i32, from_the_end: bool) -> Result<(), AppError> {
    let fits = |number: i32| (1..=most).contains(&number) || (from_the_end && (-most..=-1).contains(&number));
    if value.split(',').all(|number| number.parse().is_ok_and(fits)) {
        return Ok(());
    }
    let end = if from_the_end { format!(", or -{most} to -1 counted from the end") } else { String::new() };
    Err(fault(FieldCode::OutOfRange, format!("{name} is 1 to {most}{end}, several with commas between")))
}

/// The days of the week; whether one of them has a number before it.
fn check_days(value: &str) -> Result<bool, AppError> {
    let mut numbered = false;
    for day in value.split(',') {
        let before = DAYS.iter().find_map(|name| day.strip_suffix(name));
        let fits = |number: i32| (1..=53).contains(&number.abs());
        match before {
            Some("") => {}
            Some(number) if number.parse().is_ok_and(fits) => numbered = true,
            _ => {
                return Err(bad(
                    "BYDAY is MO, TU, WE, TH, FR, SA or SU, with commas between; 1MO is the first Monday, -1FR the last Friday",
                ));
            }
        }
    }
    Ok(numbered)
}

fn check_until(value: &str, starts: NaiveDate) -> Result<(), AppError> {
    let day = value.get(..8).and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok());
    match day {
        None => Err(bad("UNTIL is a day such as 20271231")),
        Some(day) if day < starts => Err(fault(FieldCode::OutOfRange, "UNTIL is before the first day")),
        Some(_) => Ok(()),
    }
}

/// Whether the parts can be read and go together.
pub(super) fn check(text: &str, starts: NaiveDate) -> Result<(), AppError> {
    let parts = split(text)?;
    let part = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let often = part("FREQ").ok_or_else(|| bad("FREQ says how often: FREQ=MONTHLY"))?;
    if !matches!(often, "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY") {
        return Err(fault(FieldCode::OutOfRange, "FREQ is at most once a day: DAILY, WEEKLY, MONTHLY or YEARLY"));
    }
    for name in ["INTERVAL", "COUNT"] {
        if part(name).is_some_and(|value| value.parse::<u32>().is_err()) {
            return Err(bad(format!("{name} is a whole number")));
        }
    }
    for (name, most, from_the_end) in NUMBERS {
        if let Some(value) = part(name) {
            check_numbers(name, value, most, from_the_end)?;
        }
    }
    if part("WKST").is_some_and(|day| !DAYS.contains(&day)) {
        return Err(bad("WKST is MO, TU, WE, TH, FR, SA or SU"));
    }
    if let Some(value) = part("UNTIL") {
        check_until(value, starts)?;
        if part("COUNT").is_some() {
            return Err(bad("COUNT or UNTIL, not both"));
        }
    }
    if let Some(value) = part("BYDAY")
        && check_days(value)?
        && (!matches!(often, "MONTHLY" | "YEARLY") || part("BYWEEKNO").is_some())
    {
        return Err(bad(
            "BYDAY with a number, such as 2MO, goes with FREQ=MONTHLY or FREQ=YEARLY alone, and not beside BYWEEKNO",
        ));
    }
    if part("BYMONTHDAY").is_some() && often == "WEEKLY" {
        return Err(bad("BYMONTHDAY does not go with FREQ=WEEKLY"));
    }
    for name in ["BYYEARDAY", "BYWEEKNO"] {
        if part(name).is_some() && often != "YEARLY" {
            return Err(bad(format!("{name} goes with FREQ=YEARLY alone")));
        }
    }
    // It chooses among what another part gives.
    let several = ["BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"];
    if part("BYSETPOS").is_some() && !several.iter().any(|name| part(name).is_some()) {
        return Err(bad("BYSETPOS beside BYDAY, BYMONTH or another part that gives several days"));
    }
    Ok(())
}
