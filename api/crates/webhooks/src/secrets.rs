//! The secret of an endpoint, and the signature of a message to it, as Standard Webhooks 1.0 has them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use identity::SealingKey;
use platform::{AppError, Result, Rng};
use sha2::Sha256;
use shared_types::WebhookId;

/// A secret, as bytes.
pub(crate) struct Secret([u8; 32]);

impl Secret {
    /// A new one.
    pub fn new(rng: &Rng) -> Result<Self> {
        rng.bytes::<32>().map(Self)
    }

    /// As it is stored: encrypted for its endpoint, with a key that is not in the database.
    pub fn sealed(&self, key: &SealingKey, rng: &Rng, webhook: WebhookId) -> Result<String> {
        key.seal(rng, webhook.0, &self.0)
    }

    /// The secret of an endpoint, as it was stored. Nothing where the installation's key is another than it was.
    pub fn open(key: &SealingKey, webhook: WebhookId, sealed: &str) -> Option<Self> {
        key.open(webhook.0, sealed)?.try_into().ok().map(Self)
    }

    /// As it is handed out.
    pub fn shown(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }

    /// The signature of a message: of its id, the time of the attempt, and the body, in this order.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> Result<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(AppError::internal)?;
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_implementation_makes_the_same_signature() {
        let secret = Secret([7; 32]);
        let body = br#"{"type":"task.assigned","text":"Gr\u00fc\u00dfe"}"#;
        let other = standardwebhooks::Webhook::new(&secret.shown()).unwrap();
        let signature = secret.sign("msg_1", 1_764_000_000, body).unwrap();
        assert_eq!(other.sign("msg_1", 1_764_000_000, body).unwrap(), signature);
        let next = Secret::new(&Rng::system()).unwrap();
        assert_ne!(next.shown(), secret.shown());
        assert_ne!(next.sign("msg_1", 1_764_000_000, body).unwrap(), signature);
    }
}
