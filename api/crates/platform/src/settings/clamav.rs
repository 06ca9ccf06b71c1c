use serde::Deserialize;
use std::path::PathBuf;

/// The scanner for malware.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented in config.default.toml")]
pub struct ClamavSettings {
    pub address: String,
}

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClamavAddress {
    /// `host:port`.
    Tcp(String),
    /// The path of its socket.
    Socket(PathBuf),
}

impl ClamavSettings {
    /// Whether files are scanned.
    pub fn is_on(&self) -> bool {
        !self.address.is_empty()
    }

    /// Where the scanner is, if there is one.
    pub fn address(&self) -> Option<ClamavAddress> {
        let text = self.address.as_str();
        let path = text.strip_prefix("unix:").unwrap_or(text);
        if path.starts_with('/') {
            return Some(ClamavAddress::Socket(PathBuf::from(path.trim_start_matches("//"))));
        }
        let place = text.strip_prefix("tcp://").unwrap_or(text);
        let (host, port) = place.rsplit_once(':')?;
        (!host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok_and(|port| port > 0))
            .then(|| ClamavAddress::Tcp(place.to_owned()))
    }

    /// What is wrong, with its mend.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let wrong = self.is_on() && self.address().is_none();
        wrong.then_some("clamav.address: host:port, such as 127.0.0.1:3310, or the whole path of clamd's socket")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_hosts_with_ports_or_sockets() {
        let read = |address: &str| ClamavSettings { address: address.to_owned() };
        for (text, expected) in [
            ("127.0.0.1:3310", ClamavAddress::Tcp("127.0.0.1:3310".to_owned())),
            ("tcp://clamd:3310", ClamavAddress::Tcp("clamd:3310".to_owned())),
            ("[::1]:3310", ClamavAddress::Tcp("[::1]:3310".to_owned())),
            ("/run/clamd.sock", ClamavAddress::Socket("/run/clamd.sock".into())),
            ("unix:/run/clamd.sock", ClamavAddress::Socket("/run/clamd.sock".into())),
        ] {
            assert_eq!(read(text).address(), Some(expected), "{text}");
            assert_eq!(read(text).fault(), None);
        }
        for bad in ["clamd", "clamd:", ":3310", "clamd:0", "clamd:99999", "http://clamd:3310/", "run/clamd.sock"] {
            assert!(read(bad).fault().is_some(), "{bad}");
        }
        assert!(!read("").is_on() && read("").fault().is_none());
    }

    #[test]
    fn the_name_that_others_use_sets_it_too() {
        let with = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            crate::settings::load(None, pairs).unwrap().clamav.address
        };
        assert_eq!(with(&[("CLAMAV_ADDRESS", "a:1")]), "a:1");
        assert_eq!(with(&[("CMMC_CLAMAV__ADDRESS", "b:2"), ("CLAMAV_ADDRESS", "a:1")]), "b:2");
        assert_eq!(with(&[("CLAMAV_ADDRESS", "a:1"), ("CMMC_CLAMAV__ADDRESS", "b:2")]), "b:2");
    }
}
