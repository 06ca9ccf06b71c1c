//! How often something may happen: named buckets, counted by a key, in this process or on Redis for all of them.
//!
//! One call counts, and refuses with 429 and `Retry-After` what is beyond the rate:
//!
//! ```ignore
//! platform.limiter.take(Bucket::Reset, email.as_str()).await?; // by account, token or user
//! platform.limiter.take_from(Bucket::Reset, client_address(&request)).await?; // by address
//! ```
//!
//! Call it before the work that it protects, whether or not what is asked for exists: a count that only exists for real accounts
//! would tell which are real. The rates are settings (`[limits]`); the headers of the answer are set by `http::limits`.
//!
//! - `bucket.rs`: the names, and the rate of each
//! - `process.rs`: counts of this process (governor); `redis.rs`: the same policy in one script, shared and kept over a restart
//! - `told.rs`: what the request's answer says of its counts
//!
//! Both count by the generic cell rate algorithm: `limit` at once, refilled evenly over the window. While Redis does not answer,
//! the counts of this process decide, which go on all the time: nobody is locked out, and nobody gets more than each process
//! alone would give. A bucket's key is hashed before it is kept: counts hold no address and no name.

mod bucket;
mod process;
mod redis;
mod told;

pub use bucket::{Bucket, Rate};
pub(crate) use told::{Taken, recording};

use crate::settings::{LimitSettings, Settings};
use crate::{AppError, Clock, Result};
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use futures_util::future::BoxFuture;
use process::InProcess;
use redis::OnRedis;
use sha2::{Digest, Sha256};
use shared_types::ErrorCode;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// After Redis has failed it is left alone for so long.
const PAUSE: Duration = Duration::from_secs(5);

/// The hash of a key, under which it is counted.
type Key = [u8; 16];

/// What counting came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Within the rate.
    pub allowed: bool,
    /// How many more there may be at once.
    pub remaining: u32,
    /// Refused: how long until the next. Allowed: zero.
    pub wait: Duration,
}

/// Where counts are kept.
trait Counter: Send + Sync {
    /// Counts once, unless that is beyond the rate. An error says that the place of the counts does not answer.
    fn take<'a>(&'a self, bucket: Bucket, rate: Rate, key: &'a Key) -> BoxFuture<'a, Result<Verdict>>;
}

/// Counts and refuses. Cheap to clone.
#[derive(Clone)]
pub struct Limiter(Arc<Inner>);

struct Inner {
    settings: LimitSettings,
    clock: Clock,
    own: InProcess,
    shared: Option<Shared>,
}

/// Counts that all processes share.
struct Shared {
    counter: Box<dyn Counter>,
    /// The uptime, in milliseconds, before which it is not asked; 0 while it answers.
    resting_until: AtomicU64,
}

impl Limiter {
    /// Counts as the settings say. A Redis that is not there is no fault: it is connected to when it is first needed.
    pub fn start(settings: &Settings, clock: &Clock) -> Result<Self> {
        let limits = settings.limits.clone();
        let shared = if limits.shared(&settings.jobs) {
            let counter = Box::new(OnRedis::new(&settings.jobs)?);
            Some(Shared { counter, resting_until: AtomicU64::new(0) })
        } else {
            None
        };
        let own = InProcess::new(&limits, clock);
        Ok(Self(Arc::new(Inner { settings: limits, clock: clock.clone(), own, shared })))
    }

    /// Counts one more of `key` in a bucket; refuses (429, with `Retry-After`) beyond the bucket's rate. What was refused does
    /// not count.
    pub async fn take(&self, bucket: Bucket, key: &str) -> Result<()> {
        let rate = bucket.rate(&self.0.settings);
        let verdict = self.verdict(bucket, rate, &hashed(key)).await;
        told::tell(Taken { bucket, rate, verdict });
        if verdict.allowed {
            return Ok(());
        }
        let seconds = whole_seconds(verdict.wait);
        let words = format!("Too many {}. Try again in {seconds} s.", bucket.words());
        let after = HeaderValue::from(seconds);
        Err(AppError::new(ErrorCode::TooManyRequests).detail(words).header(RETRY_AFTER, after))
    }

    /// The same by the client's address, of which an IPv6 one counts with its whole /64: that is what one customer is given.
    /// Without an address nothing is counted: then there was no connection, and the caller is this process itself.
    pub async fn take_from(&self, bucket: Bucket, address: Option<IpAddr>) -> Result<()> {
        match address {
            Some(address) => self.take(bucket, &network(address).to_string()).await,
            None => Ok(()),
        }
    }

