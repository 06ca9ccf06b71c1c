//! Codes by time (RFC 6238): SHA-1, six digits, thirty seconds, as every authenticator app has them.

use chrono::{DateTime, Utc};
use platform::{AppError, Result, Rng};
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a secret: the length of the hash, as RFC 4226 recommends.
pub(super) const SECRET: usize = 20;
/// Whose account it is, in the app.
const ISSUER: &str = "CMMC Tracker";
/// A code counts one step before and after its own: clocks differ, and typing takes a while.
const SKEW: u16 = 1;

/// A fresh secret.
pub(super) fn new_secret(rng: &Rng) -> Result<[u8; SECRET]> {
    rng.bytes::<SECRET>()
}

fn totp(secret: &[u8], email: &str) -> Result<Totp> {
    let builder = Builder::new().with_secret(Secret::from(secret)).with_skew(SKEW);
    builder.with_account_name(email).with_issuer(Some(ISSUER)).build().map_err(AppError::internal)
}

/// The step whose code this is, if it is one of now.
pub(super) fn step_of(secret: &[u8], digits: &str, now: DateTime<Utc>) -> Result<Option<i64>> {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Ok(totp(secret, "")?.check(digits, seconds).and_then(|step| i64::try_from(step).ok()))
}

/// The secret for typing, and as the address that a QR code holds.
pub(super) fn handover(secret: &[u8], email: &str) -> Result<(String, String)> {
    let totp = totp(secret, email)?;
    Ok((totp.secret().to_base32(), totp.to_url().map_err(AppError::internal)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six of eight digits.
        for (seconds, digits) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(step_of(b"12345678901234567890", digits, at(seconds)).unwrap(), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn one_step_of_skew_and_no_more() {
        let (secret, digits) = (b"12345678901234567890", "081804");
        let own = 1_111_111_109 / 30;
        for (off, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            assert_eq!(step_of(secret, digits, at((own + off) * 30)).unwrap(), good.then_some(own), "{off}");
        }
        assert_eq!(step_of(secret, "", at(0)).unwrap(), None);
    }

    #[test]
    fn the_address_names_issuer_and_account() {
        let (secret, uri) = handover(b"12345678901234567890", "ana+x@example.com").unwrap();
        assert_eq!(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(uri.starts_with("otpauth://totp/CMMC%20Tracker:ana"), "{uri}");
        assert!(uri.contains(&format!("secret={secret}")) && uri.contains("issuer=CMMC%20Tracker"), "{uri}");
    }
}
