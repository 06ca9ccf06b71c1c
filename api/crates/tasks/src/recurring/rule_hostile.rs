//! Rules that nobody would write: whatever they say, the answer comes soon, and is a refusal or days that can be used.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Unoptimised, beside other tests: a request would not take a tenth of it.
const LONG: Duration = Duration::from_secs(5);

fn numbers() -> impl Strategy<Value = String> {
    prop::collection::vec(-400_i32..400, 1..5).prop_map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

fn part() -> impl Strategy<Value = String> {
    let number =
        prop_oneof![Just("0".to_owned()), (-3_i64..2_000).prop_map(|n| n.to_string()), Just("99999999999999999999".to_owned())];
    let days = prop::collection::vec("(-?[0-9]{0,3})(MO|TU|WE|TH|FR|SA|SU)", 1..4).prop_map(|days| days.join(","));
    let until = prop_oneof!["[0-9]{8}", "[0-9]{8}T[0-9]{6}Z?"];
    let names = prop::sample::select(vec!["BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYHOUR", "BYSECOND"]);
    prop_oneof![
        (prop::sample::select(vec!["INTERVAL", "COUNT"]), number).prop_map(|(name, value)| format!("{name}={value}")),
        days.prop_map(|days| format!("BYDAY={days}")),
        until.prop_map(|until| format!("UNTIL={until}")),
        (names, numbers()).prop_map(|(name, value)| format!("{name}={value}")),
        prop::sample::select(vec!["MO", "SU", "XX"]).prop_map(|day| format!("WKST={day}")),
    ]
}

fn grammatical() -> impl Strategy<Value = String> {
    let often = prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "SECONDLY", "SOMETIMES"]);
    (often, prop::collection::vec(part(), 0..6))
        .prop_map(|(often, parts)| std::iter::once(format!("FREQ={often}")).chain(parts).collect::<Vec<_>>().join(";"))
}

fn try_out(text: &str, starts: NaiveDate) {
    let begun = Instant::now();
    if let Ok(text) = RecurrenceRule::parse(text)
        && let Ok(rule) = Rule::parse(&text, starts)
    {
        let days = rule.first(50);
        assert!(!days.is_empty() && days.iter().all(|day| *day >= starts), "{text:?}: {days:?}");
        assert!(days.is_sorted_by(|one, next| one < next), "{text:?}: {days:?}");
        let today = starts + Days::new(1_000);
        let next = rule.next(today, 20);
        assert!(next.iter().all(|day| *day >= today) && next.is_sorted_by(|one, next| one < next), "{text:?}: {next:?}");
        let wanted = rule.wanted(starts, today, 30);
        assert!(wanted.iter().filter(|day| **day < today).count() <= MAX_MISSED, "{text:?}");
        let _periodic = check_periodic(&rule);
        let _lead = rule.check_lead(90);
    }
    assert!(begun.elapsed() < LONG, "{text:?} from {starts} took {:?}", begun.elapsed());
}

/// What RFC 5545, 3.3.10 forbids, and what working it out all the same would make of it: other days than the rule says.
#[test]
fn what_the_rfc_forbids_is_refused_by_the_name_of_its_part() {
    for (rule, part) in [
        ("FREQ=WEEKLY;BYDAY=2MO", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=-1FR", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=1MO,TU", "BYDAY"),
        ("FREQ=DAILY;BYDAY=2MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=-MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=99999999999MO", "BYDAY"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0,15", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,", "BYMONTHDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTH=-1", "BYMONTH"),
        ("FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO"),
        ("FREQ=YEARLY;BYWEEKNO=0;BYDAY=MO", "BYWEEKNO"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20300101", "COUNT"),
        ("FREQ=DAILY;UNTIL=20251231", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20261341", "UNTIL"),
        ("FREQ=DAILY;INTERVAL=two", "INTERVAL"),
        ("FREQ=DAILY;WKST=XX", "WKST"),
    ] {
        let text = RecurrenceRule::parse(rule).unwrap();
        let refused = Rule::parse(&text, NaiveDate::from_ymd_opt(2026, 11, 27).unwrap());
        let error = refused.map(|found| (rule, found.first(3))).unwrap_err();
        let fault = error.errors().first().unwrap();
        assert!(fault.pointer == "/rule" && fault.detail.starts_with(part), "{rule}: {fault:?}");
    }
}

/// Rules that were stored before the RFC was asked are still read, so that their list is shown and they can be changed.
#[test]
fn what_is_stored_is_read() {
    let text = RecurrenceRule::parse("FREQ=WEEKLY;BYDAY=2MO").unwrap();
    let starts = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
    assert!(Rule::parse(&text, starts).is_err() && Rule::stored(&text, starts).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_rule_of_the_grammar_is_bounded(text in grammatical(), ahead in 0_u64..7_000) {
        try_out(&text, NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(ahead));
    }

    #[test]
    fn any_text_is_bounded(text in "\\PC{0,300}") {
        try_out(&text, NaiveDate::from_ymd_opt(2028, 2, 29).unwrap());
    }
}