    async fn verdict(&self, bucket: Bucket, rate: Rate, key: &Key) -> Verdict {
        let Inner { clock, own, shared, .. } = &*self.0;
        // Counted here in any case, so that these counts are current on the day that Redis fails.
        let alone = own.count(bucket, key);
        let Some(shared) = shared else { return alone };
        let now = u64::try_from(clock.uptime().as_millis()).unwrap_or(u64::MAX);
        let resting = shared.resting_until.load(Ordering::Relaxed);
        if now < resting {
            return alone;
        }
        match shared.counter.take(bucket, rate, key).await {
            Ok(together) => {
                if resting > 0 && shared.resting_until.swap(0, Ordering::Relaxed) > 0 {
                    tracing::info!("rate limits are counted on Redis again");
                }
                together
            }
            Err(error) => {
                let until = now + u64::try_from(PAUSE.as_millis()).unwrap_or(u64::MAX);
                if shared.resting_until.swap(until, Ordering::Relaxed) == 0 {
                    tracing::warn!(error = %error.with_cause(), "rate limits are counted by each process alone: Redis does not answer");
                }
                alone
            }
        }
    }
}

/// Half a SHA-256: enough never to meet twice, and it says nothing of the key in a place that is not the database.
fn hashed(key: &str) -> Key {
    let digest = Sha256::digest(key);
    let mut half = Key::default();
    for (to, from) in half.iter_mut().zip(digest) {
        *to = from;
    }
    half
}

/// What counts as one client.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Seconds, rounded up, for a header: at least one.
pub(crate) fn whole_seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::load;

    fn limiter(pairs: &[(&str, &str)], clock: &Clock) -> Limiter {
        let settings = load(None, pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))).unwrap();
        Limiter::start(&settings, clock).unwrap()
    }

    #[tokio::test]
    async fn each_bucket_has_its_rate_and_each_key_its_count() {
        let clock = Clock::manual("2026-11-22T12:00:00Z".parse().unwrap());
        let limiter = limiter(&[("CMMC_LIMITS__RESET_PER_HOUR", "2"), ("CMMC_LIMITS__MFA_PER_MINUTE", "3")], &clock);
        for (bucket, limit, wait) in [(Bucket::Reset, 2, 1800), (Bucket::Mfa, 3, 20)] {
            for _within in 0..limit {
                limiter.take(bucket, "ana").await.unwrap();
            }
            let refused = limiter.take(bucket, "ana").await.unwrap_err();
            assert_eq!(refused.code(), ErrorCode::TooManyRequests);
            assert!(refused.to_string().ends_with(&format!("Try again in {wait} s.")), "{refused}");
            limiter.take(bucket, "ben").await.unwrap();
            // Refilled evenly: the next one after a part of the window, the one after it not yet.
            clock.advance(chrono::Duration::seconds(wait));
            limiter.take(bucket, "ana").await.unwrap();
            limiter.take(bucket, "ana").await.unwrap_err();
        }
    }

    #[tokio::test]
    async fn a_clock_that_goes_back_locks_nobody_out() {
        let clock = Clock::manual("2026-11-22T12:00:00Z".parse().unwrap());
        let limiter = limiter(&[("CMMC_LIMITS__MFA_PER_MINUTE", "1")], &clock);
        limiter.take(Bucket::Mfa, "ana").await.unwrap();
        clock.advance(chrono::Duration::days(-300));
        clock.advance(chrono::Duration::minutes(1));
        limiter.take(Bucket::Mfa, "ana").await.unwrap();
    }

    #[tokio::test]
    async fn addresses_count_by_what_one_client_has() {
        let clock = Clock::manual("2026-11-22T12:00:00Z".parse().unwrap());
        let limiter = limiter(&[("CMMC_LIMITS__SIGN_IN_PER_MINUTE", "1")], &clock);
        let take = async |address: &str| limiter.take_from(Bucket::SignInAddress, address.parse().ok()).await.is_ok();
        assert!(take("192.0.2.1").await && !take("192.0.2.1").await && take("192.0.2.2").await);
        assert!(!take("::ffff:192.0.2.1").await, "the same address in another form");
        assert!(take("2001:db8:0:1::1").await && !take("2001:db8:0:1:ffff::2").await && take("2001:db8:0:2::1").await);
        assert!(take("no address").await && take("no address").await);
    }

    #[test]
    fn waits_are_whole_seconds() {
        for (millis, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (59_999, 60)] {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds, "{millis}");
        }
    }
}
