//! PATCH of a control.

use super::store::{read_states, store};
use crate::checks::{self, Reviews, Verdict};
use crate::queries::detail;
use crate::score::record_score;
use audit::{Door, Event};
use chrono::NaiveDate;
use platform::db::execute;
use platform::http::IfMatch;
use platform::{AppError, Result};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use shared_types::controls::{ControlDetail, UpdateControl};
use shared_types::finding::{Basis, Finding};
use shared_types::text::{Note, Title};
use shared_types::{FieldCode, Patch, SystemId, UserId};

/// The fields of a control that a PATCH may change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fields {
    title: String,
    statement: String,
    narrative: String,
    owner: Option<UserId>,
    last_review: Option<NaiveDate>,
    next_review: Option<NaiveDate>,
    partial_credit: Option<String>,
}

impl From<&ControlDetail> for Fields {
    fn from(detail: &ControlDetail) -> Self {
        Self {
            title: detail.control.title.clone(),
            statement: detail.statement.clone(),
            narrative: detail.narrative.clone(),
            owner: detail.control.owner.as_ref().map(|owner| owner.id),
            last_review: detail.control.last_review,
            next_review: detail.control.next_review,
            partial_credit: detail.partial_credit.as_ref().map(|credit| credit.reason.clone()),
        }
    }
}

/// Refuses an owner who is not a member.
pub(super) async fn check_owner(door: &Door<'_>, system: SystemId, owner: UserId) -> Result<()> {
    match systems::role_in(door.tx, system, owner).await? {
        Some(_role) => Ok(()),
        None => Err(AppError::invalid("/owner", FieldCode::NotFound, "no member of this system")),
    }
}

/// Changes what the body names, records old and new values, and moves the score where it must.
pub(crate) async fn update(
    door: &mut Door<'_>,
    system: SystemId,
    control: &str,
    change: UpdateControl,
    known: &IfMatch,
    today: NaiveDate,
) -> Result<ControlDetail> {
    let found = detail(door.tx, system, control, today).await?;
    known.check(found.control.version)?;
    let UpdateControl { title, statement, narrative, owner, last_review, next_review, partial_credit, not_applicable } = change;
    check_wording(&found, title.as_ref(), statement.as_ref())?;
    let old = Fields::from(&found);
    let mut new = old.clone();
    let next_is_new = !next_review.is_absent();
    let dates_change = next_is_new || !last_review.is_absent();
    set(&mut new.title, title);
    set(&mut new.statement, statement);
    set(&mut new.narrative, narrative);
    set_optional(&mut new.owner, owner);
    set_optional(&mut new.last_review, last_review);
    set_optional(&mut new.next_review, next_review);
    if found.partial_points.is_none() && matches!(partial_credit, Patch::Value(_)) {
        let detail = "this requirement has no partial points (32 CFR 170.24(c)(2)(i)(B)(4))";
        return Err(AppError::invalid("/partial_credit", FieldCode::OutOfRange, detail));
    }
    set_optional(&mut new.partial_credit, partial_credit);
    if dates_change {
        let Fields { last_review: last, next_review: next, .. } = new;
        checks::reviews(Reviews { last, next, next_is_new, periodic: found.periodic, today }).map_err(checks::refuse)?;
    }
    if let Some(owner) = new.owner.filter(|_| new.owner != old.owner) {
        check_owner(door, system, owner).await?;
    }
    let stored = applicability(door, system, &found, not_applicable).await?;
    if old != new {
        save(door, &found, &old, &new, stored).await?;
    }
    if old.partial_credit.is_some() != new.partial_credit.is_some() {
        record_score(door, system).await?;
    }
    detail(door.tx, system, &found.control.id.to_string(), today).await
}

fn set<T: Into<String>>(field: &mut String, change: Option<T>) {
    if let Some(value) = change {
        *field = value.into();
    }
}

fn set_optional<T: Into<U>, U>(field: &mut Option<U>, change: Patch<T>) {
    if let Some(value) = change.into_change() {
        *field = value.map(Into::into);
    }
}

