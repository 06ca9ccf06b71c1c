//! Who asks.

use webauthn_rp::request::{AsciiDomain, RpId};

/// The relying party: a host name, and the one origin whose pages may ask.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    pub(crate) id: RpId,
    pub(crate) origin: String,
}

impl RelyingParty {
    /// The party of an origin such as `https://cmmc.example.com`. None where it has an IP address in the place of a name:
    /// credentials are tied to a domain (WebAuthn Level 3, section 5.1.3).
    pub fn at(origin: &str) -> Option<Self> {
        let authority = origin.split_once("://")?.1;
        // An address of version 6 stands in brackets.
        let host = if authority.starts_with('[') { return None } else { authority.split(':').next()? };
        if host.parse::<std::net::Ipv4Addr>().is_ok() {
            return None;
        }
        let domain = AsciiDomain::try_from(host.to_ascii_lowercase()).ok()?;
        Some(Self { id: RpId::Domain(domain), origin: origin.to_owned() })
    }

    /// The host name.
    pub fn id(&self) -> &str {
        self.id.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_has_a_name() {
        for (origin, id) in [
            ("https://cmmc.example.com", Some("cmmc.example.com")),
            ("https://CMMC.example.com:8443", Some("cmmc.example.com")),
            ("http://localhost:8080", Some("localhost")),
            ("http://127.0.0.1:8080", None),
            ("http://[::1]:8080", None),
            ("https://", None),
            ("nonsense", None),
        ] {
            assert_eq!(RelyingParty::at(origin).as_ref().map(RelyingParty::id), id, "{origin}");
        }
    }
}
