//! Where the browser comes out. Only addresses of this installation, and only codes: nothing that the provider wrote.

use crate::rounds::{Purpose, Round};
use shared_types::ErrorCode;
use shared_types::second_factor::SecondFactorKind;
use shared_types::single_sign_on::landing::{FAILED, SECOND_FACTOR, TO};

/// What became of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// It did what it was for.
    Done,
    /// The sign-in goes on with a second factor, one of these.
    SecondFactor(Vec<SecondFactorKind>),
    /// It did not.
    Failed(ErrorCode),
}

/// The path. A failed sign-in, and one that goes on, stand on the sign-in page, which keeps the page that was asked for.
pub(crate) fn landing(round: Option<&Round>, end: End) -> String {
    let sign_in = |what: String| {
        let to = round.map(|round| round.return_to.as_str()).filter(|to| *to != "/" && !to.starts_with("/sign-in"));
        let to = to.map(|to| format!("&{TO}={}", form_urlencoded::byte_serialize(to.as_bytes()).collect::<String>()));
        format!("/sign-in#{what}{}", to.unwrap_or_default())
    };
    match (round, end) {
        (Some(round), End::Done) => round.return_to.to_string(),
        (Some(round), End::Failed(code)) if round.purpose != Purpose::SignIn => format!("{}#{FAILED}={code}", round.return_to),
        (_, End::Failed(code)) => sign_in(format!("{FAILED}={code}")),
        (_, End::SecondFactor(accepts)) => {
            let names: Vec<&str> = accepts.into_iter().map(SecondFactorKind::as_str).collect();
            sign_in(format!("{SECOND_FACTOR}={}", names.join(",")))
        }
        (None, End::Done) => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::text::ReturnPath;

    fn round(purpose: Purpose, to: &str) -> Round {
        let begun_at = "2026-11-22T12:00:00Z".parse().unwrap();
        Round { purpose, session: None, return_to: ReturnPath::parse(to).unwrap(), begun_at }
    }

    #[test]
    fn the_browser_comes_out_where_it_was_going() {
        let sign_in = round(Purpose::SignIn, "/s/x/tasks?state=open&q=a");
        assert_eq!(landing(Some(&sign_in), End::Done), "/s/x/tasks?state=open&q=a");
        assert_eq!(
            landing(Some(&sign_in), End::SecondFactor(vec![SecondFactorKind::Totp, SecondFactorKind::BackupCode])),
            "/sign-in#second-factor=totp,backup_code&to=%2Fs%2Fx%2Ftasks%3Fstate%3Dopen%26q%3Da"
        );
        assert_eq!(landing(Some(&round(Purpose::SignIn, "/")), End::Failed(ErrorCode::NoAccount)), "/sign-in#failed=no_account");
        assert_eq!(landing(None, End::Failed(ErrorCode::SingleSignOnFailed)), "/sign-in#failed=single_sign_on_failed");
        let link = round(Purpose::Link, "/account");
        assert_eq!(landing(Some(&link), End::Done), "/account");
        assert_eq!(landing(Some(&link), End::Failed(ErrorCode::IdentityTaken)), "/account#failed=identity_taken");
    }
}
