//! What a request may say about a control. Pure.

use chrono::{Datelike, Months, NaiveDate};
use platform::AppError;
use serde::Serialize;
use shared_types::finding::{Basis, Finding};
use shared_types::text::Note;
use shared_types::{FieldCode, FieldError};

/// A finding with why it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Verdict {
    pub finding: Finding,
    pub basis: Basis,
    pub reason: Option<String>,
}

fn fault(pointer: &str, code: FieldCode, detail: &str) -> FieldError {
    FieldError { pointer: pointer.to_owned(), code, detail: detail.to_owned() }
}

/// A refusal that names one field.
pub(crate) fn refuse(error: FieldError) -> AppError {
    AppError::invalid(error.pointer, error.code, error.detail)
}

/// The verdict that a request describes.
///
/// An enduring exception and an operational plan of action are assessed as MET and as nothing else (guides 2.13); an adjudication
/// of the DoD CIO gives N/A or MET (32 CFR 170.24(b)). The reasons are this product's own demand.
pub(crate) fn verdict(finding: Finding, basis: Option<Basis>, reason: Option<Note>) -> Result<Verdict, FieldError> {
    let basis = basis.unwrap_or(Basis::Implemented);
    let fits = match basis {
        Basis::Implemented => true,
        Basis::EnduringException | Basis::OperationalPlan => finding == Finding::Met,
        Basis::Adjudication => matches!(finding, Finding::Met | Finding::NotApplicable),
    };
    if !fits {
        let detail = match basis {
            Basis::Adjudication => "an adjudication gives a finding of MET or N/A",
            _ => "an enduring exception and an operational plan of action are assessed as MET",
        };
        return Err(fault("/basis", FieldCode::OutOfRange, detail));
    }
    let demanded = match (finding, basis) {
        (Finding::NotMet, _) => Some("say why it is not met"),
        (Finding::NotApplicable, _) => Some("say why it does not apply"),
        (_, Basis::EnduringException) => Some("describe the exception and its mitigations, as the SSP does"),
        (_, Basis::OperationalPlan) => Some("name the operational plan of action with its milestones"),
        (_, Basis::Adjudication) => Some("name the adjudication, as the SSP records it"),
        (Finding::Met | Finding::NotAssessed, Basis::Implemented) => None,
    };
    match (demanded, reason) {
        (Some(detail), None) => Err(fault("/reason", FieldCode::Required, detail)),
        (_, reason) => Ok(Verdict { finding, basis, reason: reason.map(String::from) }),
    }
}

/// The review dates of a control as a request would leave them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reviews {
    pub last: Option<NaiveDate>,
    pub next: Option<NaiveDate>,
    /// The request names the next one: then that is the field at fault.
    pub next_is_new: bool,
    /// The requirement says "periodically".
    pub periodic: bool,
    pub today: NaiveDate,
}

/// Refuses a review in the future, and one that comes too late: "periodically" is at most a year (32 CFR 170.14(d)).
pub(crate) fn reviews(reviews: Reviews) -> Result<(), FieldError> {
    let Reviews { last, next, next_is_new, periodic, today } = reviews;
    if last.is_some_and(|last| last > today) {
        return Err(fault("/last_review", FieldCode::OutOfRange, "a review that has taken place lies not in the future"));
    }
    // Dates far away are slips of the pen, and databases disagree about them.
    let sane = |date: Option<NaiveDate>| date.is_none_or(|date| (1990..=2199).contains(&date.year()));
    if !sane(last) {
        return Err(fault("/last_review", FieldCode::OutOfRange, "a year from 1990"));
    }
    if !sane(next) {
        return Err(fault("/next_review", FieldCode::OutOfRange, "a year from 1990 to 2199"));
    }
    let Some(next) = next else { return Ok(()) };
    if next_is_new && last.is_some_and(|last| next < last) {
        return Err(fault("/next_review", FieldCode::OutOfRange, "not before the last review"));
    }
    let latest = last.unwrap_or(today).checked_add_months(Months::new(12));
    if periodic && latest.is_some_and(|latest| next > latest) {
        let pointer = if next_is_new { "/next_review" } else { "/last_review" };
        let detail = "the requirement says periodically: the next review comes within 12 months of the last (32 CFR 170.14(d))";
        return Err(fault(pointer, FieldCode::OutOfRange, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Basis::{Adjudication, EnduringException, Implemented, OperationalPlan};
    use Finding::{Met, NotApplicable, NotAssessed, NotMet};

    #[test]
    fn verdicts() {
        // finding, basis, fault without a reason, fault with one
        for (finding, basis, without, with) in [
            (Met, Implemented, None, None),
            (NotAssessed, Implemented, None, None),
            (NotMet, Implemented, Some("/reason"), None),
            (NotApplicable, Implemented, Some("/reason"), None),
            (Met, EnduringException, Some("/reason"), None),
            (Met, OperationalPlan, Some("/reason"), None),
            (Met, Adjudication, Some("/reason"), None),
            (NotApplicable, Adjudication, Some("/reason"), None),
            (NotApplicable, EnduringException, Some("/basis"), Some("/basis")),
            (NotApplicable, OperationalPlan, Some("/basis"), Some("/basis")),
            (NotMet, EnduringException, Some("/basis"), Some("/basis")),
            (NotMet, OperationalPlan, Some("/basis"), Some("/basis")),
            (NotMet, Adjudication, Some("/basis"), Some("/basis")),
            (NotAssessed, EnduringException, Some("/basis"), Some("/basis")),
            (NotAssessed, OperationalPlan, Some("/basis"), Some("/basis")),
            (NotAssessed, Adjudication, Some("/basis"), Some("/basis")),
        ] {
            let pointer = |reason| verdict(finding, Some(basis), reason).err().map(|fault| fault.pointer);
            assert_eq!(pointer(None).as_deref(), without, "{finding} {basis}");
            assert_eq!(pointer(Some(Note::parse("because").unwrap())).as_deref(), with, "{finding} {basis}");
        }
        assert_eq!(verdict(Met, None, None).unwrap().basis, Implemented);
    }

    #[test]
    fn review_dates() {
        let date = |text: &str| (!text.is_empty()).then(|| text.parse::<NaiveDate>().unwrap());
        for (last, next, next_is_new, periodic, expected) in [
            ("", "", false, true, None),
            ("2026-11-22", "2027-11-22", true, true, None),
            ("2026-11-22", "2027-11-23", true, true, Some("/next_review")),
            ("2026-11-22", "2027-11-23", true, false, None),
            ("2024-02-29", "2025-02-28", true, true, None),
            ("2024-02-29", "2025-03-01", true, true, Some("/next_review")),
            ("", "2027-11-22", true, true, None),
            ("", "2027-11-23", true, true, Some("/next_review")),
            ("2026-11-23", "", false, false, Some("/last_review")),
            ("2026-11-01", "2026-10-31", true, false, Some("/next_review")),
            ("2026-11-01", "2026-10-31", false, false, None),
            ("2025-01-01", "2026-11-30", false, true, Some("/last_review")),
            ("1700-01-01", "", false, false, Some("/last_review")),
            ("", "9999-01-01", true, false, Some("/next_review")),
        ] {
            let today = date("2026-11-22").unwrap();
            let fault = reviews(Reviews { last: date(last), next: date(next), next_is_new, periodic, today });
            assert_eq!(fault.err().map(|fault| fault.pointer).as_deref(), expected, "{last} {next} {next_is_new} {periodic}");
        }
    }
}
