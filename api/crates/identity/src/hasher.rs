//! Password hashing with argon2id on two threads of its own.
//!
//! Each thread reuses its 19 MiB while there is work, and gives them back when nobody signs in for a while; a queue of bounded
//! length stands before them. In an unbounded pool a hundred parallel sign-ins would take gigabytes, and on the executor they would
//! stop everything else.

use crate::phc::{HASH_BYTES, MEMORY_KIB, PASSES, Phc};
use crate::policy;
use argon2::{Algorithm, Argon2, Block, Version};
use platform::{AppError, Result, Rng};
use shared_types::ErrorCode;
use shared_types::identity::Password;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;

const THREADS: usize = 2;
/// Attempts that may wait; more are refused (503). At some 45 per second this is under two seconds of waiting.
const QUEUE: usize = 64;
/// After so long without work a thread gives its memory back.
const IDLE: Duration = Duration::from_secs(20);

struct Work {
    password: Vec<u8>,
    phc: Phc,
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
        let phc = Phc { salt: rng.bytes::<16>()?.to_vec(), ..Phc::today() };
        let hash = self.compute(password, phc.clone()).await?;
        Ok(Phc { hash: hash.to_vec(), ..phc }.to_string())
    }

    /// Whether the password belongs to the PHC string. Where there is none, it takes the same time and says no.
    pub async fn verify(&self, password: &Password, stored: Option<&str>) -> Result<bool> {
        let parsed = stored.and_then(Phc::parse);
        let known = parsed.is_some();
        let phc = parsed.unwrap_or_else(Phc::today);
        let hash = self.compute(password, phc.clone()).await?;
        Ok(bool::from(hash.as_slice().ct_eq(&phc.hash)) && known)
    }

    async fn compute(&self, password: &Password, phc: Phc) -> Result<[u8; HASH_BYTES]> {
        let (done, receiver) = oneshot::channel();
        let work = Work { password: policy::normal(password).into_bytes(), phc, done };
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

/// Whether a stored hash was made with other parameters than today's: then it is made again at the next sign-in.
pub(crate) fn is_stale(stored: &str) -> bool {
    Phc::parse(stored).is_some_and(|phc| (phc.memory_kib, phc.passes) != (MEMORY_KIB, PASSES))
}

fn work(queue: &Mutex<Receiver<Work>>) {
    let Ok(today) = Phc::today().params() else { return };
    let mut memory = Vec::new();
    loop {
        // The lock is held while waiting: the other thread waits for the lock instead of the queue.
        let next = match queue.lock() {
            Ok(receiver) => receiver.recv_timeout(IDLE),
            Err(_poisoned) => return,
        };
        match next {
            Ok(Work { password, phc, done }) => {
                memory.resize(today.block_count(), Block::default());
                // A caller that has gone away needs no answer.
                let _gone = done.send(compute(&phc, &password, &mut memory));
            }
            Err(RecvTimeoutError::Timeout) => memory = Vec::new(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Hashes in the thread's own memory; a hash that needs more than that gets more, once.
fn compute(phc: &Phc, password: &[u8], memory: &mut [Block]) -> Result<[u8; HASH_BYTES]> {
    let params = phc.params()?;
    let blocks = params.block_count();
    let mut more = Vec::new();
    let memory = if let Some(enough) = memory.get_mut(..blocks) {
        enough
    } else {
        more.resize(blocks, Block::default());
        more.as_mut_slice()
    };
    let mut hash = [0; HASH_BYTES];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2
        .hash_password_into_with_memory(password, &phc.salt, &mut hash, memory)
        .map_err(|error| AppError::internal(error.to_string()))?;
    Ok(hash)
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
        assert!(!is_stale(&stored));
        // A keyboard that sends the accent apart is no other password.
        let (one, two) = (Password("caf\u{e9} au lait au lit".to_owned()), Password("cafe\u{301} au lait au lit".to_owned()));
        let stored = hasher.hash(&Rng::system(), &one).await.unwrap();
        assert!(hasher.verify(&two, Some(&stored)).await.unwrap());
    }

    #[tokio::test]
    async fn hashes_of_other_parameters_are_verified_and_stale() {
        let hasher = Hasher::start().unwrap();
        let password = Password("correct horse battery staple".to_owned());
        for (memory_kib, passes) in [(8_192, 3), (24_576, 1)] {
            let phc = Phc { memory_kib, passes, salt: vec![7; 16], hash: Vec::new() };
            let hash = hasher.compute(&password, phc.clone()).await.unwrap();
            let stored = Phc { hash: hash.to_vec(), ..phc }.to_string();
            assert!(Argon2::default().verify_password(password.0.as_bytes(), stored.as_str()).is_ok(), "{stored}");
            assert!(hasher.verify(&password, Some(&stored)).await.unwrap() && is_stale(&stored));
            assert!(!hasher.verify(&Password("wrong".to_owned()), Some(&stored)).await.unwrap());
        }
    }
}
