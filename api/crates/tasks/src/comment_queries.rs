//! What is read of comments: the rows, then the names and the evidence of a whole page in one statement each.

use crate::row::person;
use chrono::{DateTime, Utc};
use platform::db::rows;
use platform::page::PageRequest;
use platform::{AppError, Db, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use shared_types::identity::Person;
use shared_types::tasks::{CommentAttachment, TaskAction, TaskComment, mentioned};
use shared_types::{CommentId, EvidenceId, FieldCode, UserId};
use std::collections::HashMap;
use systems::Scope;
use uuid::Uuid;

/// A comment as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct CommentRow {
    id: Uuid,
    author_id: Option<Uuid>,
    author_name: Option<String>,
    body: String,
    evidence: String,
    action: Option<String>,
    pub sequence: i64,
    created_at: DateTime<Utc>,
}

const COMMENT: &str = "SELECT k.id, k.author_id, u.name AS author_name, k.body, k.evidence, k.action, k.sequence, k.created_at \
    FROM task_comments k LEFT JOIN users u ON u.id = k.author_id WHERE k.system_id = $1 AND k.task_id = $2";

/// The comments of a page, in the order in which they were written.
pub(crate) async fn comments(db: &Db, scope: &Scope, task: Uuid, page: &PageRequest<i64>) -> Result<Vec<CommentRow>> {
    let (compare, way) = if page.backwards() { ("<", "DESC") } else { (">", "ASC") };
    let sql = format!("{COMMENT} AND ($3 OR k.sequence {compare} $4) ORDER BY k.sequence {way} LIMIT $5");
    let values = [
        scope.system.0.into(),
        task.into(),
        page.cursor.is_none().into(),
        page.cursor.as_ref().map_or(0, |cursor| cursor.k).into(),
        i64::try_from(page.fetch()).unwrap_or(i64::MAX).into(),
    ];
    db.rows(&sql, values).await
}

/// One comment.
pub(crate) async fn comment(connection: &impl ConnectionTrait, scope: &Scope, task: Uuid, id: CommentId) -> Result<TaskComment> {
    let sql = format!("{COMMENT} AND k.id = $3");
    let values = [scope.system.0.into(), task.into(), id.0.into()];
    let row = rows::<CommentRow>(connection, &sql, values).await?.into_iter().next().ok_or_else(AppError::not_found)?;
    let beside = Beside::of(connection, scope, std::slice::from_ref(&row)).await?;
    beside.comment(row)
}

/// The names and the evidence that stand beside comments.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    people: HashMap<UserId, String>,
    evidence: HashMap<EvidenceId, CommentAttachment>,
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

#[derive(FromQueryResult)]
struct Attached {
    id: Uuid,
    number: i32,
    title: String,
}

impl From<Attached> for CommentAttachment {
    fn from(Attached { id, number, title }: Attached) -> Self {
        Self { id: EvidenceId(id), number: format!("EV-{number}"), title }
    }
}

fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

fn attached(row: &CommentRow) -> Result<Vec<EvidenceId>> {
    serde_json::from_str(&row.evidence).map_err(AppError::internal)
}

/// Ids of one statement: SQLite and PostgreSQL bound the values.
const IDS: usize = 1_000;

impl Beside {
    /// Of these comments: a page has 200 at most, a comment 20 of each.
    pub(crate) async fn of(connection: &impl ConnectionTrait, scope: &Scope, comments: &[CommentRow]) -> Result<Self> {
        let mut beside = Self::default();
        let mut people: Vec<UserId> = comments.iter().flat_map(|row| mentioned(&row.body)).collect();
        people.sort_unstable();
        people.dedup();
        for some in people.chunks(IDS) {
            let sql = format!("SELECT id, name FROM users WHERE id IN ({})", places(1, some.len()));
            let found = rows::<Named>(connection, &sql, some.iter().map(|user| Value::from(user.0))).await?;
            beside.people.extend(found.into_iter().map(|Named { id, name }| (UserId(id), name)));
        }
        let mut evidence = Vec::new();
        for row in comments {
            evidence.extend(attached(row)?);
        }
        evidence.sort_unstable();
        evidence.dedup();
        for some in evidence.chunks(IDS) {
            let sql = format!(
                "SELECT id, number, title FROM evidence WHERE system_id = $1 AND deleted_at IS NULL AND id IN ({})",
                places(2, some.len())
            );
            let values = std::iter::once(Value::from(scope.system.0)).chain(some.iter().map(|one| Value::from(one.0)));
            let found = rows::<Attached>(connection, &sql, values).await?;
            beside.evidence.extend(found.into_iter().map(|row| (EvidenceId(row.id), CommentAttachment::from(row))));
        }
        Ok(beside)
    }

    /// A comment as it is shown.
    pub(crate) fn comment(&self, row: CommentRow) -> Result<TaskComment> {
        let attachments = attached(&row)?.iter().filter_map(|id| self.evidence.get(id).cloned()).collect();
        let CommentRow { id, author_id, author_name, body, evidence: _, action, sequence: _, created_at } = row;
        let named = |id: UserId| self.people.get(&id).map(|name| Person { id, name: name.clone() });
        let mentions = mentioned(&body).into_iter().filter_map(named).collect();
        let action = action.as_deref().and_then(TaskAction::parse);
        Ok(TaskComment {
            id: CommentId(id),
            author: person(author_id, author_name),
            body,
            mentions,
            attachments,
            action,
            created_at,
        })
    }
}

/// The evidence that a comment names, which is linked to the task already.
pub(crate) async fn attachable(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    task: Uuid,
    names: &[String],
) -> Result<Vec<EvidenceId>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT e.id, e.number, e.title FROM evidence_links l JOIN evidence e ON e.id = l.evidence_id \
               WHERE l.system_id = $1 AND l.task_id = $2 AND e.deleted_at IS NULL";
    let linked = rows::<Attached>(connection, sql, [scope.system.0.into(), task.into()]).await?;
    let mut ids: Vec<EvidenceId> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let number = name.strip_prefix("EV-").and_then(|number| number.parse::<i32>().ok());
        let id = name.parse::<Uuid>().ok();
        let found = linked.iter().find(|one| Some(one.number) == number || Some(one.id) == id);
        let fault = |code, words: &str| AppError::invalid(format!("/evidence/{index}"), code, words);
        let found = found.ok_or_else(|| fault(FieldCode::NotFound, "no evidence that is linked to this task: link it first"))?;
        if ids.contains(&EvidenceId(found.id)) {
            return Err(fault(FieldCode::Taken, "it stands twice"));
        }
        ids.push(EvidenceId(found.id));
    }
    Ok(ids)
}
