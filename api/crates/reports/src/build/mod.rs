//! Builds the document of a report from what its reader may see. A file per kind; what they share is in `pieces.rs`.

mod assessment;
mod audit_extract;
mod executive;
mod family;
mod filters;
mod lists;
mod pieces;
mod settled;
mod sprs;

use crate::audit_filter::AuditParameters;
use crate::export::notice;
use crate::template;
use controls::Selection;
pub(crate) use pieces::section_of;
use pieces::{cited, fact};
use platform::http::query;
use platform::{AppError, Platform, Result};
use shared_types::FieldCode;
use shared_types::reports::{CellTone, ReportDocument, ReportKind};
use shared_types::score::Score;
use systems::Scope;

/// Rows that one report holds at most.
pub(crate) const MOST_ROWS: usize = 10_000;

/// What is wanted.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub kind: ReportKind,
    /// As a query string; empty for none.
    pub filters: String,
    pub marking: String,
}

/// Too much for one report.
fn too_many() -> AppError {
    AppError::invalid("filters", FieldCode::TooLong, format!("a report holds at most {MOST_ROWS} rows; narrow the filters"))
}

/// Refuses filters that the kind does not know, before anything is made: what they ask for is asked once.
pub(crate) async fn check(platform: &Platform, wanted: &Wanted, scope: &Scope) -> Result<()> {
    without_filters(wanted)?;
    without_pages(wanted)?;
    let filters = wanted.filters.as_str();
    match wanted.kind {
        ReportKind::AssessmentStatus | ReportKind::FamilyDetail => {
            let selection: Selection = query::parse(filters)?;
            controls::controls(platform.db.read(), scope.system, scope.user, scope.today, &selection).await.map(drop)
        }
        ReportKind::AuditExtract => {
            query::parse::<AuditParameters>(filters).and_then(|given| given.parse(scope.user, &scope.time_zone)).map(drop)
        }
        ReportKind::Tasks => tasks::all(platform, scope, filters, 0).await.map(drop),
        ReportKind::EvidenceRegister => evidence::all(platform, scope, filters, 0).await.map(drop),
        ReportKind::Executive => Ok(()),
        ReportKind::SprsSummary => sprs::check(&systems::described(platform.db.read(), scope).await?),
    }
}

/// Refuses what chooses a page of a list: a report holds all of it.
fn without_pages(wanted: &Wanted) -> Result<()> {
    let pages = |name: &str| matches!(name, "limit" | "cursor");
    match form_urlencoded::parse(wanted.filters.as_bytes()).find(|(name, _)| pages(name)) {
        Some((name, _)) => Err(AppError::invalid(name, FieldCode::Unknown, "there is no such field")),
        None => Ok(()),
    }
}

/// Refuses filters of a kind that takes none.
fn without_filters(wanted: &Wanted) -> Result<()> {
    match wanted.kind {
        ReportKind::SprsSummary | ReportKind::Executive if !wanted.filters.is_empty() => {
            Err(AppError::invalid("filters", FieldCode::WrongType, "this report takes no filters"))
        }
        _ => Ok(()),
    }
}

/// The document, all of it of one moment: score, notice and rows are several statements, and none may speak of another state than the
/// others.
pub(crate) async fn build(platform: &Platform, scope: &Scope, wanted: &Wanted) -> Result<ReportDocument> {
    without_filters(wanted)?;
    without_pages(wanted)?;
    settled::settled(|| systems::revision(platform.db.read(), scope.system), || document(platform, scope, wanted)).await
}

/// The document, with what every kind has.
async fn document(platform: &Platform, scope: &Scope, wanted: &Wanted) -> Result<ReportDocument> {
    let db = platform.db.read();
    let system = systems::described(db, scope).await?;
    let score = controls::load_score(db, scope.system).await?;
    let mut document = ReportDocument {
        kind: wanted.kind,
        title: wanted.kind.title().to_owned(),
        subtitle: format!("{}, {}", system.name, system.organization),
        marking: wanted.marking.clone(),
        logo: None,
        notice: speaks_of_findings(wanted.kind).then(|| notice(&score)).flatten(),
        made_at: platform.clock.now(),
        as_of: scope.today,
        time_zone: scope.time_zone.clone(),
        facts: vec![
            fact("System", &system.name),
            fact("Organization", &system.organization),
            fact("CMMC level", format!("Level {} ({})", system.level, system.pack_version)),
        ],
        sections: Vec::new(),
        footnotes: Vec::new(),
    };
    let template = template::load(db).await?;
    template::begin(&template, &mut document);
    if !wanted.filters.is_empty() {
        document.facts.push(fact("Filters", filters::readable(platform, scope, wanted).await?));
    }
    match wanted.kind {
        ReportKind::AssessmentStatus => assessment::build(platform, scope, wanted, &score, &mut document).await?,
        ReportKind::SprsSummary => sprs::build(platform, scope, &system, &score, &mut document).await?,
        ReportKind::FamilyDetail => family::build(platform, scope, wanted, &mut document).await?,
        ReportKind::Tasks => lists::tasks(platform, scope, wanted, &mut document).await?,
        ReportKind::EvidenceRegister => lists::evidence(platform, scope, wanted, &mut document).await?,
        ReportKind::AuditExtract => audit_extract::build(platform, scope, wanted, &mut document).await?,
        ReportKind::Executive => executive::build(platform, scope, &score, &mut document).await?,
    }
    template::end(&template, &mut document);
    Ok(document)
}

/// Whether a kind says what was found, and so must say where that is not a result.
fn speaks_of_findings(kind: ReportKind) -> bool {
    !matches!(kind, ReportKind::Tasks | ReportKind::EvidenceRegister | ReportKind::AuditExtract)
}

/// Facts of the score, with the rule of each as a footnote.
fn score_facts(score: &Score, document: &mut ReportDocument) {
    use shared_types::score::ScoreState;
    let scale = match (score.minimum, score.maximum) {
        (Some(least), Some(most)) => format!(" on the scale {least} to {most}"),
        _ => String::new(),
    };
    let value = match (score.state, score.value, score.best) {
        (ScoreState::Final, Some(value), _) => pieces::toned(format!("{value}{scale}"), CellTone::Plain),
        (ScoreState::Provisional, Some(value), Some(best)) => pieces::toned(
            format!("Provisional: {value}{scale}; {best} if everything that is not assessed proves met"),
            CellTone::Warn,
        ),
        (ScoreState::NotScored, _, _) => pieces::toned("This level is not scored", CellTone::Muted),
        _ => pieces::toned("No score exists", CellTone::Bad),
    };
    document.facts.push(pieces::fact_of("Score", value));
    if let Some(reason) = &score.no_score_reason {
        document.facts.push(fact("Why there is no score", &reason.text));
        document.footnotes.push(cited(&reason.text, &reason.citation));
    }
    let summary = &score.eligibility.summary;
    document.facts.push(fact("Status", &summary.text));
    document.footnotes.push(cited(&summary.text, &summary.citation));
    document.footnotes.push(cited("How the score is computed.", &score.citation));
    let counts = score.counts;
    document.facts.push(fact(
        "Requirements",
        format!(
            "{} MET, {} NOT MET, {} N/A, {} not assessed, of {}",
            counts.met,
            counts.not_met,
            counts.not_applicable,
            counts.not_assessed,
            counts.total()
        ),
    ));
}
