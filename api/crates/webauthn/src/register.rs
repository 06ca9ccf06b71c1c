//! Registering a credential (WebAuthn Level 3, section 7.1).

use crate::{Begun, Fault, Known, Refusal, RelyingParty, TIMEOUT, decode, decode_stored, descriptor, encode, handle, transports};
use shared_types::passkeys::Transport;
use uuid::Uuid;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::UserVerificationRequirement;
use webauthn_rp::request::register::{
    AuthenticatorSelectionCriteria, PublicKeyCredentialCreationOptions, PublicKeyCredentialUserEntity, RegistrationServerState,
    RegistrationVerificationOptions, ResidentKeyRequirement, Username,
};
use webauthn_rp::response::AuthenticatorAttachment;
use webauthn_rp::response::AuthenticatorTransport;
use webauthn_rp::response::register::{AuthenticatorAttestation, ClientExtensionsOutputs, Registration};

/// The algorithms that are taken, the most wanted first: EdDSA with Ed25519, ES256, ES384, RS256, by their COSE numbers.
pub const ALGORITHMS: [i32; 4] = [-8, -7, -35, -257];

/// What the browser handed over.
#[derive(Debug, Clone, Copy)]
pub struct Attestation<'a> {
    /// `response.clientDataJSON`, in base64url.
    pub client_data_json: &'a str,
    /// `response.attestationObject`, in base64url.
    pub attestation_object: &'a str,
    /// `response.getTransports()`.
    pub transports: &'a [Transport],
}

/// A credential that was registered: to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its id, in base64url.
    pub credential_id: String,
    /// The public key and what else stays as it is, in base64url.
    pub public_key: String,
    /// The counter and what else changes with each use, in base64url.
    pub state: String,
    /// How a browser may reach its authenticator.
    pub transports: Vec<Transport>,
}

impl RelyingParty {
    /// Begins: an authenticator that holds a `known` credential is to refuse.
    pub fn begin_registration(&self, user: Uuid, known: &[Known]) -> Result<Begun, Fault> {
        let handle = handle(user);
        // The names that the person reads are the caller's to send; these are only what the options can't do without.
        let name = Username::try_from("user").map_err(|_bad| Fault::Options)?;
        let person = PublicKeyCredentialUserEntity { name, id: &handle, display_name: None };
        let exclude = known.iter().map(descriptor).collect::<Result<Vec<_>, _>>()?;
        let mut options = PublicKeyCredentialCreationOptions::second_factor(&self.id, person, exclude);
        options.timeout = TIMEOUT;
        options.authenticator_selection = AuthenticatorSelectionCriteria {
            resident_key: ResidentKeyRequirement::Preferred,
            user_verification: UserVerificationRequirement::Preferred,
            ..AuthenticatorSelectionCriteria::second_factor()
        };
        let challenge = encode(&options.challenge.as_data().to_le_bytes());
        let (state, _) = options.start_ceremony().map_err(|_bad| Fault::Options)?;
        Ok(Begun { challenge, state: encode(&state.encode().map_err(|_bad| Fault::Options)?) })
    }

    /// Checks the answer.
    pub fn finish_registration(&self, state: &str, given: &Attestation<'_>) -> Result<Result<Made, Refusal>, Fault> {
        let state = RegistrationServerState::<16>::decode(&decode_stored(state)?).map_err(|_bad| Fault::Unreadable)?;
        Ok(self.verified(state, given))
    }

    fn verified(&self, state: RegistrationServerState<16>, given: &Attestation<'_>) -> Result<Made, Refusal> {
        let (client_data, object) = (decode(given.client_data_json)?, decode(given.attestation_object)?);
        let response = AuthenticatorAttestation::new(client_data, object, transports(given.transports));
        // What extensions answered is of no use here, and not asked of the browser.
        let outputs = ClientExtensionsOutputs { cred_props: None, prf: None };
        let registration = Registration::new(response, AuthenticatorAttachment::None, outputs);
        let options = RegistrationVerificationOptions::<'_, '_, &str, &str> {
            allowed_origins: &[self.origin.as_str()],
            // Browsers add extensions of their own (credProtect) that nobody asked for.
            error_on_unsolicited_extensions: false,
            ..RegistrationVerificationOptions::default()
        };
        let made = state.verify(&self.id, &registration, &options)?;
        let (public_key, state) = (made.static_state().encode(), made.dynamic_state().encode());
        Ok(Made {
            credential_id: encode(made.id().into_inner()),
            public_key: encode(&public_key.map_err(|_never| Refusal::Malformed)?),
            state: encode(&state.map_err(|_never| Refusal::Malformed)?),
            transports: made.transports().into_iter().map(inward).collect(),
        })
    }
}

fn inward(transport: AuthenticatorTransport) -> Transport {
    match transport {
        AuthenticatorTransport::Ble => Transport::Ble,
        AuthenticatorTransport::Hybrid => Transport::Hybrid,
        AuthenticatorTransport::Internal => Transport::Internal,
        AuthenticatorTransport::Nfc => Transport::Nfc,
        AuthenticatorTransport::SmartCard => Transport::SmartCard,
        AuthenticatorTransport::Usb => Transport::Usb,
    }
}
