//! The assessment as a file.
//!
//! What is not assessed completely is a working copy, and the file says so itself: in a column of every row, so that sorting
//! and filtering can't part the words from the rows, and in its name.

pub(crate) mod audit;

use chrono::{NaiveDate, SecondsFormat};
use controls::{ControlText, Selection};
use platform::{Platform, Result};
use shared_types::controls::{ControlSummary, ObjectiveFinding};
use shared_types::dashboard::{AssessmentExport, ExportedControl};
use shared_types::finding::Finding;
use shared_types::score::{Score, ScoreState};
use shared_types::words::poam;
use systems::Scope;

/// Gathers the export: the selected controls with everything about them, in four statements.
pub(crate) async fn gather(platform: &Platform, scope: &Scope, selection: &Selection) -> Result<AssessmentExport> {
    let db = platform.db.read();
    let summaries = controls::controls(db, scope.system, scope.user, scope.today, selection).await?;
    let mut texts = controls::objectives_by_control(db, scope.system, scope.today).await?;
    let score = controls::load_score(db, scope.system).await?;
    let with_text = |control: ControlSummary| {
        let ControlText { narrative, objectives } = texts.remove(&control.id).unwrap_or_default();
        ExportedControl { control, narrative, objectives_detail: objectives }
    };
    Ok(AssessmentExport {
        exported_at: platform.clock.now(),
        system: scope.name.clone(),
        notice: notice(&score),
        controls: summaries.into_iter().map(with_text).collect(),
        score,
    })
}

/// Says that this is a working copy, where it is.
pub(crate) fn notice(score: &Score) -> Option<String> {
    let open = score.counts.not_assessed;
    let why = match score.state {
        ScoreState::None => "no score exists".to_owned(),
        _ if open > 0 => {
            let are = if open == 1 { "is" } else { "are" };
            format!("{open} of {} requirements {are} not assessed", score.counts.total())
        }
        _ => return None,
    };
    Some(format!("Working copy, not a result: {why}"))
}

/// The name of the file: the system's name in characters that every file system and header takes, and the day.
pub(crate) fn file_name(system: &str, provisional: bool, day: NaiveDate, extension: &str) -> String {
    named(system, "assessment", provisional, day, extension)
}

/// The same for a file about something else.
pub(crate) fn named(system: &str, about: &str, provisional: bool, day: NaiveDate, extension: &str) -> String {
    let safe: String = system.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = safe.split('-').filter(|word| !word.is_empty()).collect();
    let mut name: String = words.join("-").chars().take(60).collect();
    if name.is_empty() {
        "system".clone_into(&mut name);
    }
    let copy = if provisional { "-working-copy" } else { "" };
    format!("{}-{about}{copy}-{day}.{extension}", name.trim_end_matches('-'))
}

/// The columns, in order; `docs/API-DESIGN.md` says what each holds.
const COLUMNS: [&str; 22] = [
    "Control",
    "Title",
    "Family",
    "Points",
    "Deduction",
    "POA&M",
    "Control finding",
    "Progress",
    "Objective",
    "What must be true",
    "Objective finding",
    "Basis",
    "Reason",
    "Set by",
    "Set at",
    "Owner",
    "Last review",
    "Next review",
    "Evidence",
    "Open tasks",
    "Narrative",
    "Notice",
];

/// The file in pieces, one for each control, so that it need not be in memory twice.
pub(crate) fn csv_pieces(export: AssessmentExport) -> impl Iterator<Item = String> {
    let head = format!("{}{}", documents::csv::BYTE_ORDER_MARK, documents::csv::line(COLUMNS));
    let notice = export.notice.unwrap_or_default();
    std::iter::once(head).chain(export.controls.into_iter().map(move |control| control_lines(&control, &notice)))
}

/// A line for each objective. The narrative stands in the first one only: it may be long.
fn control_lines(exported: &ExportedControl, notice: &str) -> String {
    let nothing = [None];
    let objectives: Vec<Option<&ObjectiveFinding>> = exported.objectives_detail.iter().map(Some).collect();
    let rows = if objectives.is_empty() { &nothing[..] } else { &objectives };
    let lines = rows.iter().enumerate().map(|(index, objective)| {
        let narrative = if index == 0 { exported.narrative.as_str() } else { "" };
        control_line(&exported.control, *objective, narrative, notice)
    });
    lines.collect()
}

fn control_line(control: &ControlSummary, objective: Option<&ObjectiveFinding>, narrative: &str, notice: &str) -> String {
    let number = |number: Option<u8>| number.map(|number| number.to_string()).unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let set_at = objective.and_then(|o| o.at).map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default();
    documents::csv::line([
        control.reference.as_str(),
        &control.title,
        &control.family,
        &number(control.points),
        &number(control.deduction),
        poam(control.poam),
        finding(control.finding),
        control.progress.as_str(),
        &objective.map(|o| format!("{}[{}]", control.reference, o.letter)).unwrap_or_default(),
        objective.map(|o| o.statement.as_str()).unwrap_or_default(),
        objective.map(|o| finding(o.finding)).unwrap_or_default(),
        objective.filter(|o| o.finding != Finding::NotAssessed).map(|o| o.basis.as_str()).unwrap_or_default(),
        objective.and_then(|o| o.reason.as_deref()).unwrap_or_default(),
        objective.and_then(|o| o.by.as_ref()).map(|by| by.name.as_str()).unwrap_or_default(),
        &set_at,
        control.owner.as_ref().map(|owner| owner.name.as_str()).unwrap_or_default(),
        &day(control.last_review),
        &day(control.next_review),
        &control.evidence_count.to_string(),
        &control.open_tasks.to_string(),
        narrative,
        notice,
    ])
}

/// The field's own words.
pub(crate) fn finding(finding: Finding) -> &'static str {
    match finding {
        Finding::Met => "MET",
        Finding::NotMet => "NOT MET",
        Finding::NotApplicable => "N/A",
        Finding::NotAssessed => "NOT ASSESSED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_harmless() {
        let day = "2026-11-22".parse().unwrap();
        let name = |system: &str| file_name(system, false, day, "csv");
        assert_eq!(name("Harlan CUI enclave"), "harlan-cui-enclave-assessment-2026-11-22.csv");
        assert_eq!(name("../..\\\"; x=\r\n"), "x-assessment-2026-11-22.csv");
        assert_eq!(name("система"), "system-assessment-2026-11-22.csv");
        assert!(name(&"x".repeat(200)).len() < 100);
        assert_eq!(file_name("A", true, day, "json"), "a-assessment-working-copy-2026-11-22.json");
    }
}
