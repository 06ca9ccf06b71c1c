//! What is known of the bytes that have come so far, in a form that is stored with the offset: after a restart nothing has to be
//! read again.

use crate::rules::{TEXT_STATE, TextCheck};
use platform::{AppError, Result};
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest, Sha256};

/// A running SHA-256, and the check for text where the file must be text.
#[derive(Clone)]
pub(crate) struct Progress {
    hash: Sha256,
    text: Option<TextCheck>,
}

impl Progress {
    /// Before the first byte.
    pub(crate) fn new(text: bool) -> Self {
        Self { hash: Sha256::new(), text: text.then(TextCheck::new) }
    }

    /// Takes the next bytes in.
    pub(crate) fn update(&mut self, bytes: &[u8]) -> Result<()> {
        self.hash.update(bytes);
        if let Some(text) = &mut self.text {
            text.update(bytes)?;
        }
        Ok(())
    }

    /// After the last byte: is it whole.
    pub(crate) fn finish(&self) -> Result<()> {
        self.text.as_ref().map_or(Ok(()), TextCheck::finish)?;
        Ok(())
    }

    /// The SHA-256 of everything so far.
    pub(crate) fn sha256(&self) -> String {
        hex::encode(self.hash.clone().finalize())
    }

    /// For storing.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.hash.serialize().to_vec();
        bytes.extend(self.text.iter().flat_map(TextCheck::to_bytes));
        bytes
    }

    /// As it was stored.
    pub(crate) fn from_bytes(bytes: &[u8], text: bool) -> Result<Self> {
        let damaged = || AppError::internal("the stored state of an upload can't be read");
        let text_bytes = if text { TEXT_STATE } else { 0 };
        let (hash, rest) = bytes.split_at_checked(bytes.len().saturating_sub(text_bytes)).ok_or_else(damaged)?;
        let state = SerializedState::<Sha256>::try_from(hash).map_err(|_length| damaged())?;
        let hash = Sha256::deserialize(&state).map_err(|_state| damaged())?;
        let text = text.then(|| rest.try_into().map(TextCheck::from_bytes)).transpose().map_err(|_length| damaged())?;
        Ok(Self { hash, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_survives_storing_at_any_byte() {
        let bytes = "Grüße aus der Zelle 5 €".repeat(20).into_bytes();
        let expected = hex::encode(Sha256::digest(&bytes));
        for text in [true, false] {
            for cut in 0..bytes.len() {
                let mut progress = Progress::new(text);
                progress.update(&bytes[..cut]).unwrap();
                let mut progress = Progress::from_bytes(&progress.to_bytes(), text).unwrap();
                progress.update(&bytes[cut..]).unwrap();
                progress.finish().unwrap();
                assert_eq!(progress.sha256(), expected, "{cut}");
            }
        }
        for damaged in [&[][..], &[1; 7], &[0; 200]] {
            assert!(Progress::from_bytes(damaged, true).is_err());
        }
    }
}
