//! The audit log: a page of rows, then the names of everything that they mention, in one statement each.

use super::conditions::Conditions;
use crate::audit_filter::{AuditFilter, WantedActor};
use audit::INSTALLATION_CHAIN;
use chrono::{DateTime, Utc};
use platform::{Db, Result};
use sea_orm::{FromQueryResult, Value};
use shared_types::audit::{AuditEvent, AuditOrigin};
use shared_types::identity::Person;
use shared_types::{ApiTokenId, AuditEventId, UserId};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A row as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct EventRow {
    pub(super) id: Uuid,
    pub sequence: i64,
    pub(super) recorded_at: DateTime<Utc>,
    pub(super) actor_id: Option<Uuid>,
    pub(super) action: String,
    pub(super) object_kind: String,
    pub(super) object_id: Option<String>,
    pub details: String,
    pub(super) request_id: Option<String>,
    pub previous_hash: String,
    pub(super) hash: String,
    pub(super) address: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) token_id: Option<Uuid>,
}

/// Where a page begins and which way it goes.
pub(crate) struct Place {
    pub from: Option<i64>,
    pub backwards: bool,
    pub limit: u64,
}

/// Rows of a chain, newest first.
pub(crate) async fn events(db: &Db, chain: Uuid, filter: &AuditFilter, place: Place) -> Result<Vec<EventRow>> {
    let mut conditions = Conditions::default();
    conditions.compare("chain =", Some(chain));
    actors(&mut conditions, &filter.actors);
    actions(&mut conditions, &filter.actions);
    if !filter.object_kinds.is_empty() {
        let places = conditions.places(filter.object_kinds.iter().cloned());
        conditions.and(format!("object_kind IN ({places})"));
    }
    conditions.compare("object_id =", filter.object_id.clone());
    conditions.compare("recorded_at >=", filter.from);
    conditions.compare("recorded_at <", filter.before);
    let (beyond, order) = if place.backwards { ("sequence >", "ASC") } else { ("sequence <", "DESC") };
    conditions.compare(beyond, place.from);
    let limit = conditions.place(i64::try_from(place.limit).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT id, sequence, recorded_at, actor_id, action, object_kind, object_id, details, request_id, previous_hash, hash, \
         address, user_agent, token_id FROM audit_events LEFT JOIN audit_origins ON event_id = id WHERE {} ORDER BY sequence {order} LIMIT {limit}",
        conditions.sql()
    );
    db.rows(&sql, conditions.into_values()).await
}

fn actors(conditions: &mut Conditions, wanted: &[WantedActor]) {
    let mut any = Vec::new();
    let users = wanted.iter().filter_map(|actor| match actor {
        WantedActor::User(id) => Some(id.0),
        WantedActor::Nobody => None,
    });
    let places = conditions.places(users);
    if !places.is_empty() {
        any.push(format!("actor_id IN ({places})"));
    }
    if wanted.contains(&WantedActor::Nobody) {
        any.push("actor_id IS NULL".to_owned());
    }
    if !any.is_empty() {
        conditions.and(format!("({})", any.join(" OR ")));
    }
}

/// Exact names; and prefixes as ranges, which the index serves: `finding.` is everything from `finding.` up to `finding/`.
fn actions(conditions: &mut Conditions, wanted: &[String]) {
    let any: Vec<String> = wanted
        .iter()
        .map(|action| match action.strip_suffix('.') {
            Some(kind) => {
                let (from, to) = (conditions.place(action.as_str()), conditions.place(format!("{kind}/")));
                format!("(action >= {from} AND action < {to})")
            }
            None => format!("action = {}", conditions.place(action.as_str())),
        })
        .collect();
    if !any.is_empty() {
        conditions.and(format!("({})", any.join(" OR ")));
    }
}

/// What ids are called.
#[derive(Debug, Default)]
pub(crate) struct Labels(HashMap<Uuid, String>);

