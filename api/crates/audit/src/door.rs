//! The write door: lock, work, audit rows, one transaction.

use crate::INSTALLATION_CHAIN;
use crate::chain::{Link, genesis, link_hash};
use crate::origins;
use crate::told::Told;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use platform::db::{bind, named, rows};
use platform::http::context::Origin;
use platform::{AppError, Clock, Platform, Result, Rng, Tx};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use serde::Serialize;
use shared_types::{SystemId, UserId};
use uuid::Uuid;

/// Who acts, and in which request.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    /// The user; absent for the product itself and for people who are not signed in.
    pub user: Option<UserId>,
    /// The request.
    pub request_id: Option<String>,
    /// Where the request came from.
    pub origin: Option<Origin>,
    /// The API token that the user acts by.
    pub token: Option<Uuid>,
}

impl Actor {
    /// A user, in the request that this task serves.
    pub fn user(id: UserId) -> Self {
        Self { user: Some(id), ..Self::anonymous() }
    }

    /// Nobody who is signed in: the product itself, or a person before sign-in.
    pub fn anonymous() -> Self {
        use platform::http::context::{request_id, request_origin};
        Self { user: None, request_id: request_id(), origin: request_origin(), token: None }
    }

    /// The same by an API token, if it is one.
    #[must_use]
    pub fn by_token(self, token: Option<Uuid>) -> Self {
        Self { token, ..self }
    }
}

/// An audit row to be.
#[derive(Debug)]
pub struct Event {
    action: &'static str,
    object_kind: &'static str,
    object_id: Option<String>,
    details: serde_json::Value,
}

impl Event {
    /// Something was done (`control.update`) to an object of a kind.
    pub fn new(action: &'static str, object_kind: &'static str, object_id: impl std::fmt::Display) -> Self {
        Self { action, object_kind, object_id: Some(object_id.to_string()), details: serde_json::json!({}) }
    }

    /// Something happened that is about no object.
    pub fn without_object(action: &'static str, object_kind: &'static str) -> Self {
        Self { action, object_kind, object_id: None, details: serde_json::json!({}) }
    }

    /// Adds what changed: ids, values, old and new. Never names, addresses or secrets.
    #[must_use]
    pub fn details(mut self, details: impl Serialize) -> Self {
        self.details = serde_json::to_value(details).unwrap_or_default();
        self
    }
}

/// The open door: what a service works with. `now` is the time of the whole change.
pub struct Door<'t> {
    /// The transaction.
    pub tx: &'t Tx,
    /// Who acts.
    pub actor: Actor,
    /// The time of the change.
    pub now: DateTime<Utc>,
    /// The clock, for ids.
    pub clock: Clock,
    /// Chance.
    pub rng: Rng,
    /// Revision of the system or the installation after this change.
    pub revision: i64,
    chain: Uuid,
    events: Vec<Event>,
    written: Vec<Uuid>,
    told: Told,
    sequence: i64,
    head: String,
}

#[derive(FromQueryResult)]
struct Locked {
    revision: i64,
    audit_sequence: i64,
    audit_hash: String,
    archived_at: Option<DateTime<Utc>>,
}

/// Most audit rows of one INSERT: SQLite and PostgreSQL bound the number of values in a statement.
const ROWS_PER_INSERT: usize = 500;

impl<'t> Door<'t> {
    async fn open(platform: &Platform, tx: &'t Tx, actor: Actor, chain: Uuid, told: Told) -> Result<(Self, bool)> {
        let (sql, values): (_, Vec<Value>) = if chain == INSTALLATION_CHAIN {
            (
                "UPDATE installation SET revision = revision + 1 WHERE id = 1 \
                 RETURNING revision, audit_sequence, audit_hash, setup_completed_at AS archived_at",
                vec![],
            )
        } else {
            (
                "UPDATE systems SET revision = revision + 1 WHERE id = $1 \
                 RETURNING revision, audit_sequence, audit_hash, archived_at",
                vec![chain.into()],
            )
        };
        let locked = rows::<Locked>(tx, sql, values).await?.into_iter().next().ok_or_else(AppError::not_found)?;
        let archived = chain != INSTALLATION_CHAIN && locked.archived_at.is_some();
        let head = if locked.audit_sequence == 0 { genesis(chain) } else { locked.audit_hash };
        let door = Self {
            tx,
            actor,
            now: platform.clock.now(),
            clock: platform.clock.clone(),
            rng: platform.rng.clone(),
            revision: locked.revision,
            chain,
            events: Vec::new(),
            written: Vec::new(),
            told,
            sequence: locked.audit_sequence,
            head,
        };
        Ok((door, archived))
    }

    /// A new id.
    pub fn id<T: From<Uuid>>(&self) -> Result<T> {
        self.rng.id(&self.clock)
    }

    /// The acting user. Handlers that take a signed-in user always have one.
    pub fn user(&self) -> Result<UserId> {
        self.actor.user.ok_or_else(|| AppError::internal("a change that needs a user was made without one"))
    }

