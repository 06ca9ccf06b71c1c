//! Steps of a review.

use crate::notify::{Kind, notify};
use crate::queries::{self, EvidenceRef, EvidenceRow};
use crate::rules::{ReviewFacts, ReviewStep, review_step};
use crate::versions::demand_in_use;
use audit::{Door, Event};
use chrono::{Months, NaiveDate};
use platform::db::{execute, rows};
use platform::http::IfMatch;
use platform::{AppError, Result};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use shared_types::evidence::{Evidence, ReviewAction, ReviewEvidence, ReviewState};
use shared_types::files::withheld_as_stored;
use shared_types::text::Note;
use shared_types::{ErrorCode, EvidenceId, FieldCode, UserId};
use systems::Scope;
use uuid::Uuid;

/// Artifacts are kept six years from the status date (32 CFR 170.17(c)(4), and likewise for self-assessments). Until an assessment
/// gives that date, the product counts from three years after the approval: a rule of its own, on the safe side.
const RETENTION: Months = Months::new(72);
/// A status lasts up to three years (32 CFR 170.22), so evidence may serve an assessment that long after its approval.
const MAY_SERVE: Months = Months::new(36);

/// The last day of the six years that begin on a day.
pub(crate) fn retained_from(day: NaiveDate) -> NaiveDate {
    day.checked_add_months(RETENTION).unwrap_or(NaiveDate::MAX)
}

/// The last day until which what is approved on a day is kept.
fn kept_from(approval: NaiveDate) -> NaiveDate {
    retained_from(approval.checked_add_months(MAY_SERVE).unwrap_or(NaiveDate::MAX))
}

#[derive(FromQueryResult)]
struct AuthorRow {
    user_id: Uuid,
}

#[derive(FromQueryResult)]
struct FileState {
    integrity: String,
    scan_state: String,
}

#[derive(FromQueryResult)]
struct MemberRow {
    user_id: Uuid,
    role: String,
}

/// Who made the newest version: created it, gave it its dates, uploaded a file of it, or referred to the same before. Handing in makes
/// nobody an author.
async fn authors(door: &Door<'_>, row: &EvidenceRow) -> Result<Vec<UserId>> {
    let sql = "SELECT created_by AS user_id FROM evidence_versions WHERE id = $1 AND created_by IS NOT NULL \
               UNION SELECT dated_by FROM evidence_versions WHERE id = $1 AND dated_by IS NOT NULL \
               UNION SELECT uploaded_by FROM evidence_files WHERE version_id = $1 AND uploaded_by IS NOT NULL \
               UNION SELECT v.created_by FROM evidence_references own JOIN evidence_references x ON x.sha256 = own.sha256 \
               JOIN evidence_versions v ON v.id = x.version_id WHERE own.version_id = $1 AND v.created_by IS NOT NULL \
               AND v.evidence_id = (SELECT evidence_id FROM evidence_versions WHERE id = $1)";
    let found = rows::<AuthorRow>(door.tx, sql, [row.version_id.into()]).await?;
    Ok(found.into_iter().map(|row| UserId(row.user_id)).collect())
}

/// Contributors and managers with an account that can sign in, and who of them manages.
async fn reviewers(door: &Door<'_>, scope: &Scope, authors: &[UserId]) -> Result<Vec<(UserId, bool)>> {
    let sql = "SELECT m.user_id, m.role FROM members m JOIN users u ON u.id = m.user_id WHERE m.system_id = $1 \
               AND m.role IN ('manager', 'contributor') AND u.deactivated_at IS NULL AND u.deleted_at IS NULL ORDER BY m.user_id";
    let found = rows::<MemberRow>(door.tx, sql, [scope.system.0.into()]).await?;
    let all = found.into_iter().map(|row| (UserId(row.user_id), row.role == "manager"));
    Ok(all.filter(|(user, _)| !authors.contains(user)).collect())
}

/// Takes a step if the rules allow it in the state that the newest version has now: the door is held, so of two at once the second
/// finds the state that the first has left.
pub(crate) async fn act(
    door: &mut Door<'_>,
    scope: &Scope,
    evidence: EvidenceRef,
    request: ReviewEvidence,
    known: &IfMatch,
    scanner: bool,
) -> Result<Evidence> {
    let ReviewEvidence { action, version, comment } = request;
    let row = queries::row(door.tx, scope.system, evidence).await?;
    if u32::try_from(row.latest_version) != Ok(version) {
        let words = format!("the newest version is {}: look at that one", row.latest_version);
        return Err(AppError::new(ErrorCode::Conflict).field("/version", FieldCode::OutOfRange, words));
    }
    known.check(row.version)?;
    if action == ReviewAction::Reject && comment.is_none() {
        return Err(AppError::invalid("/comment", FieldCode::Required, "say what is wrong, so that it can be mended"));
    }
    if action == ReviewAction::Approve {
        demand_readable(door, &row, scanner).await?;
    }
    take(door, scope, &row, action, comment.as_ref().map(Note::as_str)).await?;
    queries::evidence(door.tx, scope.system, EvidenceRef::Id(row.id), scope.today).await
}

/// Refuses to approve what nobody can open: damaged, infected, or not looked at by the scanner that there is.
async fn demand_readable(door: &Door<'_>, row: &EvidenceRow, scanner: bool) -> Result<()> {
    let sql = "SELECT b.integrity, b.scan_state FROM evidence_files f JOIN blobs b ON b.id = f.blob_id WHERE f.version_id = $1";
    let files = rows::<FileState>(door.tx, sql, [row.version_id.into()]).await?;
    if files.iter().all(|file| withheld_as_stored(&file.integrity, &file.scan_state, scanner).is_none()) {
        return Ok(());
    }
    Err(AppError::conflict("One of its files can't be opened: it is damaged, holds malware, or waits for the scanner."))
}

