//! How many requests there are at a time: a few in all, one to each receiver.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// Requests at a time in one process: fewer than there are workers, so that receivers that are silent never hold all of them.
const SLOTS: usize = 4;

/// The slots of a process.
pub(crate) struct Slots {
    free: Arc<Semaphore>,
    /// The receivers that are being sent to: one that is slow takes one slot, however much waits for it.
    busy: Arc<Mutex<HashSet<Uuid>>>,
}

/// A slot that is taken.
struct Taken {
    receiver: Uuid,
    busy: Arc<Mutex<HashSet<Uuid>>>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.receiver);
    }
}

impl Slots {
    pub fn new() -> Self {
        Self { free: Arc::new(Semaphore::new(SLOTS)), busy: Arc::default() }
    }

    /// A slot for one receiver, at once or not at all.
    pub fn take(&self, receiver: Uuid) -> Option<platform::outbound::Slot> {
        let permit = self.free.clone().try_acquire_owned().ok()?;
        let new = self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(receiver);
        new.then(|| Box::new(Taken { receiver, busy: self.busy.clone(), _permit: permit }) as platform::outbound::Slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_four_and_one_for_each_receiver() {
        let slots = Slots::new();
        let receiver = Uuid::from_u128;
        let one = slots.take(receiver(1));
        assert!(one.is_some() && slots.take(receiver(1)).is_none());
        let others: Vec<_> = (2..=4).map(|n| slots.take(receiver(n))).collect();
        assert!(others.iter().all(Option::is_some) && slots.take(receiver(5)).is_none());
        drop(one);
        let again = slots.take(receiver(1));
        assert!(again.is_some() && slots.take(receiver(5)).is_none());
        drop((again, others));
        assert!((1..=4).all(|n| slots.take(receiver(n)).is_some()));
    }
}
