//! An extract of the audit log, oldest first, with the hashes of the chain.

use super::pieces::{fact, number, optional, plain, table_section};
use super::{MOST_ROWS, Wanted, too_many};
use crate::audit_filter::AuditParameters;
use crate::queries::audit::{Place, events, labels};
use chrono::SecondsFormat;
use platform::http::query;
use platform::{Platform, Result};
use shared_types::audit::AuditEvent;
use shared_types::reports::{ColumnKind, ReportCell, ReportDocument};
use systems::Scope;

/// Rows of one statement.
const BATCH: usize = 500;

pub(super) async fn build(platform: &Platform, scope: &Scope, wanted: &Wanted, document: &mut ReportDocument) -> Result<()> {
    let filter = query::parse::<AuditParameters>(&wanted.filters)?.parse(scope.user, &scope.time_zone)?;
    let chain = scope.system.0;
    let (mut rows, mut from) = (Vec::new(), Some(0));
    while let Some(after) = from {
        let place = Place { from: Some(after), backwards: true, limit: BATCH as u64 };
        let found = events(&platform.db, chain, &filter, place).await?;
        let names = labels(&platform.db, chain, &found).await?;
        from = found.last().map(|row| row.sequence).filter(|_| found.len() == BATCH);
        rows.extend(found.into_iter().map(|event| {
            let previous = event.previous_hash.clone();
            row(names.event(event), previous)
        }));
        if rows.len() > MOST_ROWS {
            return Err(too_many());
        }
    }
    document.facts.push(fact("Events", format!("{} in this report", rows.len())));
    document.facts.push(fact(
        "Hashes",
        "Each covers its event and the previous hash; the export of the audit log holds all that it is computed from",
    ));
    let columns = [
        ("Sequence", ColumnKind::Number),
        ("Time (UTC)", ColumnKind::Text),
        ("Person", ColumnKind::Text),
        ("Action", ColumnKind::Identifier),
        ("Object", ColumnKind::Text),
        ("Details", ColumnKind::Text),
        ("Previous hash", ColumnKind::Identifier),
        ("Hash", ColumnKind::Identifier),
    ];
    document.sections.push(table_section("Audit events", &columns, rows));
    Ok(())
}

fn row(event: AuditEvent, previous: String) -> Vec<ReportCell> {
    let object = event.object_label.or(event.object_id).map(|label| format!("{} {label}", event.object_kind.replace('_', " ")));
    let details = if event.details.is_null() { String::new() } else { event.details.to_string() };
    vec![
        number(event.sequence),
        // As it is hashed, but for the blank.
        plain(event.at.to_rfc3339_opts(SecondsFormat::Micros, true).replace('T', " ").replace('Z', "")),
        // Who was forgotten has no name any more: the id tells the rows of one person from those of another.
        optional(event.actor.map(|person| if person.name.is_empty() { person.id.to_string() } else { person.name })),
        plain(event.action),
        optional(object),
        plain(if details == "{}" { String::new() } else { details }),
        plain(previous),
        plain(event.hash),
    ]
}
