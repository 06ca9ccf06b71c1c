//! The two halves of a round: to the provider, and back from it.

use crate::http::Http;
use crate::known::Known;
use crate::person::{Extra, Groups, Person, Said, is_multi_factor};
use crate::secrets::Secrets;
use chrono::{DateTime, Duration, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Alg, CoreProviderMetadata, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthType, AuthenticationContextClass, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, Client, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenClaims, IdTokenFields,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
};
use platform::error::with_causes;
use platform::settings::{Secret, SingleSignOnSettings};
use platform::{AppError, Clock, Result};

/// Signatures that are believed: asymmetric ones only. Whatever a provider's document may list, `none` and those with the client's own
/// secret are not among them.
const SIGNATURES: [Alg; 10] = [
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EcdsaP521Sha512,
    Alg::EdDsa,
];

/// The provider's clock and ours may differ by this much.
const SKEW: Duration = Duration::minutes(1);
/// A token is redeemed at once: one that was made longer ago was kept by somebody.
const MOST_AGE: Duration = Duration::minutes(10);

type Fields = IdTokenFields<Extra, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Alg>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Claims = IdTokenClaims<Extra, CoreGenderClaim>;
type OidcClient = Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why a round came to nothing. The text is for the log, never for the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The provider does not answer, or not as one.
    #[error("{0}")]
    Unavailable(String),
    /// Its answer is not to be believed, or it refuses the code.
    #[error("{0}")]
    Refused(String),
}

/// What is asked of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Who is it? A session that the person has at the provider will do.
    Who,
    /// The same, but the person proves it anew.
    Afresh,
}

/// The provider of the settings.
pub struct Provider {
    settings: SingleSignOnSettings,
    secret: Option<Secret>,
    redirect: String,
    http: Http,
    known: Known,
    clock: Clock,
}

impl Provider {
    /// Makes the client ready; nothing is asked yet. `callback` is the address that the provider sends people back to. Fails on files
    /// that can't be read.
    pub fn new(settings: &SingleSignOnSettings, callback: String, clock: Clock) -> Result<Self> {
        RedirectUrl::new(callback.clone()).map_err(AppError::internal)?;
        Ok(Self {
            secret: settings.secret()?,
            http: Http::new(settings.ca_file.as_deref())?,
            settings: settings.clone(),
            redirect: callback,
            known: Known::default(),
            clock,
        })
    }

