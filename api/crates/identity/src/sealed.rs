//! Secrets that must not be readable in the database, or in a backup of it, alone.

use crate::keys::{derive, session_key};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use platform::{AppError, Platform, Result, Rng};
use uuid::Uuid;

/// Bytes of a nonce. At 192 bits a random one never repeats.
const NONCE: usize = 24;

/// Encrypts the secrets of one purpose, each for the row that it stands in.
#[derive(Clone)]
pub struct SealingKey([u8; 32]);

impl SealingKey {
    /// The key of a purpose, from the installation's key, which is not in the database.
    pub(crate) fn derive(key: &[u8], purpose: &[u8]) -> Result<Self> {
        derive(key, purpose).map(Self)
    }

    /// Encrypts a secret for one owner: in another's row it can't be read.
    pub fn seal(&self, rng: &Rng, owner: Uuid, secret: &[u8]) -> Result<String> {
        let nonce = rng.bytes::<NONCE>()?;
        let payload = Payload { msg: secret, aad: owner.as_bytes() };
        let sealed =
            self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|error| AppError::internal(error.to_string()))?;
        Ok(STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Decrypts it. Nothing where it was sealed for another owner, or the installation's key is another than it was.
    pub fn open(&self, owner: Uuid, sealed: &str) -> Option<Vec<u8>> {
        let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: owner.as_bytes() }).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

/// The key that seals the secrets of webhooks. It may have to be read from a file: ask before a transaction, not within.
pub async fn webhook_secrets(platform: &Platform) -> Result<SealingKey> {
    let platform = platform.clone();
    let read = tokio::task::spawn_blocking(move || session_key(&platform));
    SealingKey::derive(read.await.map_err(AppError::internal)??.as_bytes(), b"cmmc-tracker webhook secret v1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_its_owner_key_and_purpose_only() {
        let key = SealingKey::derive(b"one key", b"a").unwrap();
        let (owner, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = key.seal(&Rng::system(), owner, b"secret").unwrap();
        assert_eq!(key.open(owner, &sealed).unwrap(), b"secret");
        assert_ne!(sealed, key.seal(&Rng::system(), owner, b"secret").unwrap());
        assert!(key.open(other, &sealed).is_none());
        assert!(SealingKey::derive(b"another key", b"a").unwrap().open(owner, &sealed).is_none());
        assert!(SealingKey::derive(b"one key", b"b").unwrap().open(owner, &sealed).is_none());
        for bad in ["", "x", "AAAA", &sealed[..sealed.len() - 2]] {
            assert!(key.open(owner, bad).is_none(), "{bad}");
        }
    }
}
