use super::*;
use std::time::{Duration, Instant};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn parse(text: &str, starts: &str) -> Result<Rule, AppError> {
    Rule::parse(&RecurrenceRule::parse(text).unwrap(), day(starts))
}

fn first(text: &str, starts: &str, most: usize) -> Vec<String> {
    parse(text, starts).unwrap().first(most).iter().map(ToString::to_string).collect()
}

#[test]
fn days_of_rules() {
    for (rule, starts, expected) in [
        ("FREQ=DAILY", "2026-03-28", vec!["2026-03-28", "2026-03-29", "2026-03-30"]),
        ("FREQ=WEEKLY;BYDAY=MO,FR", "2026-11-24", vec!["2026-11-27", "2026-11-30", "2026-12-04"]),
        ("FREQ=MONTHLY;INTERVAL=3", "2026-01-15", vec!["2026-01-15", "2026-04-15", "2026-07-15"]),
        // RFC 5545: a month without that day is passed over; the last day is -1.
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-01", vec!["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-01", vec!["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("FREQ=MONTHLY;BYDAY=1MO", "2026-11-01", vec!["2026-11-02", "2026-12-07", "2027-01-04"]),
        // What the browser writes for a first day that not every month has: no month is passed over.
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2027-01-30", vec!["2027-01-30", "2027-02-28", "2027-03-30"]),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
            "2026-11-30",
            vec!["2026-11-30", "2027-02-28", "2027-05-31"],
        ),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1", "2028-02-29", vec!["2028-02-29", "2029-02-28", "2030-02-28"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-01", vec!["2026-11-27", "2026-12-25", "2027-01-29"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-01-01", vec!["2028-02-29", "2032-02-29", "2036-02-29"]),
        ("FREQ=YEARLY", "2026-11-27", vec!["2026-11-27", "2027-11-27", "2028-11-27"]),
        ("RRULE:FREQ=DAILY;COUNT=2", "2026-11-27", vec!["2026-11-27", "2026-11-28"]),
        ("freq=daily;until=20261128", "2026-11-27", vec!["2026-11-27", "2026-11-28"]),
        ("FREQ=DAILY;UNTIL=20261128T000000Z", "2026-11-27", vec!["2026-11-27", "2026-11-28"]),
    ] {
        assert_eq!(first(rule, starts, 3), expected, "{rule}");
    }
}

#[test]
fn what_is_refused_is_refused_quickly() {
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY;INTERVAL=24",
        "FREQ=DAILY;BYHOUR=9,17",
        "FREQ=DAILY;BYSECOND=0,1,2",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=99999999999999999999",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=65535",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=SOMETIMES",
        "FREQ=",
        "FREQ=DAILY;FREQ=YEARLY",
        "FREQ=DAILY;;",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=DAILY;X=1",
        "FREQ=DAILY;UNTIL=20200101",
        "FREQ=DAILY;UNTIL=20261341",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=DAILY;BYSETPOS=1",
    ] {
        let begun = Instant::now();
        let error = parse(rule, "2026-11-27").map(|found| (rule, found.first(3))).unwrap_err();
        assert_eq!(error.errors().first().map(|fault| fault.pointer.as_str()), Some("/rule"), "{rule}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{rule} took {:?}", begun.elapsed());
    }
    for text in
        ["", "garbage", "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY", "FREQ=DAILY\nRDATE:20260101", &"X".repeat(1_000_000)]
    {
        assert!(RecurrenceRule::parse(text).is_err());
    }
}

#[test]
fn periodic_is_twelve_months_at_most() {
    for (rule, fine) in [
        ("FREQ=YEARLY", true),
        ("FREQ=MONTHLY;INTERVAL=12", true),
        ("FREQ=MONTHLY;INTERVAL=13", false),
        ("FREQ=YEARLY;INTERVAL=2", false),
        ("FREQ=DAILY;INTERVAL=366", false),
        ("FREQ=DAILY;INTERVAL=365", true),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", false),
        ("FREQ=MONTHLY;BYMONTHDAY=31", true),
        ("FREQ=DAILY;BYMONTH=1", true),
        // One that ends leaves the requirement to nobody, however late it ends.
        ("FREQ=YEARLY;COUNT=1", false),
        ("FREQ=MONTHLY;COUNT=1000", false),
        ("FREQ=YEARLY;UNTIL=20280101", false),
        ("FREQ=DAILY;UNTIL=20990101", false),
    ] {
        assert_eq!(check_periodic(&parse(rule, "2026-11-27").unwrap()).is_ok(), fine, "{rule}");
    }
}

#[test]
fn the_last_twelve_that_passed_are_made_up_for() {
    let rule = parse("FREQ=MONTHLY", "2020-01-15").unwrap();
    let wanted = rule.wanted(day("2020-01-15"), day("2026-11-27"), 30);
    assert_eq!(wanted.len(), 13);
    assert_eq!((wanted[0], wanted[11], wanted[12]), (day("2025-12-15"), day("2026-11-15"), day("2026-12-15")));
    // Nothing before the template was active.
    assert_eq!(rule.wanted(day("2026-11-01"), day("2026-11-27"), 0), [day("2026-11-15")]);
    assert_eq!(rule.wanted(day("2026-12-01"), day("2026-11-27"), 10), []);
    // The day itself is not missed.
    assert_eq!(rule.wanted(day("2026-11-15"), day("2026-11-15"), 0), [day("2026-11-15")]);
}

#[test]
fn a_lead_does_not_fill_the_list() {
    assert!(parse("FREQ=DAILY", "2026-11-27").unwrap().check_lead(11).is_ok());
    assert!(parse("FREQ=DAILY", "2026-11-27").unwrap().check_lead(12).is_err());
    assert!(parse("FREQ=DAILY;BYMONTH=1", "2026-11-27").unwrap().check_lead(30).is_err());
    assert!(parse("FREQ=MONTHLY", "2026-11-27").unwrap().check_lead(180).is_ok());
    assert_eq!(parse("FREQ=DAILY", "2026-11-27").unwrap().lead_upto(14), 11);
    assert_eq!(parse("FREQ=WEEKLY", "2026-11-27").unwrap().lead_upto(14), 14);
}