/// Hands the newest version in, for who has just made it.
pub(crate) async fn submit(door: &mut Door<'_>, scope: &Scope, evidence: Uuid) -> Result<()> {
    let row = queries::row(door.tx, scope.system, EvidenceRef::Id(evidence)).await?;
    take(door, scope, &row, ReviewAction::Submit, None).await
}

/// Takes a waiting version back because a newer one comes, whoever brings that.
pub(crate) async fn take_back(door: &mut Door<'_>, scope: &Scope, row: &EvidenceRow) -> Result<()> {
    let step = ReviewStep { to: ReviewState::Draft, self_approved: false };
    write(door, scope, row, ReviewAction::Withdraw, step, Some("A newer version came.")).await
}

async fn take(door: &mut Door<'_>, scope: &Scope, row: &EvidenceRow, action: ReviewAction, comment: Option<&str>) -> Result<()> {
    demand_in_use(row)?;
    let authors = authors(door, row).await?;
    let reviewers = reviewers(door, scope, &authors).await?;
    let facts = ReviewFacts { state: row.state(), authors: authors.clone(), others: !reviewers.is_empty() };
    let step = review_step(action, &facts, scope.user, scope.role)?;
    if action == ReviewAction::Approve && row.effective > scope.today {
        let words = format!("It is true from {} on: approve it then.", row.effective);
        return Err(AppError::conflict(words));
    }
    write(door, scope, row, action, step, comment).await?;
    let told = match action {
        ReviewAction::Submit => {
            let managers: Vec<UserId> = reviewers.iter().filter(|(_, manages)| *manages).map(|(user, _)| *user).collect();
            let all = || reviewers.iter().map(|(user, _)| *user).collect();
            Some((Kind::ToReview, if managers.is_empty() { all() } else { managers }))
        }
        ReviewAction::Approve => Some((Kind::Approved, concerned(authors, row))),
        ReviewAction::Reject => Some((Kind::Rejected, concerned(authors, row))),
        ReviewAction::Withdraw => None,
    };
    match told {
        Some((kind, people)) => notify(door, kind, (scope.system, EvidenceId(row.id)), comment, people).await,
        None => Ok(()),
    }
}

/// Those who made it, and who keeps it fresh.
fn concerned(authors: Vec<UserId>, row: &EvidenceRow) -> Vec<UserId> {
    authors.into_iter().chain(row.owner_id.map(UserId)).collect()
}

/// An approval by an author has a name of its own in the log, so that it can be looked for.
fn audited_as(action: ReviewAction, step: ReviewStep) -> &'static str {
    match action {
        ReviewAction::Submit => "evidence.submit",
        ReviewAction::Withdraw => "evidence.withdraw",
        ReviewAction::Approve if step.self_approved => "evidence.self_approve",
        ReviewAction::Approve => "evidence.approve",
        ReviewAction::Reject => "evidence.reject",
    }
}

async fn write(
    door: &mut Door<'_>,
    scope: &Scope,
    row: &EvidenceRow,
    action: ReviewAction,
    step: ReviewStep,
    comment: Option<&str>,
) -> Result<()> {
    let (user, now) = (door.user()?.0, door.now);
    let set = match action {
        ReviewAction::Submit => "submitted_by = $3, submitted_at = $4",
        ReviewAction::Withdraw => "submitted_by = NULL, submitted_at = NULL",
        ReviewAction::Approve | ReviewAction::Reject => {
            "reviewed_by = $3, reviewed_at = $4, review_comment = $5, self_approved = $6"
        }
    };
    let sql = format!("UPDATE evidence_versions SET state = $1, {set} WHERE id = $2");
    let mut values: Vec<Value> = vec![step.to.as_str().into(), row.version_id.into()];
    match action {
        ReviewAction::Submit => values.extend([user.into(), now.into()]),
        ReviewAction::Withdraw => {}
        ReviewAction::Approve | ReviewAction::Reject => {
            values.extend([user.into(), now.into(), comment.map(str::to_owned).into(), step.self_approved.into()]);
        }
    }
    execute(door.tx, &sql, values).await?;
    let sql = "UPDATE evidence SET state = $1, updated_at = $2, version = version + 1 WHERE id = $3";
    execute(door.tx, sql, [step.to.as_str().into(), now.into(), row.id.into()]).await?;
    if action == ReviewAction::Approve {
        let until = kept_from(scope.today).max(row.retain_until.unwrap_or(NaiveDate::MIN));
        let sql = "UPDATE evidence SET approved_version = latest_version, approved_from = effective, approved_until = expires, \
                   retain_until = $1 WHERE id = $2";
        execute(door.tx, sql, [until.into(), row.id.into()]).await?;
    }
    // Two steps of one change bear one time: the sequence is their order.
    let sql = "INSERT INTO evidence_reviews (id, system_id, evidence_id, version_number, action, by_id, comment, self_approved, \
               created_at, sequence) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, COALESCE(MAX(r.sequence), 0) + 1 \
               FROM evidence_reviews r WHERE r.evidence_id = $3";
    let values: [Value; 9] = [
        door.id::<Uuid>()?.into(),
        scope.system.0.into(),
        row.id.into(),
        row.latest_version.into(),
        action.as_str().into(),
        user.into(),
        comment.into(),
        step.self_approved.into(),
        now.into(),
    ];
    execute(door.tx, sql, values).await?;
    let details = json!({ "version": row.latest_version, "old": row.state(), "new": step.to, "comment": comment.is_some() });
    door.record(Event::new(audited_as(action, step), "evidence", row.id).details(details));
    Ok(())
}
