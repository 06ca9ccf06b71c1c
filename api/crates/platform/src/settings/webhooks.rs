use serde::Deserialize;
use std::path::PathBuf;

/// Where outbound webhooks may be sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct WebhookSettings {
    pub allow_private_addresses: bool,
    pub allow_http: bool,
    pub ca_file: Option<PathBuf>,
}

impl WebhookSettings {
    /// What is wrong, with its mend.
    pub(super) fn fault(&self, production: bool) -> Option<&'static str> {
        let plain = production && self.allow_http;
        plain.then_some("webhooks.allow_http: the production profile sends over https only; give an authority of your own in webhooks.ca_file")
    }
}
