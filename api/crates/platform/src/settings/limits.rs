use super::{JobBackend, JobSettings};
use serde::Deserialize;

/// Most that a rate may allow in its time: beyond it a count in microseconds would lose its meaning.
const MOST: u32 = 10_000_000;

/// How often what may happen, and where that is counted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct LimitSettings {
    pub backend: LimitBackend,
    pub sign_in_per_minute: u32,
    pub sign_in_account_per_minute: u32,
    pub mfa_per_minute: u32,
    pub single_sign_on_per_minute: u32,
    pub reset_per_hour: u32,
    pub refresh_per_minute: u32,
    pub upload_create_per_minute: u32,
    pub token_per_minute: u32,
    pub other_per_minute: u32,
}

/// Where rates are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitBackend {
    /// Where the jobs are: on Redis with them, else in this process.
    Auto,
    /// In this process.
    Process,
    /// On the Redis server of the jobs.
    Redis,
}

impl LimitSettings {
    /// Whether all processes count together, on Redis.
    pub fn shared(&self, jobs: &JobSettings) -> bool {
        match self.backend {
            LimitBackend::Auto => jobs.backend == JobBackend::Redis,
            LimitBackend::Process => false,
            LimitBackend::Redis => true,
        }
    }

    /// What is wrong, each with its mend.
    pub(super) fn faults(&self, jobs: &JobSettings) -> Vec<String> {
        let rates = [
            ("sign_in_per_minute", self.sign_in_per_minute),
            ("sign_in_account_per_minute", self.sign_in_account_per_minute),
            ("mfa_per_minute", self.mfa_per_minute),
            ("single_sign_on_per_minute", self.single_sign_on_per_minute),
            ("reset_per_hour", self.reset_per_hour),
            ("refresh_per_minute", self.refresh_per_minute),
            ("upload_create_per_minute", self.upload_create_per_minute),
            ("token_per_minute", self.token_per_minute),
            ("other_per_minute", self.other_per_minute),
        ];
        let outside = rates.iter().filter(|(_, rate)| !(1..=MOST).contains(rate));
        let mut faults: Vec<String> = outside.map(|(name, _)| format!("limits.{name}: from 1 to {MOST}")).collect();
        if self.backend == LimitBackend::Redis && jobs.redis_url.expose().is_empty() {
            let fault = "limits.backend: counting on Redis needs the address of a server in jobs.redis_url, such as redis://127.0.0.1:6379";
            faults.push(fault.to_owned());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::load;

    #[test]
    fn rates_have_bounds_and_redis_needs_its_address() {
        let with = |pairs: &[(&str, &str)]| load(None, pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        for (pairs, word) in [
            (vec![("CMMC_LIMITS__RESET_PER_HOUR", "0")], "limits.reset_per_hour: from 1"),
            (vec![("CMMC_LIMITS__OTHER_PER_MINUTE", "10000001")], "limits.other_per_minute"),
            (vec![("CMMC_LIMITS__BACKEND", "redis")], "jobs.redis_url"),
            (vec![("CMMC_LIMITS__BACKEND", "memcached")], "memcached"),
        ] {
            let fault = with(&pairs).unwrap_err();
            assert!(fault.contains(word), "{pairs:?}: {fault}");
        }
        let redis = ("CMMC_JOBS__REDIS_URL", "redis://127.0.0.1:1");
        for (pairs, shared) in [
            (vec![], false),
            (vec![redis], false),
            (vec![redis, ("CMMC_JOBS__BACKEND", "redis")], true),
            (vec![redis, ("CMMC_JOBS__BACKEND", "redis"), ("CMMC_LIMITS__BACKEND", "process")], false),
            (vec![redis, ("CMMC_LIMITS__BACKEND", "redis")], true),
        ] {
            let settings = with(&pairs).unwrap();
            assert_eq!(settings.limits.shared(&settings.jobs), shared, "{pairs:?}");
        }
    }
}
