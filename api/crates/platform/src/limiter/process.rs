//! Counts of this process, by governor.

use super::{Bucket, Key, Verdict};
use crate::Clock;
use crate::settings::LimitSettings;
use governor::clock::Clock as Measures;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// After so many counts the keys that have refilled are forgotten.
const TIDY_EVERY: u64 = 10_000;

/// The process's clock, as governor asks for it.
#[derive(Debug, Clone)]
struct Uptime(Clock);

impl Measures for Uptime {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.uptime()
    }
}

type Keyed = RateLimiter<Key, DashMapStateStore<Key>, Uptime, StateInformationMiddleware>;

/// A count for each key of each bucket.
pub(super) struct InProcess {
    clock: Clock,
    buckets: [Keyed; Bucket::ALL.len()],
    counted: AtomicU64,
}

impl InProcess {
    pub(super) fn new(settings: &LimitSettings, clock: &Clock) -> Self {
        let buckets = Bucket::ALL.map(|bucket| {
            let rate = bucket.rate(settings);
            let limit = NonZeroU32::new(rate.limit).unwrap_or(NonZeroU32::MIN);
            // A time of zero can't come of the settings; one a minute stands in for it.
            let quota = Quota::with_period(rate.interval()).unwrap_or(Quota::per_minute(NonZeroU32::MIN)).allow_burst(limit);
            Keyed::new(quota, DashMapStateStore::default(), Uptime(clock.clone()))
        });
        Self { clock: clock.clone(), buckets, counted: AtomicU64::new(0) }
    }

    pub(super) fn count(&self, bucket: Bucket, key: &Key) -> Verdict {
        let place = Bucket::ALL.iter().position(|known| *known == bucket);
        let Some(keyed) = place.and_then(|place| self.buckets.get(place)) else {
            return Verdict { allowed: true, remaining: 0, wait: Duration::ZERO };
        };
        let verdict = match keyed.check_key(key) {
            Ok(state) => Verdict { allowed: true, remaining: state.remaining_burst_capacity(), wait: Duration::ZERO },
            Err(until) => Verdict { allowed: false, remaining: 0, wait: until.wait_time_from(self.clock.uptime()) },
        };
        if self.counted.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            for keyed in &self.buckets {
                keyed.retain_recent();
                keyed.shrink_to_fit();
            }
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_have_refilled_are_forgotten() {
        let clock = Clock::manual("2026-11-22T12:00:00Z".parse().unwrap());
        let settings = crate::settings::load(None, std::iter::empty()).unwrap();
        let counts = InProcess::new(&settings.limits, &clock);
        let key = |n: u64| u128::from(n).to_be_bytes();
        for n in 0..TIDY_EVERY - 1 {
            counts.count(Bucket::Mfa, &key(n));
        }
        clock.advance(chrono::Duration::hours(1));
        counts.count(Bucket::Mfa, &key(TIDY_EVERY));
        assert_eq!(counts.buckets.iter().map(RateLimiter::len).sum::<usize>(), 1);
    }
}
