//! Where the events of the installation came from: address, program, API token.
//!
//! They stand beside the log and not in it. An address belongs to a person, who may ask to be forgotten; what is hashed can't be.
//! Only the installation's events have an address: the log of a system is read by that system's people, and where a colleague
//! works from is not theirs to see. That somebody acted by a token is kept for both.

use crate::{Actor, INSTALLATION_CHAIN};
use platform::db::execute;
use platform::http::context::Origin;
use platform::{Result, Tx};
use sea_orm::Value;
use shared_types::UserId;
use uuid::Uuid;

/// Writes the origin of events down, if they come from a request; `address` where the chain may have it.
pub(crate) async fn keep(tx: &Tx, actor: &Actor, events: &[Uuid], address: bool) -> Result<()> {
    let origin = actor.origin.clone().filter(|origin| address && *origin != Origin::default());
    if origin.is_none() && actor.token.is_none() {
        return Ok(());
    }
    let origin = origin.unwrap_or_default();
    for chunk in events.chunks(500) {
        let mut values: Vec<Value> = Vec::new();
        let mut rows = Vec::new();
        for event in chunk {
            let first = values.len() + 1;
            rows.push(format!("({})", (first..first + 5).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")));
            values.extend([
                (*event).into(),
                actor.user.map(Uuid::from).into(),
                origin.address.clone().into(),
                origin.user_agent.clone().into(),
                actor.token.into(),
            ]);
        }
        let sql =
            format!("INSERT INTO audit_origins (event_id, person_id, address, user_agent, token_id) VALUES {}", rows.join(", "));
        execute(tx, &sql, values).await?;
    }
    Ok(())
}

/// Erases where a person acted from, and where somebody tried to get in as that person. The log itself stays whole.
pub async fn forget_origins(tx: &Tx, user: UserId) -> Result<u64> {
    let sql = "UPDATE audit_origins SET address = NULL, user_agent = NULL WHERE person_id = $1 \
               OR event_id IN (SELECT e.id FROM audit_events e WHERE e.chain = $2 AND e.object_kind = 'user' AND e.object_id = $3)";
    execute(tx, sql, [user.0.into(), INSTALLATION_CHAIN.into(), user.to_string().into()]).await
}
