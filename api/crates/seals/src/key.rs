//! The key that signs seals.

use platform::settings::seal_seed;
use platform::{AppError, Platform, Result, key_file};
use seal::signature::{PublicKey, SigningKey};

/// The signing key of the installation.
#[derive(Debug)]
pub struct SealKey(SigningKey);

impl SealKey {
    /// Takes the key of the settings or its file; the local profile makes one at the first start.
    pub fn load(platform: &Platform) -> Result<Self> {
        let settings = &platform.settings.seal;
        let text = key_file::load(platform, settings.signing_key.expose(), settings.signing_key_file.as_deref(), "signing.key")?;
        let seed = seal_seed(&text).ok_or_else(|| AppError::internal("the signing key is not 64 hexadecimal digits"))?;
        Ok(Self(SigningKey::from_seed(&seed)))
    }

    /// The key, for signing.
    pub(crate) fn signing(&self) -> &SigningKey {
        &self.0
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        self.0.public()
    }
}
