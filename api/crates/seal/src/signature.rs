//! Ed25519 over the bytes of a manifest (RFC 8032). A signature file is its 64 bytes and nothing else, so that `openssl` checks it too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use std::fmt;

/// What the `SubjectPublicKeyInfo` of an Ed25519 key begins with (RFC 8410).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The key of an installation. It is not shown by `Debug`.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of a seed: 32 bytes from a generator.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature of a message: 64 bytes, the same each time.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({})", self.public().fingerprint())
    }
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// A key from its base64; none if it is no such key.
    pub fn from_base64(text: &str) -> Option<Self> {
        Self::from_bytes(&STANDARD.decode(text.trim()).ok()?)
    }

    /// A key from its 32 bytes. Weak points, which sign anything, are no keys.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()?;
        (!key.is_weak()).then_some(Self(key))
    }

    /// A key from PEM, as the installation hands it out and `openssl` writes it.
    pub fn from_pem(text: &str) -> Option<Self> {
        let body = text.split("-----BEGIN PUBLIC KEY-----").nth(1)?.split("-----END PUBLIC KEY-----").next()?;
        let der = STANDARD.decode(body.split_whitespace().collect::<String>()).ok()?;
        Self::from_bytes(der.strip_prefix(&SPKI)?)
    }

    /// The 32 bytes in base64.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0.as_bytes())
    }

    /// The key as PEM (`SubjectPublicKeyInfo`).
    pub fn to_pem(&self) -> String {
        let der = [SPKI.as_slice(), self.0.as_bytes()].concat();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der))
    }

    /// SHA-256 of the 32 bytes, 64 lower-case hexadecimal digits: what people compare.
    pub fn fingerprint(&self) -> String {
        crate::sha256(self.0.as_bytes())
    }

    /// Whether this key signed the message. Strict: of the signatures that could stand for one another only one is taken.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

/// Which key an archive must be signed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// A fingerprint (spaces and colons between its digits do not matter), a base64 key, or a PEM.
    pub fn read(text: &str) -> Option<Self> {
        if let Some(key) = PublicKey::from_pem(text).or_else(|| PublicKey::from_base64(text)) {
            return Some(Self(key.fingerprint()));
        }
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != ':').map(|c| c.to_ascii_lowercase()).collect();
        (digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(Self(digits))
    }

    /// The fingerprint that is demanded.
    pub fn fingerprint(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 8032, 7.1, test 2.
    const SEED: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    const PUBLIC: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const SIGNED: &str = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                          085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    fn key() -> SigningKey {
        SigningKey::from_seed(&hex::decode(SEED).unwrap().try_into().unwrap())
    }

    #[test]
    fn it_is_the_standard_s_ed25519() {
        let key = key();
        assert_eq!(hex::encode(key.public().0.as_bytes()), PUBLIC);
        assert_eq!(hex::encode(key.sign(&[0x72])), SIGNED);
        let signed = hex::decode(SIGNED).unwrap();
        assert!(key.public().verifies(&[0x72], &signed));
        assert!(!key.public().verifies(&[0x73], &signed));
        assert!(!key.public().verifies(&[0x72], &signed[..63]));
        assert!(!SigningKey::from_seed(&[1; 32]).public().verifies(&[0x72], &signed));
        assert!(!format!("{key:?}").contains(SEED));
    }

    #[test]
    fn keys_and_pins_are_read_in_each_form() {
        let public = key().public();
        assert_eq!(PublicKey::from_pem(&public.to_pem()), Some(public.clone()));
        assert_eq!(PublicKey::from_base64(&public.to_base64()), Some(public.clone()));
        let fingerprint = public.fingerprint();
        let spaced =
            fingerprint.as_bytes().chunks(4).map(|four| std::str::from_utf8(four).unwrap()).collect::<Vec<_>>().join(" ");
        for text in [public.to_pem(), public.to_base64(), fingerprint.clone(), spaced, fingerprint.to_uppercase()] {
            assert_eq!(Pin::read(&text).unwrap().fingerprint(), fingerprint, "{text}");
        }
        assert_eq!(Pin::read("12ab"), None);
        // The neutral element: every signature of a certain form would hold under it.
        assert_eq!(
            PublicKey::from_bytes(&[
                1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
            ]),
            None
        );
    }
}
