//! Chance as an input: the machine's, or a sequence that a test knows beforehand.

use crate::{AppError, Clock, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// Gives random bytes.
#[derive(Debug, Clone)]
pub struct Rng(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Counting(Arc<AtomicU64>),
}

impl Rng {
    /// The operating system's generator.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// Bytes that count up: for tests of code that must not depend on chance. Never for a service.
    pub fn counting() -> Self {
        Self(Source::Counting(Arc::new(AtomicU64::new(1))))
    }

    /// `N` random bytes.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for chance")]
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        match &self.0 {
            Source::System => getrandom::fill(&mut bytes).map_err(AppError::internal)?,
            Source::Counting(next) => {
                let count = next.fetch_add(1, Ordering::SeqCst).to_be_bytes();
                for (to, from) in bytes.iter_mut().rev().zip(count.iter().rev()) {
                    *to = *from;
                }
            }
        }
        Ok(bytes)
    }

    /// A token of 256 bits for links and cookies, in URL-safe text.
    pub fn token(&self) -> Result<String> {
        Ok(URL_SAFE_NO_PAD.encode(self.bytes::<32>()?))
    }

    /// An id: a UUID of version 7 from the given clock.
    pub fn id<T: From<Uuid>>(&self, clock: &Clock) -> Result<T> {
        let millis = u64::try_from(clock.now().timestamp_millis()).unwrap_or(0);
        Ok(uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()?).into_uuid().into())
    }
}
