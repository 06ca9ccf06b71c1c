//! What ties the two halves of a round together.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use platform::{AppError, Result};
use sha2::Sha256;

/// State, nonce and PKCE verifier of one round. All three follow from the one random token that the browser keeps in a cookie, so
/// that none of them is stored anywhere: whoever reads the database can't finish a round.
#[derive(Clone)]
pub struct Secrets {
    /// Comes back in the address: proves that the browser that ends the round began it (RFC 6749, 10.12).
    pub state: String,
    /// Comes back inside the signed token: proves that the token was made for this round (OpenID Connect Core, 3.1.2.1).
    pub(crate) nonce: String,
    /// Proves to the provider that who redeems the code began the round (RFC 7636).
    pub(crate) verifier: String,
}

impl Secrets {
    /// Derives the three from a token of 256 bits. Knowing one of them tells nothing about the token or the others.
    pub fn of(token: &str) -> Result<Self> {
        let derive = |label: &[u8]| -> Result<String> {
            let mut mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).map_err(AppError::internal)?;
            mac.update(label);
            Ok(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
        };
        Ok(Self {
            state: derive(b"openid state v1")?,
            nonce: derive(b"openid nonce v1")?,
            verifier: derive(b"openid pkce verifier v1")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_three_secrets_of_its_own() {
        let (one, two) = (Secrets::of("one").unwrap(), Secrets::of("two").unwrap());
        let all = [&one.state, &one.nonce, &one.verifier, &two.state, &two.nonce, &two.verifier];
        for (index, secret) in all.iter().enumerate() {
            assert_eq!(secret.len(), 43, "a PKCE verifier has at least 43 characters");
            assert!(all.iter().skip(index + 1).all(|other| other != secret));
        }
        assert_eq!(one.state, Secrets::of("one").unwrap().state);
    }
}