#[derive(FromQueryResult)]
struct Label {
    id: Uuid,
    label: String,
}

/// The id at the beginning of an object's id: an objective is stored as its control's id with a letter.
fn leading_id(object: &str) -> Option<(Uuid, &str)> {
    let (id, rest) = object.split_at_checked(36)?;
    Some((id.parse().ok()?, rest))
}

/// The names of everybody and everything that rows mention. Only what the chain's own system holds is looked up: a row can't
/// be made to show another system's words.
pub(crate) async fn labels(db: &Db, chain: Uuid, rows: &[EventRow]) -> Result<Labels> {
    let objects = |kinds: &[&str]| -> BTreeSet<Uuid> {
        let of_kind = rows.iter().filter(|row| kinds.contains(&row.object_kind.as_str()));
        of_kind.filter_map(|row| leading_id(row.object_id.as_deref()?)).map(|(id, _)| id).collect()
    };
    let mut users = objects(&["user"]);
    users.extend(rows.iter().filter_map(|row| row.actor_id));
    let mut systems = objects(&["system"]);
    if chain != INSTALLATION_CHAIN {
        systems.retain(|id| *id == chain);
    }
    let sources = [
        ("SELECT id, name AS label FROM users WHERE id IN", false, users),
        ("SELECT id, name AS label FROM systems WHERE id IN", false, systems),
        ("SELECT id, reference AS label FROM controls WHERE system_id = $1 AND id IN", true, objects(&["control", "objective"])),
        (
            "SELECT id, 'TASK-' || CAST(number AS text) AS label FROM tasks WHERE system_id = $1 AND id IN",
            true,
            objects(&["task"]),
        ),
        ("SELECT id, title AS label FROM evidence WHERE system_id = $1 AND id IN", true, objects(&["evidence"])),
    ];
    let mut values: Vec<Value> = Vec::new();
    if sources.iter().any(|(_, scoped, ids)| *scoped && !ids.is_empty()) {
        values.push(chain.into());
    }
    let mut parts = Vec::new();
    for (select, _, ids) in sources {
        let places: Vec<String> = ids
            .into_iter()
            .map(|id| {
                values.push(id.into());
                format!("${}", values.len())
            })
            .collect();
        if !places.is_empty() {
            parts.push(format!("{select} ({})", places.join(", ")));
        }
    }
    if parts.is_empty() {
        return Ok(Labels::default());
    }
    let found = db.rows::<Label>(&parts.join(" UNION ALL "), values).await?;
    Ok(Labels(found.into_iter().map(|Label { id, label }| (id, label)).collect()))
}

impl Labels {
    /// A row as it is shown.
    pub(crate) fn event(&self, row: EventRow) -> AuditEvent {
        let EventRow {
            id,
            sequence,
            recorded_at,
            actor_id,
            action,
            object_kind,
            object_id,
            details,
            request_id,
            previous_hash: _,
            hash,
            address,
            user_agent,
            token_id,
        } = row;
        let known = address.is_some() || user_agent.is_some() || token_id.is_some();
        let origin = known.then(|| AuditOrigin { address, user_agent, token: token_id.map(ApiTokenId) });
        let object_label = object_id.as_deref().and_then(leading_id).and_then(|(id, rest)| {
            let letter = rest.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let label = self.0.get(&id)?;
            Some(if letter.is_empty() { label.clone() } else { format!("{label}[{letter}]") })
        });
        AuditEvent {
            id: AuditEventId(id),
            sequence,
            at: recorded_at,
            // A person who was forgotten keeps the id and has no name any more.
            actor: actor_id.map(|id| Person { id: UserId(id), name: self.0.get(&id).cloned().unwrap_or_default() }),
            action,
            object_kind,
            object_id,
            object_label,
            details: serde_json::from_str(&details).unwrap_or_default(),
            request_id,
            origin,
            hash,
        }
    }
}
