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