/// The wording of a rule pack's control is the pack's.
fn check_wording(found: &ControlDetail, title: Option<&Title>, statement: Option<&Note>) -> Result<()> {
    let named = [("/title", title.is_some()), ("/statement", statement.is_some())];
    match named.iter().find(|(_, named)| *named && !found.control.custom) {
        Some((pointer, _)) => {
            let detail = "the wording of a requirement comes from its rule pack; only custom controls have their own";
            Err(AppError::invalid(*pointer, FieldCode::OutOfRange, detail))
        }
        None => Ok(()),
    }
}

/// Marks all objectives N/A with one justification, or takes that back: then nobody has assessed them. Taking back what is not
/// N/A as a whole changes nothing.
async fn applicability(door: &mut Door<'_>, system: SystemId, found: &ControlDetail, change: Patch<Note>) -> Result<bool> {
    let verdict = match change {
        Patch::Absent => return Ok(false),
        Patch::Null if found.control.finding != Finding::NotApplicable => return Ok(false),
        Patch::Null => Verdict { finding: Finding::NotAssessed, basis: Basis::Implemented, reason: None },
        Patch::Value(reason) => checks::verdict(Finding::NotApplicable, None, Some(reason)).map_err(checks::refuse)?,
    };
    let mut states = read_states(door, system, [found.control.id.to_string().as_str()]).await?;
    for state in &mut states {
        let event = state.give(None, &verdict).map_err(|_missing| AppError::not_found())?;
        if let Some(event) = event {
            door.record(event);
        }
    }
    store(door, system, &states).await
}

/// `stored` says that this change has raised the version already.
async fn save(door: &mut Door<'_>, found: &ControlDetail, old: &Fields, new: &Fields, stored: bool) -> Result<()> {
    let id = found.control.id;
    let sql = "UPDATE controls SET title = $1, statement = $2, search_text = $3, narrative = $4, owner_id = $5, last_review = $6, \
               next_review = $7, partial_reason = $8, partial_by = $9, partial_at = $10, touched = TRUE, updated_at = $11, \
               version = version + $12 WHERE id = $13";
    let user = door.user()?;
    let (by, at) = match (&found.partial_credit, &new.partial_credit) {
        (_, None) => (None, None),
        (Some(credit), Some(reason)) if credit.reason == *reason => (credit.by.as_ref().map(|by| by.id), Some(credit.at)),
        (_, Some(_)) => (Some(user), Some(door.now)),
    };
    let values = [
        new.title.as_str().into(),
        found.control.custom.then(|| new.statement.clone()).into(),
        systems::search_text(&[&found.control.reference, &new.title, &new.statement]).into(),
        new.narrative.as_str().into(),
        new.owner.map(|owner| owner.0).into(),
        new.last_review.into(),
        new.next_review.into(),
        new.partial_credit.clone().into(),
        by.map(|by| by.0).into(),
        at.into(),
        door.now.into(),
        i64::from(!stored).into(),
        id.0.into(),
    ];
    execute(door.tx, sql, values).await?;
    let details = json!({ "reference": found.control.reference, "changes": differences(old, new) });
    door.record(Event::new("control.update", "control", id).details(details));
    Ok(())
}

/// Each field that differs, old and new. A narrative is long and lives in its row: the log holds its SHA-256.
fn differences(old: &Fields, new: &Fields) -> Value {
    let texts = |fields: &Fields| {
        let Fields { title, statement, narrative, owner, last_review, next_review, partial_credit } = fields;
        [
            ("title", json!(title)),
            ("statement", json!(statement)),
            ("narrative_sha256", json!(hex::encode(Sha256::digest(narrative)))),
            ("owner", json!(owner)),
            ("last_review", json!(last_review)),
            ("next_review", json!(next_review)),
            ("partial_credit", json!(partial_credit)),
        ]
    };
    let pairs = texts(old).into_iter().zip(texts(new));
    let changed = pairs.filter(|((_, old), (_, new))| old != new);
    let entries = changed.map(|((name, old), (_, new))| (name.to_owned(), json!({ "old": old, "new": new })));
    Value::Object(entries.collect::<Map<_, _>>())
}