    /// Records what is being done; written when the closure has returned.
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Opens a second door inside the same transaction: the installation's change that creates a system writes in the new
    /// system's chain too. The installation comes first, always, so that two such changes can't wait for each other.
    pub async fn inner(&self, platform: &Platform, system: SystemId) -> Result<Door<'t>> {
        Ok(Door::open(platform, self.tx, self.actor.clone(), system.0, self.told.clone()).await?.0)
    }

    /// Hashes and writes what was recorded.
    pub async fn close(mut self) -> Result<()> {
        if self.events.is_empty() {
            return Ok(());
        }
        let mut events = std::mem::take(&mut self.events).into_iter().peekable();
        while events.peek().is_some() {
            let mut sql =
                "INSERT INTO audit_events (id, chain, sequence, recorded_at, actor_id, action, object_kind, object_id, \
                           details, request_id, previous_hash, hash) VALUES "
                    .to_owned();
            let mut values: Vec<Value> = Vec::new();
            for event in events.by_ref().take(ROWS_PER_INSERT) {
                self.append(event, &mut sql, &mut values)?;
            }
            self.tx.execute_raw(bind(self.tx.get_database_backend(), &sql, values)).await?;
        }
        let sql = if self.chain == INSTALLATION_CHAIN {
            "UPDATE installation SET audit_sequence = $1, audit_hash = $2 WHERE id = 1"
        } else {
            "UPDATE systems SET audit_sequence = $1, audit_hash = $2 WHERE id = $3"
        };
        let mut values: Vec<Value> = vec![self.sequence.into(), self.head.into()];
        if self.chain != INSTALLATION_CHAIN {
            values.push(self.chain.into());
        }
        self.tx.execute_raw(bind(self.tx.get_database_backend(), sql, values)).await?;
        origins::keep(self.tx, &self.actor, &self.written, self.chain == INSTALLATION_CHAIN).await
    }

    fn append(&mut self, event: Event, sql: &mut String, values: &mut Vec<Value>) -> Result<()> {
        let details = event.details.to_string();
        self.sequence += 1;
        let actor = self.actor.user.map(Uuid::from);
        let hash = link_hash(&Link {
            chain: self.chain,
            sequence: self.sequence,
            at: self.now,
            actor,
            action: event.action,
            object_kind: event.object_kind,
            object_id: event.object_id.as_deref(),
            details: &details,
            request_id: self.actor.request_id.as_deref(),
            previous_hash: &self.head,
        });
        if self.told.wanted() {
            let origin = if self.chain == INSTALLATION_CHAIN { self.actor.origin.as_ref() } else { None };
            self.told.tell(&serde_json::json!({
                "chain": self.chain,
                "sequence": self.sequence,
                "at": self.now,
                "actor": actor,
                "action": event.action,
                "object_kind": event.object_kind,
                "object_id": event.object_id,
                "details": event.details,
                "request_id": self.actor.request_id,
                "address": origin.and_then(|origin| origin.address.as_deref()),
                "user_agent": origin.and_then(|origin| origin.user_agent.as_deref()),
                "token": self.actor.token,
                "hash": hash,
            }));
        }
        let previous_hash = std::mem::replace(&mut self.head, hash.clone());
        let first = values.len() + 1;
        let places: Vec<String> = (first..first + 12).map(|n| format!("${n}")).collect();
        sql.push_str(if values.is_empty() { "(" } else { ", (" });
        sql.push_str(&places.join(", "));
        sql.push(')');
        let id = self.id::<Uuid>()?;
        self.written.push(id);
        values.extend([
            id.into(),
            self.chain.into(),
            self.sequence.into(),
            self.now.into(),
            actor.into(),
            event.action.into(),
            event.object_kind.into(),
            event.object_id.into(),
            details.into(),
            self.actor.request_id.clone().into(),
            previous_hash.into(),
            hash.into(),
        ]);
        Ok(())
    }
}

/// Runs a change to a system behind its door. An archived system refuses (409), a missing one is 404.
pub async fn change_system<T, F>(platform: &Platform, actor: Actor, system: SystemId, work: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'d, 't> FnOnce(&'d mut Door<'t>) -> BoxFuture<'d, Result<T>> + Send + 'static,
{
    change(platform, actor, system.0, false, work).await
}

/// The same, for the few changes that an archived system takes: being restored.
pub async fn change_system_even_archived<T, F>(platform: &Platform, actor: Actor, system: SystemId, work: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'d, 't> FnOnce(&'d mut Door<'t>) -> BoxFuture<'d, Result<T>> + Send + 'static,
{
    change(platform, actor, system.0, true, work).await
}

/// Runs a change to the installation (users, sessions, systems) behind its door.
pub async fn change_installation<T, F>(platform: &Platform, actor: Actor, work: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'d, 't> FnOnce(&'d mut Door<'t>) -> BoxFuture<'d, Result<T>> + Send + 'static,
{
    change(platform, actor, INSTALLATION_CHAIN, true, work).await
}

async fn change<T, F>(platform: &Platform, actor: Actor, chain: Uuid, even_archived: bool, work: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'d, 't> FnOnce(&'d mut Door<'t>) -> BoxFuture<'d, Result<T>> + Send + 'static,
{
    let inner = platform.clone();
    let told = Told::of(platform);
    let within = told.clone();
    let value = platform
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (mut door, archived) = named("write door", Door::open(&inner, tx, actor, chain, within)).await?;
                if archived && !even_archived {
                    return Err(AppError::conflict("This system is archived and read-only. Restore it first."));
                }
                let value = work(&mut door).await?;
                named("audit log", door.close()).await?;
                Ok(value)
            })
        })
        .await?;
    told.send();
    Ok(value)
}
