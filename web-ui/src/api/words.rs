//! Error codes in words: what happened and what to do about it.

use shared_types::ErrorCode;

/// What happened and what to do about it. Exhaustive, so that a new code can't be forgotten.
pub fn words(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Invalid => "Some fields need another look.",
        ErrorCode::Malformed => "The request can't be read. Reload the page, then try again.",
        ErrorCode::BadCursor => "This page of the list is gone. Go back to the first page.",
        ErrorCode::Unauthenticated => "Your session has ended. Sign in again.",
        ErrorCode::BadCredentials => "E-mail or password is wrong. After several failures the account is locked for a while.",
        ErrorCode::BadCode => {
            "The code is wrong or was used already. Each code works once; the app shows a new one every 30 seconds."
        }
        ErrorCode::BadPasskey => "The passkey was not accepted. Try again, or use another way to prove that it is you.",
        ErrorCode::BadToken => "This link was used already or has expired. Ask for a new one.",
        ErrorCode::SingleSignOnFailed => {
            "The single sign-on did not succeed. Begin again; it has to be finished within ten minutes."
        }
        ErrorCode::SingleSignOnCancelled => "The single sign-on was cancelled. You can begin again.",
        ErrorCode::NoAccount => "You have no account here yet. A manager of your system or an administrator can invite you.",
        ErrorCode::EmailNotAccepted => {
            "Your address is not accepted here: the provider has not verified it, or it is of another organization."
        }
        ErrorCode::AccountClosed => {
            "This account can't sign in now: it is locked for a while, or closed. Ask your administrator."
        }
        ErrorCode::Forbidden => "Your role does not allow this. A manager of the system can change your role.",
        ErrorCode::StepUpRequired => "This needs a fresh proof that it is you. Nothing was changed.",
        ErrorCode::SecondFactorRequired => "This installation demands a second factor. Set one up first.",
        ErrorCode::FeatureOff => "This is turned off in this installation. An administrator can turn it on.",
        ErrorCode::InsufficientScope => "The API token does not allow this. Use one with the scope, or do it in the browser.",
        ErrorCode::MalwareFound => {
            "A scanner found malware in this file. It is kept away from everybody; tell your administrator."
        }
        ErrorCode::Csrf => "The request did not come from this page. Reload the page, then try again.",
        ErrorCode::NotFound => "It does not exist, or you have no access to it.",
        ErrorCode::MethodNotAllowed => "The server does not offer this. Reload the page; it may be older than the server.",
        ErrorCode::Conflict => "It has changed in the meantime and does not allow this now.",
        ErrorCode::Taken => "This is taken already. Choose another.",
        ErrorCode::IdentityNotLinked => {
            "Your account is not connected with single sign-on yet. Sign in with your password, then connect it on the page of your account."
        }
        ErrorCode::IdentityTaken => "Another account is connected with this. Disconnect it first.",
        ErrorCode::IdempotencyMismatch => "This was sent before with other values. Reload the page, then try again.",
        ErrorCode::OffsetMismatch => "The upload stands at another place than expected. Resume it.",
        ErrorCode::Gone => "It is no longer here. An unfinished upload is kept for a limited time only.",
        ErrorCode::FileDamaged => {
            "The stored file is damaged, and the managers were told. Who has the original can mend it by uploading it again."
        }
        ErrorCode::Stale => "Someone else saved in the meantime. Look at the newest version before you save yours.",
        ErrorCode::UnsupportedVersion => "The page does not speak the server's upload protocol. Reload it, then try again.",
        ErrorCode::TooLarge => "This is larger than allowed.",
        ErrorCode::QuotaExceeded => {
            "The space that you, or this system, may use is taken. Remove what is not needed, or ask your administrator for more."
        }
        ErrorCode::UnsupportedType => "This type of file is not accepted.",
        ErrorCode::RangeNotSatisfiable => "That part of the file does not exist. Download it again.",
        ErrorCode::FileRefused => "The file is not accepted: it is empty, or not what its name says.",
        ErrorCode::NotScannedYet => "This file is still being scanned for malware. Try again in a moment.",
        ErrorCode::PreconditionRequired => "The page did not say which version it changes. Reload it, then try again.",
        ErrorCode::TooManyRequests => "Too many attempts. Wait a minute, then try again.",
        ErrorCode::ChecksumMismatch => "A part of the file was damaged on its way. Resume the upload.",
        ErrorCode::Internal => {
            "Something failed on the server. Try again; if it stays, hand the request id to your administrator."
        }
        ErrorCode::Unavailable => "The server is busy or a service that it needs is down. Try again in a moment.",
        ErrorCode::ProviderUnavailable => {
            "The single sign-on provider does not answer. Sign in with your password, or try again in a moment."
        }
        ErrorCode::NoSpace => "The server has no space left to store this. Tell your administrator.",
    }
}

/// The same for an answer without a problem document.
pub fn words_of_status(status: u16) -> &'static str {
    ErrorCode::ALL.iter().find(|code| code.status() == status).map_or_else(
        || {
            if status >= 500 {
                "The server, or a proxy before it, does not answer properly. Try again in a moment."
            } else {
                "The server refused without giving a reason."
            }
        },
        |code| words(*code),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_code_has_words_of_its_own() {
        let mut seen = std::collections::HashSet::new();
        for &code in ErrorCode::ALL {
            let text = words(code);
            assert!(text.ends_with('.') && text.len() > 15, "{code}: {text}");
            assert!(!text.contains('!') && !text.contains("Oops"), "{code}: {text}");
            assert!(seen.insert(text), "{code}: the same words as another code");
        }
    }

    #[test]
    fn statuses_without_a_document_have_words() {
        assert_eq!(words_of_status(503), words(ErrorCode::Unavailable));
        assert!(words_of_status(502).contains("proxy") && words_of_status(418).contains("refused"));
    }
}
