use chrono::NaiveDate;

/// Stands for "does not age" where a date is needed to sort by.
pub(crate) const NEVER: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(date) => date,
    None => NaiveDate::MAX,
};

/// Days until the last day on which evidence is good; negative once it is over.
pub(crate) fn days_left(expires: Option<NaiveDate>, today: NaiveDate) -> Option<i64> {
    expires.map(|expires| (expires - today).num_days())
}
