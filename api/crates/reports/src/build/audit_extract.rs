//! An extract of the audit log, oldest first, with the hashes of the chain.

use super::pieces::{fact, number, optional, plain, table_section};
use super::{MOST_ROWS, Wanted, too_many};
use crate::audit_filter::AuditParameters;
use crate::queries::audit::{Place, events, labels};
use chrono::SecondsFormat;
use platform::http::query;
use platform::{Platform, Result};
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};
use shared_types::audit::AuditEvent;
use shared_types::reports::{ColumnKind, ReportCell, ReportDocument};
use std::io::Write;
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

/// JSON in one line with blanks between its parts, where lines may break.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> std::io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> std::io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        writer.write_all(b": ")
    }
}

fn spaced(value: &Value) -> String {
    let mut bytes = Vec::new();
    let written = value.serialize(&mut Serializer::with_formatter(&mut bytes, Spaced));
    // Writing to memory does not fail; should it, the usual form says the same.
    written.ok().and_then(|()| String::from_utf8(bytes).ok()).unwrap_or_else(|| value.to_string())
}

fn row(event: AuditEvent, previous: String) -> Vec<ReportCell> {
    let object = event.object_label.or(event.object_id).map(|label| format!("{} {label}", event.object_kind.replace('_', " ")));
    let details = if event.details.is_null() { String::new() } else { spaced(&event.details) };
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn details_may_break_between_their_parts_and_stay_json() {
        let value = json!({ "finding": { "new": "met", "old": null }, "tags": ["a,b", "c:d"], "none": {} });
        let text = spaced(&value);
        assert_eq!(text, r#"{"finding": {"new": "met", "old": null}, "none": {}, "tags": ["a,b", "c:d"]}"#);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
