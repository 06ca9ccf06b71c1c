//! A chain of the audit log as a file, oldest first, written while it is read: memory does not grow with its length.

use crate::audit_filter::AuditFilter;
use crate::queries::audit::{Place, events, labels};
use actix_web::web::Bytes;
use chrono::SecondsFormat;
use documents::csv::{BYTE_ORDER_MARK, line};
use futures_util::stream::{self, Stream};
use platform::{AppError, Platform, Result};
use shared_types::audit::ExportedAuditEvent;
use uuid::Uuid;

/// Rows that are read at once.
const BATCH: u64 = 500;

/// The form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Csv,
    /// A line of JSON for each event, with everything that its hash covers.
    JsonLines,
}

const COLUMNS: [&str; 15] = [
    "Sequence",
    "Time",
    "Person",
    "Person id",
    "Action",
    "Object kind",
    "Object",
    "Object id",
    "Details",
    "Request",
    "Address",
    "Program",
    "API token",
    "Previous hash",
    "Hash",
];

/// The file, piece by piece.
pub(crate) fn pieces(platform: Platform, chain: Uuid, filter: AuditFilter, form: Form) -> impl Stream<Item = Result<Bytes>> {
    let head = match form {
        Form::Csv => format!("{BYTE_ORDER_MARK}{}", line(COLUMNS)),
        Form::JsonLines => String::new(),
    };
    // `None` after the last batch.
    stream::try_unfold((Some(0), head), move |(after, mut text)| {
        let (platform, filter) = (platform.clone(), filter.clone());
        async move {
            let Some(after) = after else { return Ok(None) };
            let place = Place { from: Some(after), backwards: true, limit: BATCH };
            let rows = events(&platform.db, chain, &filter, place).await?;
            let labels = labels(&platform.db, chain, &rows).await?;
            let next = if (rows.len() as u64) < BATCH { None } else { rows.last().map(|row| row.sequence) };
            for row in rows {
                let (details_text, previous_hash) = (row.details.clone(), row.previous_hash.clone());
                let exported = ExportedAuditEvent { event: labels.event(row), chain, details_text, previous_hash };
                match form {
                    Form::Csv => text.push_str(&csv_line(&exported)),
                    Form::JsonLines => {
                        text.push_str(&serde_json::to_string(&exported).map_err(AppError::internal)?);
                        text.push('\n');
                    }
                }
            }
            Ok::<_, AppError>(Some((Bytes::from(text), (next, String::new()))))
        }
    })
}

fn csv_line(exported: &ExportedAuditEvent) -> String {
    let ExportedAuditEvent { event, chain: _, details_text, previous_hash } = exported;
    let (sequence, at) = (event.sequence.to_string(), event.at.to_rfc3339_opts(SecondsFormat::Micros, true));
    let actor = event.actor.as_ref();
    let (name, id) = (actor.map(|one| one.name.clone()), actor.map(|one| one.id.to_string()));
    let origin = event.origin.as_ref();
    let token = origin.and_then(|origin| origin.token).map(|token| token.to_string());
    line([
        sequence.as_str(),
        at.as_str(),
        name.as_deref().unwrap_or_default(),
        id.as_deref().unwrap_or_default(),
        event.action.as_str(),
        event.object_kind.as_str(),
        event.object_label.as_deref().unwrap_or_default(),
        event.object_id.as_deref().unwrap_or_default(),
        details_text.as_str(),
        event.request_id.as_deref().unwrap_or_default(),
        origin.and_then(|origin| origin.address.as_deref()).unwrap_or_default(),
        origin.and_then(|origin| origin.user_agent.as_deref()).unwrap_or_default(),
        token.as_deref().unwrap_or_default(),
        previous_hash.as_str(),
        event.hash.as_str(),
    ])
}
