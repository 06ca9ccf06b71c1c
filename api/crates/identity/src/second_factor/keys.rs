//! Keys for what must not be readable in the database, or in a backup of it, alone.

use crate::keys::derive;
use crate::sealed::SealingKey;
use hmac::{Hmac, Mac};
use platform::{AppError, Result, Rng};
use sha2::Sha256;
use shared_types::UserId;

/// Encrypts secrets of authenticator apps and hashes backup codes, each with a key of its own.
#[derive(Clone)]
pub(crate) struct SecondFactorKeys {
    secrets: SealingKey,
    codes: [u8; 32],
}

impl SecondFactorKeys {
    /// Derives both from the installation's key, which is not in the database.
    pub fn derive(key: &[u8]) -> Result<Self> {
        Ok(Self {
            secrets: SealingKey::derive(key, b"cmmc-tracker second factor secret v1")?,
            codes: derive(key, b"cmmc-tracker backup code v1")?,
        })
    }

    /// Encrypts a secret for one user: in another's row it can't be read.
    pub fn seal(&self, rng: &Rng, user: UserId, secret: &[u8]) -> Result<String> {
        self.secrets.seal(rng, user.0, secret)
    }

    /// Decrypts it. Fails where the installation's key is another than it was: the log says so.
    pub fn open(&self, user: UserId, sealed: &str) -> Result<Vec<u8>> {
        let unreadable = || AppError::internal("a second factor's secret can't be read: is session.key another than before?");
        self.secrets.open(user.0, sealed).ok_or_else(unreadable)
    }

    /// The hash of a user's backup code. Keyed: with the database alone, not even fifty bits can be tried out.
    pub fn code_hash(&self, user: UserId, code: &str) -> Result<String> {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.codes).map_err(AppError::internal)?;
        mac.update(user.0.as_bytes());
        mac.update(code.as_bytes());
        Ok(hex::encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_secret_opens_for_its_user_and_key_only() {
        let keys = SecondFactorKeys::derive(b"one key").unwrap();
        let (user, other) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let sealed = keys.seal(&Rng::system(), user, b"secret").unwrap();
        assert_eq!(keys.open(user, &sealed).unwrap(), b"secret");
        assert_ne!(sealed, keys.seal(&Rng::system(), user, b"secret").unwrap());
        assert!(keys.open(other, &sealed).is_err());
        assert!(SecondFactorKeys::derive(b"another key").unwrap().open(user, &sealed).is_err());
        for bad in ["", "x", "AAAA", &sealed[..sealed.len() - 2]] {
            assert!(keys.open(user, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_code_hashes_for_its_user_and_key_only() {
        let (one, two) = (SecondFactorKeys::derive(b"one").unwrap(), SecondFactorKeys::derive(b"two").unwrap());
        let (user, other) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        assert_eq!(one.code_hash(user, "a").unwrap(), one.code_hash(user, "a").unwrap());
        assert_ne!(one.code_hash(user, "a").unwrap(), one.code_hash(other, "a").unwrap());
        assert_ne!(one.code_hash(user, "a").unwrap(), two.code_hash(user, "a").unwrap());
    }
}
