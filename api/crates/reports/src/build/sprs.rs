//! What the Supplier Performance Risk System asks for at a Level 1 or Level 2 self-assessment: level, status date, scope, CAGE codes, score, use
//! and compliance of the POA&M, and the finding of each requirement.

use super::pieces::{cited, fact, fact_of, finding, number, optional, plain, table_section, toned};
use super::{assessment, score_facts};
use crate::export::poam;
use controls::Selection;
use platform::{Platform, Result};
use shared_types::finding::Finding;
use shared_types::reports::{CellTone, ColumnKind, ReportCell, ReportDocument};
use shared_types::score::Score;
use shared_types::systems::System;
use systems::Scope;

pub(super) async fn build(
    platform: &Platform,
    scope: &Scope,
    system: &System,
    score: &Score,
    document: &mut ReportDocument,
) -> Result<()> {
    let selection = Selection { custom: Some(false), ..Selection::default() };
    let found = controls::controls(platform.db.read(), scope.system, scope.user, scope.today, &selection).await?;
    let missing = || toned("Not recorded yet", CellTone::Warn);
    let codes = system.cage_codes.join(", ");
    document.facts.push(fact_of("CAGE codes", if codes.is_empty() { missing() } else { plain(codes) }));
    document.facts.push(fact_of("Unique Entity ID", system.uei.as_deref().map_or_else(missing, plain)));
    document.facts.push(fact_of("Scope", system.description.as_deref().map_or_else(missing, plain)));
    document.facts.push(fact_of("SSP version", system.ssp_version.as_deref().map_or_else(missing, plain)));
    document.facts.push(fact_of("SSP date", system.ssp_date.map_or_else(missing, |day| plain(day.to_string()))));
    document.facts.push(fact("CMMC status date", "The day on which the results are submitted: enter it in SPRS"));
    document.footnotes.push(cited("The status date is the day of submission.", "32 CFR 170.16(a)(1)"));
    score_facts(score, document);
    let not_met = found.iter().filter(|control| control.finding == Finding::NotMet).count();
    let eligibility = &score.eligibility;
    if let Some(least) = eligibility.conditional_at {
        let use_of =
            if not_met == 0 { "No POA&M is needed".to_owned() } else { format!("{not_met} requirements would stand on a POA&M") };
        document.facts.push(fact("POA&M usage", use_of));
        let compliance = if !eligibility.score_reached {
            toned(format!("Not compliant: a conditional status needs a score of at least {least}"), CellTone::Bad)
        } else if eligibility.blockers.is_empty() {
            toned("Compliant: nothing that is NOT MET is barred from a POA&M", CellTone::Good)
        } else {
            toned(
                format!("Not compliant: {} NOT MET requirements may not stand on a POA&M", eligibility.blockers.len()),
                CellTone::Bad,
            )
        };
        document.facts.push(fact_of("POA&M compliance", compliance));
        document.footnotes.push(cited("What may stand on a POA&M at a conditional status.", "32 CFR 170.21(a)"));
    }
    if !eligibility.blockers.is_empty() {
        document.sections.push(assessment::blockers(score));
    }
    let columns = [
        ("Requirement", ColumnKind::Identifier),
        ("Title", ColumnKind::Text),
        ("Points", ColumnKind::Number),
        ("Deducted", ColumnKind::Number),
        ("Finding", ColumnKind::Status),
        ("POA&M", ColumnKind::Text),
    ];
    let rows = found.into_iter().map(|control| -> Vec<ReportCell> {
        let deducted =
            control.deduction.filter(|_| matches!(control.finding, Finding::NotMet | Finding::NotAssessed)).unwrap_or(0);
        vec![
            plain(control.reference),
            plain(control.title),
            optional(control.points.map(|points| points.to_string())),
            number(deducted),
            finding(control.finding),
            plain(poam(control.poam)),
        ]
    });
    document.sections.push(table_section("Finding of each requirement", &columns, rows.collect()));
    Ok(())
}
