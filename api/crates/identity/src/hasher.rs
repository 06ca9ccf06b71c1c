//! Password hashing with argon2id on two threads of its own.
//!
//! Each thread keeps its 19 MiB and reuses them; a queue of bounded length stands before them. In an unbounded pool a hundred
//! parallel sign-ins would take gigabytes, and on the executor they would stop everything else.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use platform::{AppError, Result, Rng};
use shared_types::ErrorCode;
use shared_types::identity::Password;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;

/// OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const THREADS: usize = 2;
/// Attempts that may wait; more are refused (503). At some 45 per second this is under two seconds of waiting.
const QUEUE: usize = 64;
const HASH_BYTES: usize = 32;

struct Work {
    password: Vec<u8>,
    salt: Vec<u8>,
    done: oneshot::Sender<Result<[u8; HASH_BYTES]>>,
}

/// The password threads. They end when this is dropped.
pub struct Hasher(SyncSender<Work>);

impl Hasher {
    /// Starts the threads.
    pub fn start() -> Result<Self> {
        let (sender, receiver) = sync_channel(QUEUE);
        let receiver = Arc::new(Mutex::new(receiver));
        for n in 0..THREADS {
            let receiver = Arc::clone(&receiver);
            let body = move || work(&receiver);
            std::thread::Builder::new().name(format!("password-{n}")).spawn(body).map_err(AppError::internal)?;
        }
        Ok(Self(sender))
    }

    /// Hashes a new password with a fresh salt, as a PHC string.
    pub async fn hash(&self, rng: &Rng, password: &Password) -> Result<String> {
        let salt = rng.bytes::<16>()?;
        let hash = self.compute(password, salt.to_vec()).await?;
        let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
        Ok(format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1${salt}${hash}"))
    }

    /// Whether the password belongs to the PHC string. Where there is none, it takes the same time and says no.
    pub async fn verify(&self, password: &Password, stored: Option<&str>) -> Result<bool> {
        let parsed = stored.and_then(parse);
        let (salt, expected) = parsed.clone().unwrap_or_else(|| (vec![0; 16], vec![0; HASH_BYTES]));
        let hash = self.compute(password, salt).await?;
        Ok(bool::from(hash.as_slice().ct_eq(&expected)) && parsed.is_some())
    }

    async fn compute(&self, password: &Password, salt: Vec<u8>) -> Result<[u8; HASH_BYTES]> {
        let (done, receiver) = oneshot::channel();
        let work = Work { password: password.0.clone().into_bytes(), salt, done };
        self.0.try_send(work).map_err(|error| {
            let cause = match error {
                TrySendError::Full(_) => "the queue before the password threads is full",
                TrySendError::Disconnected(_) => "the password threads have ended",
            };
            AppError::new(ErrorCode::Unavailable).detail("Too many people are signing in. Try again in a moment.").cause(cause)
        })?;
        receiver.await.map_err(AppError::internal)?
    }
}

/// Salt and hash of a PHC string with our parameters.
fn parse(phc: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let rest = phc.strip_prefix(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$"))?;
    let (salt, hash) = rest.split_once('$')?;
    Some((STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(hash).ok()?))
}

fn work(queue: &Mutex<Receiver<Work>>) {
    let Ok(params) = Params::new(MEMORY_KIB, PASSES, 1, Some(HASH_BYTES)) else { return };
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    loop {
        // The lock is held while waiting: the other thread waits for the lock instead of the queue.
        let next = match queue.lock() {
            Ok(receiver) => receiver.recv(),
            Err(_poisoned) => return,
        };
        let Ok(Work { password, salt, done }) = next else { return };
        let mut hash = [0; HASH_BYTES];
        let result = argon2.hash_password_into_with_memory(&password, &salt, &mut hash, &mut memory);
        // A caller that has gone away needs no answer.
        let _gone = done.send(result.map(|()| hash).map_err(|error| AppError::internal(error.to_string())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::PasswordVerifier;

    #[tokio::test]
    async fn verifies_what_it_hashed_and_nothing_else() {
        let hasher = Hasher::start().unwrap();
        let password = Password("correct horse battery staple".to_owned());
        let stored = hasher.hash(&Rng::system(), &password).await.unwrap();
        assert!(hasher.verify(&password, Some(&stored)).await.unwrap());
        assert!(!hasher.verify(&Password("wrong".to_owned()), Some(&stored)).await.unwrap());
        assert!(!hasher.verify(&password, None).await.unwrap());
        // The library reads our string too: the parameters in it are the ones that were used.
        assert!(Argon2::default().verify_password(password.0.as_bytes(), stored.as_str()).is_ok());
    }
}
