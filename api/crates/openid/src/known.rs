//! What the provider says of itself: its endpoints and keys, kept for a while.

use crate::http::Http;
use crate::provider::ProviderError;
use chrono::{DateTime, Duration, Utc};
use openidconnect::core::{CoreJsonWebKeySet, CoreProviderMetadata};
use openidconnect::url::{Host, Url};
use openidconnect::{DiscoveryError, IssuerUrl, TokenUrl, UserInfoUrl};
use platform::error::with_causes;
use std::sync::Arc;
use tokio::sync::Mutex;

/// What was read is believed for so long: a key that the provider withdraws is believed no longer than that.
const FRESH: Duration = Duration::hours(1);
/// Keys are read again for a token of an unknown key, but not more often than this: anybody may send such tokens.
const KEYS_AGAIN: Duration = Duration::minutes(1);
/// After a failure nobody waits for the provider again for this long.
const PAUSE: Duration = Duration::seconds(5);

/// The cache of one process. Each process has its own: what it holds comes from the provider.
#[derive(Default)]
pub(crate) struct Known(Mutex<State>);

#[derive(Default)]
struct State {
    /// With the keys.
    metadata: Option<Arc<CoreProviderMetadata>>,
    read_at: DateTime<Utc>,
    keys_at: DateTime<Utc>,
    failed: Option<(DateTime<Utc>, String)>,
}

impl Known {
    /// Endpoints and keys; read from the provider if need be. Whoever comes meanwhile waits for the one answer.
    pub async fn metadata(
        &self,
        http: &Http,
        issuer: &str,
        now: DateTime<Utc>,
    ) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let mut state = self.0.lock().await;
        if let Some(metadata) = state.metadata.as_ref().filter(|_| is_within(state.read_at, now, FRESH)) {
            return Ok(Arc::clone(metadata));
        }
        if let Some((at, why)) = state.failed.as_ref().filter(|(at, _)| is_within(*at, now, PAUSE)) {
            tracing::debug!(%at, "the provider is given a pause");
            return Err(ProviderError::Unavailable(why.clone()));
        }
        match discover(http, issuer).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *state = State { metadata: Some(Arc::clone(&metadata)), read_at: now, keys_at: now, failed: None };
                Ok(metadata)
            }
            Err(why) => {
                *state = State { failed: Some((now, why.clone())), ..State::default() };
                Err(ProviderError::Unavailable(why))
            }
        }
    }

    /// The same with keys that were read just now; none if they were read within the last minute.
    pub async fn newer_keys(&self, http: &Http, now: DateTime<Utc>) -> Option<Arc<CoreProviderMetadata>> {
        let mut state = self.0.lock().await;
        if is_within(state.keys_at, now, KEYS_AGAIN) {
            return None;
        }
        let old = state.metadata.clone()?;
        // Whatever comes of it: the next one waits.
        state.keys_at = now;
        match CoreJsonWebKeySet::fetch_async(old.jwks_uri(), http).await {
            Ok(keys) => {
                let newer = Arc::new(old.as_ref().clone().set_jwks(keys));
                state.metadata = Some(Arc::clone(&newer));
                Some(newer)
            }
            Err(error) => {
                tracing::warn!("the provider's keys can't be read: {}", words(&error));
                None
            }
        }
    }
}

/// A clock that was set back does not make anything fresh for longer.
fn is_within(at: DateTime<Utc>, now: DateTime<Utc>, time: Duration) -> bool {
    at <= now && now - at < time
}

async fn discover(http: &Http, issuer: &str) -> Result<CoreProviderMetadata, String> {
    let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|error| error.to_string())?;
    let own = issuer.url().clone();
    let found = CoreProviderMetadata::discover_async(issuer, http).await.map_err(|error| words(&error))?;
    let endpoints = [
        Some(found.authorization_endpoint().url()),
        found.token_endpoint().map(TokenUrl::url),
        Some(found.jwks_uri().url()),
        found.userinfo_endpoint().map(UserInfoUrl::url),
    ];
    if let Some(endpoint) = endpoints.into_iter().flatten().find(|endpoint| !may_lead_to(&own, endpoint)) {
        return Err(format!("its document names {endpoint}, which is not protected by TLS"));
    }
    if found.token_endpoint().is_none() {
        return Err("its document names no token endpoint".to_owned());
    }
    Ok(found)
}

/// Where the document of an issuer may lead: to places behind TLS; on this machine, for a provider on this machine, without.
fn may_lead_to(issuer: &Url, endpoint: &Url) -> bool {
    endpoint.scheme() == "https" || (issuer.scheme() == "http" && endpoint.scheme() == "http" && is_loopback(endpoint))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// What is wrong, for the log: without the body of the answer, which may be a page of some proxy.
fn words(error: &DiscoveryError<crate::http::Fault>) -> String {
    match error {
        DiscoveryError::Response(status, _body, why) => format!("it answers {status}: {why}"),
        other => with_causes(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_leads_to_tls_or_within_this_machine() {
        let url = |text: &str| Url::parse(text).unwrap();
        let (public, local) = (url("https://login.example.com/x"), url("http://127.0.0.1:9000"));
        assert!(may_lead_to(&public, &url("https://other.example.com/keys")));
        assert!(!may_lead_to(&public, &url("http://127.0.0.1/keys")));
        assert!(!may_lead_to(&public, &url("file:///etc/passwd")));
        assert!(may_lead_to(&local, &url("http://localhost:9000/keys")));
        assert!(!may_lead_to(&local, &url("http://10.0.0.1/keys")));
    }

    #[test]
    fn freshness_ends_and_never_begins_in_the_future() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let read = at("2026-11-22T12:00:00Z");
        assert!(is_within(read, at("2026-11-22T12:59:59Z"), FRESH));
        assert!(!is_within(read, at("2026-11-22T13:00:00Z"), FRESH));
        assert!(!is_within(read, at("2026-11-22T11:59:59Z"), FRESH));
    }
}
