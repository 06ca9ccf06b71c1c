//! An assertion with a credential (WebAuthn Level 3, section 7.2).

use crate::{Begun, Fault, Known, Refusal, RelyingParty, TIMEOUT, decode, decode_stored, descriptor, encode, handle};
use uuid::Uuid;
use webauthn_rp::AuthenticatedCredential;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::{
    AllowedCredentials, AuthenticationVerificationOptions, AuthenticatorAttachmentEnforcement,
    NonDiscoverableAuthenticationServerState, NonDiscoverableCredentialRequestOptions, SignatureCounterEnforcement,
};
use webauthn_rp::request::register::UserHandle;
use webauthn_rp::request::{Credentials, UserVerificationRequirement};
use webauthn_rp::response::auth::{AuthenticatorAssertion, NonDiscoverableAuthentication};
use webauthn_rp::response::register::{DynamicState, StaticState};
use webauthn_rp::response::{AuthenticatorAttachment, CredentialId};

/// What the browser handed over, for the credential that it names.
#[derive(Debug, Clone, Copy)]
pub struct Assertion<'a> {
    /// `response.clientDataJSON`, in base64url.
    pub client_data_json: &'a str,
    /// `response.authenticatorData`, in base64url.
    pub authenticator_data: &'a str,
    /// `response.signature`, in base64url.
    pub signature: &'a str,
    /// `response.userHandle`, in base64url, where there is one.
    pub user_handle: Option<&'a str>,
}

/// The credential as it was stored.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// Its id, in base64url.
    pub id: &'a str,
    /// What `Made::public_key` was.
    pub public_key: &'a str,
    /// What `Made::state` was, or the last assertion left.
    pub state: &'a str,
    /// Whose it is.
    pub user: Uuid,
}

impl RelyingParty {
    /// Begins: one of the `known` credentials is to answer.
    pub fn begin_assertion(&self, known: &[Known]) -> Result<Begun, Fault> {
        let mut allowed = AllowedCredentials::with_capacity(known.len());
        for known in known {
            if !allowed.push(descriptor(known)?.into()) {
                return Err(Fault::Options);
            }
        }
        let mut options =
            NonDiscoverableCredentialRequestOptions::second_factor(&self.id, allowed).map_err(|_none| Fault::Options)?;
        options.options().timeout = TIMEOUT;
        options.options().user_verification = UserVerificationRequirement::Preferred;
        let challenge = encode(&options.options().challenge.as_data().to_le_bytes());
        let (state, _) = options.start_ceremony().map_err(|_bad| Fault::Options)?;
        Ok(Begun { challenge, state: encode(&state.encode().map_err(|_bad| Fault::Options)?) })
    }

    /// Checks the answer; the state of the credential after it, to be stored in the place of the one before.
    pub fn finish_assertion(
        &self,
        state: &str,
        stored: &Stored<'_>,
        given: &Assertion<'_>,
    ) -> Result<Result<String, Refusal>, Fault> {
        let unreadable = |_bad| Fault::Unreadable;
        let state = NonDiscoverableAuthenticationServerState::decode(&decode_stored(state)?).map_err(|_bad| Fault::Unreadable)?;
        let fixed = StaticState::decode(&decode_stored(stored.public_key)?).map_err(|_bad| Fault::Unreadable)?;
        let moving: [u8; 7] = decode_stored(stored.state)?.try_into().map_err(|_bad: Vec<u8>| Fault::Unreadable)?;
        let moving = DynamicState::decode(moving).map_err(|_bad| Fault::Unreadable)?;
        let (id, user) = (decode_stored(stored.id)?, handle(stored.user));
        let id_given = CredentialId::try_from(id.clone()).map_err(unreadable)?;
        let id = CredentialId::try_from(id.as_slice()).map_err(unreadable)?;
        let mut credential = AuthenticatedCredential::new(id, &user, fixed, moving).map_err(|_bad| Fault::Unreadable)?;
        let answer = match answer(id_given, given) {
            Ok(answer) => answer,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let options = AuthenticationVerificationOptions::<'_, '_, &str, &str> {
            allowed_origins: &[self.origin.as_str()],
            error_on_unsolicited_extensions: false,
            auth_attachment_enforcement: AuthenticatorAttachmentEnforcement::Ignore(false),
            sig_counter_enforcement: SignatureCounterEnforcement::Fail,
            ..AuthenticationVerificationOptions::default()
        };
        if let Err(error) = state.verify(&self.id, &answer, &mut credential, &options) {
            return Ok(Err(error.into()));
        }
        Ok(Ok(encode(&credential.dynamic_state().encode().map_err(|_never| Fault::Unreadable)?)))
    }
}

fn answer(id: CredentialId<Vec<u8>>, given: &Assertion<'_>) -> Result<NonDiscoverableAuthentication<16>, Refusal> {
    let user = match given.user_handle {
        Some(text) => {
            let bytes: [u8; 16] = decode(text)?.try_into().map_err(|_other: Vec<u8>| Refusal::Unknown)?;
            Some(UserHandle::from(bytes))
        }
        None => None,
    };
    let assertion = AuthenticatorAssertion::with_optional_user(
        decode(given.client_data_json)?,
        decode(given.authenticator_data)?,
        decode(given.signature)?,
        user,
    );
    Ok(NonDiscoverableAuthentication::new(id, assertion, AuthenticatorAttachment::None))
}
