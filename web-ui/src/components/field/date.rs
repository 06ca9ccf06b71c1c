//! Dates as the browser's own date field gives them.

use chrono::NaiveDate;
use shared_types::FieldCode;
use shared_types::text::ValueError;

/// The date of a field's text.
pub fn parse_date(text: &str) -> Result<NaiveDate, ValueError> {
    text.trim().parse().map_err(|_| ValueError::new(FieldCode::BadFormat, "a date such as 2026-11-30"))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn only_dates_are_dates() {
        assert!(parse_date("2026-11-30").is_ok() && parse_date("30.11.2026").is_err() && parse_date("2026-02-30").is_err());
    }
}
