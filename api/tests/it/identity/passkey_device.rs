//! An authenticator with a passkey, in software: it answers as WebAuthn Level 3 has it (ES256, attestation none), with nothing of
//! the product's. What a test wants to be wrong, it changes in the options or in the fields.

use super::browser::Browser;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use platform::Rng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Where the tests' installation is reached.
pub const ORIGIN: &str = "https://cmmc.example.com";

/// The person touched it.
const PRESENT: u8 = 0x01;
/// The person gave a PIN or a finger.
const VERIFIED: u8 = 0x04;
/// A credential is attached.
const ATTACHED: u8 = 0x40;

#[derive(Clone)]
pub struct Device {
    key: SigningKey,
    /// The credential's id.
    pub id: Vec<u8>,
    /// How often it was used. Stays 0 where `counts` is false, as with synced passkeys.
    pub counter: u32,
    pub counts: bool,
    /// The page that the browser says it is on.
    pub origin: String,
    /// Somebody touches it.
    pub touched: bool,
    /// The browser says that the page is in a frame of another site's.
    pub framed: bool,
    handle: Value,
}

impl Device {
    pub fn new() -> Self {
        let rng = Rng::system();
        Self {
            key: SigningKey::from_slice(&rng.bytes::<32>().expect("chance")).expect("a key"),
            id: rng.bytes::<32>().expect("chance").to_vec(),
            counter: 0,
            counts: true,
            origin: ORIGIN.to_owned(),
            touched: true,
            framed: false,
            handle: Value::Null,
        }
    }

    /// Signs with another key from now on, under the same id.
    pub fn change_key(&mut self) {
        self.key = Self::new().key;
    }

    /// Adds it for somebody who is signed in; what the product answers.
    pub async fn enrol(browser: &mut Browser, name: &str) -> (Self, Value) {
        let mut device = Self::new();
        let options = browser.post("/me/passkeys/challenge", &json!({})).await.expect(201);
        let added = browser.post("/me/passkeys", &device.create(&options, name)).await.expect(201);
        (device, added)
    }

    /// Proves it at the second step of a sign-in.
    pub async fn second_step(&mut self, browser: &mut Browser) -> crate::support::Answer {
        let options = browser.post("/session/second-factor/passkey-challenge", &json!({})).await.expect(201);
        let body = self.get(&options);
        browser.post("/session/second-factor/passkey", &body).await
    }

    /// What `navigator.credentials.create` answers, with a name: the body that adds it.
    pub fn create(&mut self, options: &Value, name: &str) -> Value {
        self.handle = options["user_handle"].clone();
        let point = self.key.verifying_key().to_encoded_point(false);
        // COSE, EC2, ES256, P-256.
        let mut cose = vec![0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
        cose.extend_from_slice(point.x().expect("a point"));
        cose.extend_from_slice(&[0x22, 0x58, 32]);
        cose.extend_from_slice(point.y().expect("a point"));
        let mut data = self.data(options, ATTACHED);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend_from_slice(&self.id);
        data.extend_from_slice(&cose);
        let mut object = vec![0xa3];
        for (name, value) in [("fmt", [&[0x64], &b"none"[..]].concat()), ("attStmt", vec![0xa0])] {
            object.push(0x60 | u8::try_from(name.len()).expect("short"));
            object.extend_from_slice(name.as_bytes());
            object.extend_from_slice(&value);
        }
        object.push(0x68);
        object.extend_from_slice(b"authData");
        object.extend_from_slice(&[0x58, u8::try_from(data.len()).expect("short")]);
        object.extend_from_slice(&data);
        json!({
            "name": name,
            "client_data_json": encode(self.client_data("webauthn.create", options).as_bytes()),
            "attestation_object": encode(&object),
            "transports": ["internal", "hybrid"],
        })
    }

    /// What `navigator.credentials.get` answers.
    pub fn get(&mut self, options: &Value) -> Value {
        if self.counts {
            self.counter += 1;
        }
        let (data, client) = (self.data(options, 0), self.client_data("webauthn.get", options));
        let signed = [data.as_slice(), Sha256::digest(client.as_bytes()).as_slice()].concat();
        let signature: DerSignature = self.key.sign(&signed);
        json!({
            "id": encode(&self.id),
            "client_data_json": encode(client.as_bytes()),
            "authenticator_data": encode(&data),
            "signature": encode(signature.as_bytes()),
            "user_handle": self.handle,
        })
    }

    fn data(&self, options: &Value, flags: u8) -> Vec<u8> {
        let party = options["rp_id"].as_str().expect("a relying party");
        let flags = flags | if self.touched { PRESENT | VERIFIED } else { 0 };
        [Sha256::digest(party).as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let challenge = options["challenge"].as_str().expect("a challenge");
        let (origin, framed) = (&self.origin, self.framed);
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":{framed}}}"#)
    }
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
