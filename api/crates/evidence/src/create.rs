//! New evidence: number, first version, its file or reference, and links in one transaction.

use crate::dates::{check_owner, span, stored_tags};
use crate::links::{self, Pointer};
use crate::queries::{self, EvidenceRef, number};
use crate::review;
use crate::rules::NEVER;
use crate::versions::{self, Content};
use audit::{Door, Event};
use platform::db::{execute, rows};
use platform::{AppError, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use shared_types::evidence::{Evidence, EvidenceKind, EvidenceMetadata, ReviewState, Sensitivity};
use shared_types::text::Title;
use shared_types::{EvidenceId, FieldCode, SystemId};
use systems::{Scope, role_in, search_text};

#[derive(FromQueryResult)]
struct Number {
    last_evidence_number: i32,
}

/// What a search looks in.
pub(crate) fn searched(ordinal: i32, title: &str, description: Option<&str>, tags: &str, file: &str) -> String {
    search_text(&[&number(ordinal), title, description.unwrap_or_default(), tags, file])
}

async fn next_number(tx: &Tx, system: SystemId) -> Result<i32> {
    let sql = "UPDATE systems SET last_evidence_number = last_evidence_number + 1 WHERE id = $1 RETURNING last_evidence_number";
    let row = rows::<Number>(tx, sql, [system.0.into()]).await?.into_iter().next();
    row.map(|row| row.last_evidence_number).ok_or_else(AppError::not_found)
}

/// Creates evidence. Called behind the system's door.
pub(crate) async fn create(door: &mut Door<'_>, scope: &Scope, metadata: EvidenceMetadata, content: Content) -> Result<Evidence> {
    let system = scope.system;
    let EvidenceMetadata {
        title,
        description,
        owner,
        effective,
        expires,
        cadence_months,
        kind,
        sensitivity,
        tags,
        note,
        submit,
        links,
    } = metadata;
    if expires.is_some() && cadence_months.is_some() {
        let words = "an expiry or a cadence, not both";
        return Err(AppError::invalid("/metadata/cadence_months", FieldCode::Unknown, words));
    }
    let span = span(effective.unwrap_or(scope.today), expires, cadence_months, "/metadata")?;
    let owner = match owner {
        Some(owner) => {
            check_owner(door.tx, system, owner, "/metadata/owner").await?;
            Some(owner)
        }
        // An administrator who is no member is not somebody whom members see.
        None => role_in(door.tx, system, scope.user).await?.map(|_| scope.user),
    };
    let tags = stored_tags(&tags, "/metadata/tags")?;
    let targets = links::resolve(door.tx, system, &links, Pointer::Metadata).await?;
    let title = title.map_or_else(|| title_of(content.name()), String::from);
    let kind = kind.unwrap_or(EvidenceKind::Other);
    let sensitivity = sensitivity.unwrap_or(Sensitivity::Internal);
    let id: EvidenceId = door.id()?;
    let ordinal = next_number(door.tx, system).await?;
    let description = description.map(String::from);
    let search = searched(ordinal, &title, description.as_deref(), &tags, content.name());
    let sql = "INSERT INTO evidence (id, system_id, number, title, description, owner_id, effective, expires, expires_sort, created_by, \
               search_text, created_at, updated_at, kind, sensitivity, cadence_months, tags, state) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15, $16, $17)";
    let values: [Value; 17] = [
        id.0.into(),
        system.0.into(),
        ordinal.into(),
        title.into(),
        description.into(),
        owner.map(|user| user.0).into(),
        span.effective.into(),
        span.expires.into(),
        span.expires.unwrap_or(NEVER).into(),
        scope.user.0.into(),
        search.into(),
        door.now.into(),
        kind.as_str().into(),
        sensitivity.as_str().into(),
        cadence_months.map(i32::from).into(),
        tags.clone().into(),
        ReviewState::Draft.as_str().into(),
    ];
    execute(door.tx, sql, values).await?;
    let version = versions::insert(door, system, id.0, 1, span, note.as_ref().map(shared_types::text::Note::as_str)).await?;
    versions::attach(door, system, version, &content).await?;
    let details = json!({
        "number": number(ordinal), "version": 1, "content": content.audited(), "owner": owner, "effective": span.effective,
        "expires": span.expires, "cadence_months": cadence_months, "kind": kind, "sensitivity": sensitivity, "tags": tags,
    });
    door.record(Event::new("evidence.create", "evidence", id).details(details));
    links::insert(door, system, id.0, &targets).await?;
    if submit {
        review::submit(door, scope, id.0).await?;
    }
    queries::evidence(door.tx, system, EvidenceRef::Id(id.0), scope.today).await
}

/// The title of evidence that was given none: the file's name, cut to a title's length.
fn title_of(name: &str) -> String {
    let short: String = name.chars().take(200).collect();
    Title::parse(&short).map_or_else(|_| "Evidence".to_owned(), String::from)
}
