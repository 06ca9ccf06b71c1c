//! What a request's answer says of the counts that it went through: the narrowest of them.

use super::{Bucket, Rate, Verdict};
use std::cell::RefCell;
use std::time::Duration;

tokio::task_local! {
    static NARROWEST: RefCell<Option<Taken>>;
}

/// A count that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub bucket: Bucket,
    pub rate: Rate,
    pub verdict: Verdict,
}

impl Taken {
    /// How long until everything has refilled; of what was refused, until the next.
    pub(crate) fn reset(&self) -> Duration {
        if self.verdict.allowed {
            self.rate.interval() * self.rate.limit.saturating_sub(self.verdict.remaining)
        } else {
            self.verdict.wait
        }
    }

    fn narrower_than(&self, other: &Self) -> bool {
        let rank = |taken: &Self| (taken.verdict.allowed, taken.verdict.remaining);
        rank(self) < rank(other)
    }
}

/// Notes a count for the answer of the request that this task serves, if it serves one.
pub(super) fn tell(taken: Taken) {
    if taken.verdict.allowed && !taken.bucket.is_told() {
        return;
    }
    let _outside_of_a_request = NARROWEST.try_with(|narrowest| {
        let mut narrowest = narrowest.borrow_mut();
        if narrowest.as_ref().is_none_or(|known| taken.narrower_than(known)) {
            *narrowest = Some(taken);
        }
    });
}

/// Serves a request; its result, and the narrowest of the counts that it went through.
pub(crate) async fn recording<T>(serve: impl Future<Output = T>) -> (T, Option<Taken>) {
    NARROWEST
        .scope(RefCell::new(None), async move {
            let result = serve.await;
            (result, NARROWEST.with(RefCell::take))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_narrowest_count_is_told_and_an_accounts_only_when_it_refuses() {
        let taken = |bucket, allowed, remaining| Taken {
            bucket,
            rate: Rate { limit: 10, window: Duration::from_mins(1) },
            verdict: Verdict { allowed, remaining, wait: Duration::from_secs(u64::from(!allowed) * 6) },
        };
        let (wide, narrow) = (taken(Bucket::Other, true, 9), taken(Bucket::SignInAddress, true, 4));
        let (secret, refused) = (taken(Bucket::SignInAccount, true, 1), taken(Bucket::Mfa, false, 0));
        for (counts, told, reset) in [
            (vec![wide, narrow, secret], Some(narrow), 36),
            (vec![secret], None, 0),
            (vec![narrow, refused, wide], Some(refused), 6),
            (vec![], None, 0),
        ] {
            let ((), narrowest) = recording(async { counts.into_iter().for_each(tell) }).await;
            assert_eq!(narrowest, told);
            assert_eq!(narrowest.map_or(0, |taken| taken.reset().as_secs()), reset);
        }
        tell(wide);
    }
}
