//! What every request asks again: is the session alive, what may the person do in this system. While nothing has been written,
//! the answer of a moment ago is the answer of now, and no statement is needed.
//!
//! That is only known where this process makes all changes itself: on SQLite, while it serves the file alone ([`super::Db::serve_alone`]).
//! Each commit raises the epoch, *before* whoever asked for the change is answered; a row that was read in an earlier epoch is read
//! again. So a session that was ended is dead for the next request, as if its row had been read. On PostgreSQL, where other
//! instances write too, the row is read each time.

use crate::Result;
use quick_cache::sync::Cache;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Rows that are remembered at the most.
const ROWS: usize = 10_000;
/// A command of the same program may write to the file beside the service (`seed`): its changes are seen after so long at the latest.
const LIFE: Duration = Duration::from_secs(1);

/// How many batches of changes have been committed; none where others may write too.
#[derive(Debug, Clone, Default)]
pub(super) struct Epoch(Arc<AtomicU64>);

impl Epoch {
    /// Something has been committed, or may have been.
    pub(super) fn raise(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// What is asked: a name for the question, and the two ids that it is about.
pub type Question = (&'static str, Uuid, Uuid);

#[derive(Clone)]
struct Answer {
    epoch: u64,
    read_at: Instant,
    value: Arc<dyn Any + Send + Sync>,
}

/// The answers of this epoch.
#[derive(Clone)]
pub(super) struct Known {
    epoch: Epoch,
    answers: Arc<Cache<Question, Answer>>,
}

impl Known {
    pub(super) fn new(epoch: Epoch) -> Self {
        Self { epoch, answers: Arc::new(Cache::new(ROWS)) }
    }

    /// The answer of this epoch, or what `read` says, which is remembered. Faults are not.
    pub(super) async fn ask<T: Clone + Send + Sync + 'static>(
        &self,
        question: Question,
        read: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        // Taken before the row is read: a change that commits meanwhile makes the answer an old one.
        let epoch = self.epoch.now();
        let read_at = Instant::now();
        let current = |answer: &Answer| answer.epoch == epoch && read_at.duration_since(answer.read_at) < LIFE;
        let known = self.answers.get(&question).filter(current);
        if let Some(value) = known.and_then(|answer| answer.value.downcast_ref::<T>().cloned()) {
            return Ok(value);
        }
        let value = read.await?;
        self.answers.insert(question, Answer { epoch, read_at, value: Arc::new(value.clone()) });
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AppError;

    const QUESTION: Question = ("a test", Uuid::nil(), Uuid::nil());

    #[tokio::test]
    async fn an_answer_holds_until_something_is_committed() {
        let epoch = Epoch::default();
        let known = Known::new(epoch.clone());
        let ask = async |value: u32| known.ask(QUESTION, async move { Ok(value) }).await.unwrap();
        assert_eq!((ask(1).await, ask(2).await), (1, 1));
        epoch.raise();
        assert_eq!((ask(3).await, ask(4).await), (3, 3));
    }

    #[tokio::test]
    async fn a_change_during_the_reading_makes_the_answer_an_old_one() {
        let epoch = Epoch::default();
        let known = Known::new(epoch.clone());
        let changed = async {
            epoch.raise();
            Ok(1)
        };
        assert_eq!(known.ask(QUESTION, changed).await.unwrap(), 1);
        assert_eq!(known.ask(QUESTION, async { Ok(2) }).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn faults_are_not_remembered() {
        let known = Known::new(Epoch::default());
        let fault = known.ask::<u32>(QUESTION, async { Err(AppError::not_found()) }).await;
        assert!(fault.is_err());
        assert_eq!(known.ask(QUESTION, async { Ok(2) }).await.unwrap(), 2);
    }
}
