//! The same policy on Redis: counts that all processes share, and that outlive each of them.

use super::{Bucket, Counter, Key, Rate, Verdict};
use crate::settings::JobSettings;
use crate::{AppError, Result};
use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{Client, Script};
use futures_util::future::BoxFuture;
use shared_types::ErrorCode;
use std::time::Duration;

/// A server that takes longer is one that does not answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts one, by the generic cell rate algorithm, in the server's own time. What is kept for a key is the moment at which it
/// will have refilled. A server whose clock went back keeps nobody waiting for longer than the window.
const SCRIPT: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local window = interval * limit
local full = tonumber(redis.call('GET', KEYS[1]) or now)
full = math.max(now, math.min(full, now + window))
local next = full + interval
if next > now + window then
  return {0, 0, math.ceil(next - now - window)}
end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
return {1, math.floor((now + window - next) / interval), 0}
";

/// Counts on a Redis server.
pub(super) struct OnRedis {
    connection: ConnectionManager,
    script: Script,
    prefix: String,
}

impl OnRedis {
    /// On the server of the jobs. Connects when it is first asked.
    pub(super) fn new(settings: &JobSettings) -> Result<Self> {
        let client = Client::open(settings.redis_url.expose()).map_err(AppError::internal)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let connection = ConnectionManager::new_lazy_with_config(client, config).map_err(AppError::internal)?;
        let prefix = format!("{}:limits", settings.redis_prefix);
        Ok(Self { connection, script: Script::new(SCRIPT), prefix })
    }

    async fn count(&self, bucket: Bucket, rate: Rate, key: &Key) -> Result<Verdict> {
        let mut connection = self.connection.clone();
        let name = format!("{}:{}:{}", self.prefix, bucket.name(), hex::encode(key));
        let interval = u64::try_from(rate.interval().as_micros()).unwrap_or(u64::MAX);
        let mut call = self.script.prepare_invoke();
        call.key(name).arg(interval).arg(rate.limit);
        let answer = tokio::time::timeout(PATIENCE, call.invoke_async::<(bool, u32, u64)>(&mut connection)).await;
        let (allowed, remaining, wait) = answer.map_err(silent)?.map_err(silent)?;
        Ok(Verdict { allowed, remaining, wait: Duration::from_micros(wait) })
    }
}

fn silent(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> AppError {
    AppError::new(ErrorCode::Unavailable).cause(cause)
}

impl Counter for OnRedis {
    fn take<'a>(&'a self, bucket: Bucket, rate: Rate, key: &'a Key) -> BoxFuture<'a, Result<Verdict>> {
        Box::pin(self.count(bucket, rate, key))
    }
}
