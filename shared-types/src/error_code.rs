//! The one table of error codes: what the API may answer, with which status and title. The client turns codes into words.

use serde::{Deserialize, Serialize};

macro_rules! error_codes {
    ($($(#[doc = $doc:tt])+ $variant:ident = $code:tt, $status:literal, $title:literal;)+) => {
        /// Every code of a problem document.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $variant,)+
        }

        impl ErrorCode {
            /// All codes, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it stands in a problem document.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// A short title, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }
    };
}

error_codes! {
    /// The body is not what the operation takes; `errors` names each field.
    Invalid = "invalid", 400, "The request is not valid";
    /// The body is not JSON, or not UTF-8.
    Malformed = "malformed", 400, "The request can't be read";
    /// A cursor that this list did not hand out, or that belongs to other filters.
    BadCursor = "bad_cursor", 400, "The cursor does not belong to this list";
    /// No session, or one that has ended.
    Unauthenticated = "unauthenticated", 401, "Sign in first";
    /// Unknown user, wrong password and locked account answer alike.
    BadCredentials = "bad_credentials", 401, "E-mail or password is wrong";
    /// A code of the second factor that is wrong, was used already, or comes while the account is locked.
    BadCode = "bad_code", 401, "The code is wrong or was used already";
    /// A passkey that does not prove it: unknown, of somebody else, not for this site, an answer that was used or came too late.
    BadPasskey = "bad_passkey", 401, "The passkey was not accepted";
    /// A one-time link that was used, has expired or never existed.
    BadToken = "bad_token", 401, "This link is not valid any more";
    /// The answer of the single sign-on provider is not to be believed, came too late, or was used already.
    SingleSignOnFailed = "single_sign_on_failed", 401, "The single sign-on did not succeed";
    /// The person or the provider broke the single sign-on off.
    SingleSignOnCancelled = "single_sign_on_cancelled", 401, "The single sign-on was cancelled";
    /// The provider knows the person, this installation does not.
    NoAccount = "no_account", 403, "There is no account for this person";
    /// The provider does not vouch for the address, or it is of a domain that is not allowed.
    EmailNotAccepted = "email_not_accepted", 403, "The address is not accepted";
    /// The account is deactivated, or locked for a while.
    AccountClosed = "account_closed", 403, "This account can't sign in now";
    /// Signed in, a member, but the role does not allow it.
    Forbidden = "forbidden", 403, "Your role does not allow this";
    /// A dangerous act, and the session did not prove lately who it is: `POST /api/v1/session/step-up`, then again.
    StepUpRequired = "step_up_required", 403, "Prove that it is you";
    /// The installation demands a second factor and the time to set one up is over: only that is open.
    SecondFactorRequired = "second_factor_required", 403, "Set up a second factor first";
    /// An administrator has turned this off for the whole installation.
    FeatureOff = "feature_off", 403, "Turned off in this installation";
    /// An API token without the scope that the operation demands, or an operation that no token may do.
    InsufficientScope = "insufficient_scope", 403, "The API token does not allow this";
    /// A scanner found malware in the file: it is never handed out.
    MalwareFound = "malware_found", 403, "Malware was found in this file";
    /// The request did not come from the product's own pages, or lacks its token.
    Csrf = "csrf", 403, "The request did not come from this site";
    /// It does not exist, or not for you.
    NotFound = "not_found", 404, "Not found";
    /// The operation does not exist with this method.
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed";
    /// The state of the object does not allow it now.
    Conflict = "conflict", 409, "The current state does not allow this";
    /// A value that must be unique is taken.
    Taken = "taken", 409, "Already taken";
    /// An account has the person's address, and is not connected with the provider: sign in to it, then connect it.
    IdentityNotLinked = "identity_not_linked", 409, "The account is not connected with the provider";
    /// The person at the provider belongs to another account, or the account to another person there.
    IdentityTaken = "identity_taken", 409, "Another account is connected with this";
    /// An Idempotency-Key that was used for another request.
    IdempotencyMismatch = "idempotency_mismatch", 422, "This Idempotency-Key was used for another request";
    /// A chunk that does not begin where the upload stands.
    OffsetMismatch = "offset_mismatch", 409, "The chunk does not begin where the upload stands";
    /// The upload has expired or was ended.
    Gone = "gone", 410, "No longer here";
    /// The stored bytes of a file are lost, or are not what was uploaded. The same file uploaded again mends it.
    FileDamaged = "file_damaged", 410, "The stored file is damaged";
    /// Another person saved first.
    Stale = "stale", 412, "Someone else changed this in the meantime";
    /// The Tus-Resumable header is missing, or names a version of tus that is not spoken here.
    UnsupportedVersion = "unsupported_version", 412, "This version of the upload protocol is not supported";
    /// The body is larger than the operation takes.
    TooLarge = "too_large", 413, "Too large";
    /// More bytes than a person, or a system, may have.
    QuotaExceeded = "quota_exceeded", 413, "The quota is used up";
    /// The content type, or the type of the file, is not accepted.
    UnsupportedType = "unsupported_type", 415, "This type is not accepted";
    /// A range outside the file.
    RangeNotSatisfiable = "range_not_satisfiable", 416, "The range is outside the file";
    /// The file is not what its name says, empty, or not allowed.
    FileRefused = "file_refused", 422, "The file is not accepted";
    /// A scanner for malware has not looked at the file yet, or could not tell.
    NotScannedYet = "not_scanned_yet", 423, "The file has not been scanned yet";
    /// A change to an existing object needs If-Match.
    PreconditionRequired = "precondition_required", 428, "If-Match is required";
    /// Too many requests; Retry-After says when.
    TooManyRequests = "too_many_requests", 429, "Too many requests";
    /// The chunk's checksum is not the one that was declared.
    ChecksumMismatch = "checksum_mismatch", 460, "The checksum does not match";
    /// Something broke here; the log has the request id.
    Internal = "internal", 500, "Something failed on our side";
    /// A service that is needed does not answer, or the queue is full.
    Unavailable = "unavailable", 503, "Not available right now";
    /// The single sign-on provider does not answer.
    ProviderUnavailable = "provider_unavailable", 503, "The single sign-on provider does not answer";
    /// No space left to store this.
    NoSpace = "no_space", 507, "No space left";
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_round_trip() {
        let mut seen = std::collections::HashSet::new();
        for &code in ErrorCode::ALL {
            assert!(seen.insert(code.as_str()), "{code} stands twice");
            let json = serde_json::to_string(&code).unwrap();
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<ErrorCode>(&json).unwrap(), code);
        }
    }
}
