//! The queue on Redis, shared by any number of processes.

use super::{BATCH, HEARTBEAT, MISSED_HEARTBEATS, in_words, tasks};
use crate::Job;
use apalis::prelude::TaskSink;
use apalis_redis::{Config, ConnectionManager, RedisStorage};
use platform::Result;
use platform::settings::JobSettings;

/// Jobs that are thrown away in one go.
const VACUUM_BATCH: usize = 500;

#[derive(Clone)]
pub(crate) struct Redis {
    connection: ConnectionManager,
    config: Config,
}

impl Redis {
    pub(super) async fn open(settings: &JobSettings) -> Result<Self> {
        let connection = apalis_redis::connect(settings.redis_url.expose()).await.map_err(in_words)?;
        let config = Config::default()
            .queue(format!("{}:jobs", settings.redis_prefix))
            .batch_size(BATCH)
            .heartbeat_interval(HEARTBEAT)
            .missed_heartbeats(MISSED_HEARTBEATS)
            .emit_events(false);
        Ok(Self { connection, config })
    }

    /// The backend of a worker.
    pub(crate) fn backend(&self) -> RedisStorage<Job> {
        RedisStorage::new(self.connection.clone()).with_config(self.config.clone())
    }

    pub(super) async fn push(&self, jobs: &[Job]) -> Result<()> {
        self.backend().push_all(tasks(jobs)).await.map_err(in_words)
    }

    /// Not apalis' `vacuum()`: it forgets the sets of the finished, which then grow for ever.
    pub(super) async fn vacuum(&self) -> Result<()> {
        let mut connection = self.connection.clone();
        for set in [self.config.done_jobs_set(), self.config.dead_jobs_set()] {
            loop {
                let ids: Vec<String> =
                    redis::cmd("SRANDMEMBER").arg(&set).arg(VACUUM_BATCH).query_async(&mut connection).await.map_err(in_words)?;
                if ids.is_empty() {
                    break;
                }
                let mut pipe = redis::pipe();
                pipe.atomic().hdel(self.config.job_data_hash(), &ids).ignore().srem(&set, &ids).ignore();
                for id in &ids {
                    pipe.del(format!("{}:{id}", self.config.job_meta_hash())).ignore();
                }
                pipe.query_async::<()>(&mut connection).await.map_err(in_words)?;
            }
        }
        Ok(())
    }
}