    /// Where the browser goes.
    pub async fn begin(&self, secrets: &Secrets, ask: Ask) -> Result<String, ProviderError> {
        let metadata = self.known.metadata(&self.http, &self.settings.issuer, self.clock.now()).await?;
        let client = self.client(&metadata)?;
        let (state, nonce) = (secrets.state.clone(), secrets.nonce.clone());
        let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            // "openid" is added by the library.
            .add_scopes(self.settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new));
        if self.settings.trust_provider_mfa {
            for class in &self.settings.mfa_acr {
                request = request.add_auth_context_value(AuthenticationContextClass::new(class.clone()));
            }
        }
        if ask == Ask::Afresh {
            request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO);
        }
        Ok(request.url().0.into())
    }

    /// Redeems the code that the browser brought back. With `since`, the person must have proved who it is after that.
    pub async fn finish(&self, secrets: &Secrets, code: String, since: Option<DateTime<Utc>>) -> Result<Person, ProviderError> {
        let metadata = self.known.metadata(&self.http, &self.settings.issuer, self.clock.now()).await?;
        let client = self.client(&metadata)?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| refused(&error))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier.clone()));
        let tokens = request.request_async(&self.http).await.map_err(|error| match error {
            RequestTokenError::Request(error) => ProviderError::Unavailable(with_causes(&error)),
            // Without the description, which is free text.
            RequestTokenError::ServerResponse(answer) => ProviderError::Refused(format!("the code: {}", answer.error())),
            RequestTokenError::Parse(error, _body) => ProviderError::Refused(format!("the tokens: {error}")),
            RequestTokenError::Other(why) => ProviderError::Refused(why),
        })?;
        let claims = match self.verified(&client, &tokens, secrets, since) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                // The provider may have a new key since.
                let newer = self.known.newer_keys(&self.http, self.clock.now()).await;
                let newer = newer.ok_or_else(|| ProviderError::Refused("a token of an unknown key".to_owned()))?;
                self.verified(&self.client(&newer)?, &tokens, secrets, since).map_err(|error| refused(&error))?
            }
            other => other.map_err(|error| refused(&error))?,
        };
        let said = self.said(&client, &tokens, &claims).await?;
        Ok(self.person(&claims, said))
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Result<OidcClient, ProviderError> {
        let secret = self.secret.as_ref().map(|secret| ClientSecret::new(secret.expose().to_owned()));
        let id = ClientId::new(self.settings.client_id.clone());
        let redirect = RedirectUrl::new(self.redirect.clone()).map_err(|error| refused(&error))?;
        let client = OidcClient::from_provider_metadata(metadata.clone(), id, secret).set_redirect_uri(redirect);
        let methods = metadata.token_endpoint_auth_methods_supported();
        let takes = |method: &CoreClientAuthMethod| methods.is_none_or(|all| all.contains(method));
        if takes(&CoreClientAuthMethod::ClientSecretBasic) || !takes(&CoreClientAuthMethod::ClientSecretPost) {
            Ok(client)
        } else {
            Ok(client.set_auth_type(AuthType::RequestBody))
        }
    }

    /// Signature, issuer, audience, nonce and times of the ID token.
    fn verified(
        &self,
        client: &OidcClient,
        tokens: &Tokens,
        secrets: &Secrets,
        since: Option<DateTime<Utc>>,
    ) -> Result<Claims, ClaimsVerificationError> {
        let missing = || ClaimsVerificationError::Other("the answer has no ID token".to_owned());
        let now = self.clock.now();
        let made = move |at: DateTime<Utc>| {
            if at > now + SKEW {
                Err(format!("made at {at}, which is still to come"))
            } else if at < now - MOST_AGE {
                Err(format!("made at {at}, too long ago"))
            } else {
                Ok(())
            }
        };
        let proved = move |at: Option<DateTime<Utc>>| match since {
            Some(since) if at.is_none_or(|at| at < since - SKEW) => Err("the person did not prove it anew".to_owned()),
            _ => Ok(()),
        };
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(made)
            .set_auth_time_verifier_fn(proved);
        tokens.id_token().ok_or_else(missing)?.claims(&verifier, &Nonce::new(secrets.nonce.clone())).cloned()
    }

    /// What the ID token says, and what it leaves to the userinfo endpoint.
    async fn said(&self, client: &OidcClient, tokens: &Tokens, claims: &Claims) -> Result<Said, ProviderError> {
        let said = Said {
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified(),
            name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
            extra: claims.additional_claims().0.clone(),
        };
        if !said.is_thin(&self.settings) {
            return Ok(said);
        }
        let Ok(request) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())) else {
            return Ok(said);
        };
        let more: UserInfoClaims<Extra, CoreGenderClaim> =
            request.request_async(&self.http).await.map_err(|error| ProviderError::Unavailable(with_causes(&error)))?;
        let more = Said {
            email: more.email().map(|email| email.to_string()),
            email_verified: more.email_verified(),
            name: more.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
            extra: more.additional_claims().0.clone(),
        };
        Ok(said.or(more, &self.settings.verified_claim))
    }

    fn person(&self, claims: &Claims, said: Said) -> Person {
        let methods = claims.auth_method_refs().into_iter().flatten().map(|method| method.to_string()).collect::<Vec<_>>();
        let class = claims.auth_context_ref().map(|class| class.as_str());
        Person {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email_verified: said.verified(&self.settings.verified_claim).unwrap_or(false),
            groups: said.groups(&self.settings.groups_claim).unwrap_or(Groups::Listed(Vec::new())),
            multi_factor: is_multi_factor(&methods, class, &self.settings),
            email: said.email,
            name: said.name,
        }
    }
}

fn refused(error: &dyn std::error::Error) -> ProviderError {
    ProviderError::Refused(with_causes(error))
}
