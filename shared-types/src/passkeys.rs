//! Passkeys (WebAuthn Level 3) as a second factor. What is binary travels in base64url without padding, as the browsers' own JSON
//! has it.

use crate::second_factor::BackupCodes;
use crate::text::{Title, ValueError};
use crate::{FieldCode, PasskeyId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most passkeys of one person.
pub const MAX_PASSKEYS: usize = 20;
/// Most characters of one binary value: more than any authenticator sends without an attestation.
const MAX_BINARY: usize = 16_384;

/// Bytes in base64url without padding, 1 to 16,384 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 16_384, pattern = "^[A-Za-z0-9_-]+$"))]
#[serde(try_from = "String", into = "String")]
pub struct Base64Url(String);

impl Base64Url {
    /// Parses, or says what is wrong. Whether it can be decoded is for whoever decodes it.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        if text.is_empty() {
            return Err(ValueError::new(FieldCode::Required, "bytes in base64url"));
        }
        if text.len() > MAX_BINARY {
            return Err(ValueError::new(FieldCode::TooLong, format!("at most {MAX_BINARY} characters")));
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return Err(ValueError::new(FieldCode::BadFormat, "bytes in base64url without padding"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Base64Url {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Self, ValueError> {
        Self::parse(&text)
    }
}

impl From<Base64Url> for String {
    fn from(value: Base64Url) -> Self {
        value.0
    }
}

/// How a browser reaches an authenticator (WebAuthn Level 3, section 5.8.4). What is not known is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Bluetooth Low Energy.
    Ble,
    /// Another device beside this one, found by Bluetooth.
    Hybrid,
    /// Built into the device.
    Internal,
    /// Near-field communication.
    Nfc,
    /// A smart card.
    SmartCard,
    /// USB.
    Usb,
}

impl Transport {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Ble, Self::Hybrid, Self::Internal, Self::Nfc, Self::SmartCard, Self::Usb];

    /// The name that browsers use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ble => "ble",
            Self::Hybrid => "hybrid",
            Self::Internal => "internal",
            Self::Nfc => "nfc",
            Self::SmartCard => "smart-card",
            Self::Usb => "usb",
        }
    }

    /// Reads it back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transport| transport.as_str() == text)
    }
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkey {
    /// Id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// Added.
    pub created_at: DateTime<Utc>,
    /// Last use.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Since when it is refused: its counter went back, so that there may be a copy of it. It can only be removed.
    pub suspended_at: Option<DateTime<Utc>>,
}

/// One's passkeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkeys {
    /// The passkeys, the oldest first; at most 20.
    pub items: Vec<Passkey>,
    /// Passkeys can be added here. Not where the installation is reached by an IP address, because browsers tie passkeys to a name,
    /// and not while an administrator has turned them off.
    pub offered: bool,
}

/// A passkey that an authenticator may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyDescriptor {
    /// The credential's id.
    pub id: Base64Url,
    /// How the browser may reach it.
    pub transports: Vec<Transport>,
}

/// What `navigator.credentials.create` is to be asked, with `attestation: "none"`, `residentKey: "preferred"` and
/// `userVerification: "preferred"`. Good once, for this session, until it expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyCreation {
    /// To be signed.
    pub challenge: Base64Url,
    /// The relying party: the host name of this installation.
    pub rp_id: String,
    /// Its name, for people.
    pub rp_name: String,
    /// The person, for the authenticator.
    pub user_handle: Base64Url,
    /// The person's address.
    pub user_name: String,
    /// The person's name.
    pub user_display_name: String,
    /// The algorithms that are taken, the most wanted first, by their COSE numbers.
    pub algorithms: Vec<i32>,
    /// What the person has already: an authenticator that holds one of these refuses.
    pub exclude: Vec<PasskeyDescriptor>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// What `navigator.credentials.get` is to be asked, with `userVerification: "preferred"`. Good once, until it expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyRequest {
    /// To be signed.
    pub challenge: Base64Url,
    /// The relying party: the host name of this installation.
    pub rp_id: String,
    /// The passkeys that are taken.
    pub allow: Vec<PasskeyDescriptor>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Adds the passkey that an authenticator has just made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddPasskey {
    /// What its owner calls it.
    pub name: Title,
    /// `response.clientDataJSON` of the browser's answer.
    pub client_data_json: Base64Url,
    /// `response.attestationObject` of it.
    pub attestation_object: Base64Url,
    /// `response.getTransports()` of it, as far as they are known here.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 6))]
    pub transports: Vec<Transport>,
}

/// A passkey that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddedPasskey {
    /// The passkey.
    pub passkey: Passkey,
    /// Backup codes, shown this once, where it is the person's first second factor.
    pub backup_codes: Option<BackupCodes>,
}

/// Renames a passkey.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenamePasskey {
    /// What its owner calls it.
    pub name: Title,
}

/// What an authenticator has signed: the second step of a sign-in, or a fresh proof.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasskeyAssertion {
    /// `rawId` of the browser's answer.
    pub id: Base64Url,
    /// `response.clientDataJSON` of it.
    pub client_data_json: Base64Url,
    /// `response.authenticatorData` of it.
    pub authenticator_data: Base64Url,
    /// `response.signature` of it.
    pub signature: Base64Url,
    /// `response.userHandle` of it, where the authenticator tells one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_handle: Option<Base64Url>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_base64url_is_taken() {
        assert_eq!(Base64Url::parse("AZaz09-_").unwrap().as_str(), "AZaz09-_");
        for bad in ["", "a b", "a+b", "a/b", "YQ==", "é", &"A".repeat(MAX_BINARY + 1)] {
            assert!(Base64Url::parse(bad).is_err(), "{bad:.20}");
        }
    }

    #[test]
    fn transports_have_the_names_of_the_browsers() {
        for transport in Transport::ALL {
            assert_eq!(serde_json::to_value(transport).unwrap(), transport.as_str());
            assert_eq!(Transport::parse(transport.as_str()), Some(transport));
        }
        assert_eq!(Transport::parse("carrier-pigeon"), None);
    }
}
