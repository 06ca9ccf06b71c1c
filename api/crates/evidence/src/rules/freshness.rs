use chrono::NaiveDate;
use shared_types::evidence::Freshness;

/// Evidence is expiring when it has this many days left, or fewer.
pub(crate) const EXPIRING_DAYS: i64 = 30;

/// Stands for "does not age" where a date is needed to sort by.
pub(crate) const NEVER: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(date) => date,
    None => NaiveDate::MAX,
};

/// Days until the last day on which evidence is good; negative once it is over.
pub(crate) fn days_left(expires: Option<NaiveDate>, today: NaiveDate) -> Option<i64> {
    expires.map(|expires| (expires - today).num_days())
}

/// Whether evidence is still good today. On its last day it is.
pub(crate) fn freshness(expires: Option<NaiveDate>, today: NaiveDate) -> Freshness {
    match days_left(expires, today) {
        Some(days) if days < 0 => Freshness::Expired,
        Some(days) if days <= EXPIRING_DAYS => Freshness::Expiring,
        _ => Freshness::Current,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_a_good_one() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-22");
        for (expires, expected, left) in [
            ("2026-11-21", Freshness::Expired, -1),
            ("2026-11-22", Freshness::Expiring, 0),
            ("2026-12-22", Freshness::Expiring, 30),
            ("2026-12-23", Freshness::Current, 31),
        ] {
            assert_eq!(freshness(Some(day(expires)), today), expected, "{expires}");
            assert_eq!(days_left(Some(day(expires)), today), Some(left), "{expires}");
        }
        assert_eq!((freshness(None, today), days_left(None, today)), (Freshness::Current, None));
    }
}
