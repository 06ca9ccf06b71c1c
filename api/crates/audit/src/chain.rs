//! What is hashed, and how. Pure.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Everything in a row that its hash covers.
#[derive(Debug, Clone)]
pub struct Link<'a> {
    /// The chain.
    pub chain: Uuid,
    /// Place in it, from 1.
    pub sequence: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Option<Uuid>,
    /// What was done.
    pub action: &'a str,
    /// Kind of the object.
    pub object_kind: &'a str,
    /// The object.
    pub object_id: Option<&'a str>,
    /// What changed, as stored: text, never re-serialised.
    pub details: &'a str,
    /// The request.
    pub request_id: Option<&'a str>,
    /// Hash of the row before; [`genesis`] for the first.
    pub previous_hash: &'a str,
}

/// The hash before the first row of a chain.
pub fn genesis(chain: Uuid) -> String {
    hex::encode(Sha256::digest(format!("cmmc-tracker audit chain {chain}")))
}

/// SHA-256 over the row as a JSON array of strings and nulls, so that no two rows have the same text.
pub fn link_hash(link: &Link<'_>) -> String {
    let at = link.at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let fields = serde_json::json!([
        link.chain.to_string(),
        link.sequence.to_string(),
        at,
        link.actor.map(|id| id.to_string()),
        link.action,
        link.object_kind,
        link.object_id,
        link.details,
        link.request_id,
        link.previous_hash,
    ]);
    hex::encode(Sha256::digest(fields.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_counts() {
        let at: DateTime<Utc> = "2026-11-22T01:02:03.000004Z".parse().unwrap();
        let link = Link {
            chain: Uuid::nil(),
            sequence: 1,
            at,
            actor: None,
            action: "a",
            object_kind: "k",
            object_id: None,
            details: "{}",
            request_id: None,
            previous_hash: "p",
        };
        let mut seen = std::collections::HashSet::from([link_hash(&link)]);
        let changes = [
            Link { chain: Uuid::max(), ..link.clone() },
            Link { sequence: 2, ..link.clone() },
            Link { at: at + chrono::Duration::microseconds(1), ..link.clone() },
            Link { actor: Some(Uuid::nil()), ..link.clone() },
            Link { action: "b", ..link.clone() },
            Link { object_kind: "l", ..link.clone() },
            Link { object_id: Some(""), ..link.clone() },
            Link { details: "{} ", ..link.clone() },
            Link { request_id: Some("r"), ..link.clone() },
            Link { previous_hash: "q", ..link.clone() },
        ];
        for changed in changes {
            assert!(seen.insert(link_hash(&changed)), "{changed:?} hashes like another");
        }
    }
}
