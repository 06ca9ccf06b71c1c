//! Why a step of an upload did not come about, and what follows from it.

use super::xhr::Reply;
use crate::api::ApiError;
use shared_types::evidence::KnownContent;

/// Why a step did not come about.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    /// The reader halted or cancelled it.
    Halted,
    /// No answer: try again when the line is back.
    Lost,
    /// The server is busy: try again, after so many seconds if it said so.
    Busy(Option<u32>),
    /// The server does not know this upload any more: begin anew.
    Gone,
    /// The server stands at another offset, or still holds the upload for a request that broke off: ask where it stands.
    Behind,
    /// The browser can't read the file.
    Unreadable,
    /// The file is not what the server takes.
    Unsuitable(String),
    /// The system has it already.
    Known(Vec<KnownContent>),
    /// The server refused for good.
    Refused(ApiError),
}

impl Stop {
    /// What follows from an answer that is a refusal.
    pub fn of(reply: Reply) -> Self {
        match reply.status {
            404 | 410 => Self::Gone,
            409 | 423 | 460 => Self::Behind,
            429 | 500 | 502..=504 => Self::Busy(reply.retry_after),
            _ => Self::Refused(error(reply)),
        }
    }

    /// The same for the last step, which goes through the client's own door.
    pub fn of_error(error: ApiError) -> Self {
        match &error {
            ApiError::Network => Self::Lost,
            ApiError::Problem(problem) if matches!(problem.status, 404 | 410) => Self::Gone,
            error if error.may_pass() && error.code() != Some(shared_types::ErrorCode::NoSpace) => Self::Busy(None),
            _ => Self::Refused(error),
        }
    }
}

/// The refusal as the client's own error.
pub fn error(reply: Reply) -> ApiError {
    crate::api::Answer { status: reply.status, tag: None, text: reply.text }
        .accepted()
        .err()
        .unwrap_or(ApiError::Status(reply.status))
}

/// How long to wait before the next attempt, in milliseconds: doubling to half a minute. `chance` (0 to 1) spreads many clients.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand milliseconds")]
pub fn pause(failures: u32, retry_after: Option<u32>, chance: f64) -> u32 {
    let grown = 1_000_u32.saturating_mul(1 << failures.min(5)).min(30_000);
    let spread = (f64::from(grown) * 0.25 * chance.clamp(0.0, 1.0)) as u32;
    retry_after.map_or(grown, |seconds| seconds.saturating_mul(1_000).clamp(grown, 120_000)) + spread
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn reply(status: u16) -> Reply {
        Reply { status, text: String::new(), location: None, offset: None, retry_after: Some(7) }
    }

    #[test]
    fn what_follows_from_a_refusal() {
        assert_eq!(Stop::of(reply(410)), Stop::Gone);
        assert_eq!(Stop::of(reply(409)), Stop::Behind);
        assert_eq!(Stop::of(reply(460)), Stop::Behind);
        assert_eq!(Stop::of(reply(503)), Stop::Busy(Some(7)));
        assert_eq!(Stop::of(reply(507)), Stop::Refused(ApiError::Status(507)));
        assert_eq!(Stop::of(reply(422)), Stop::Refused(ApiError::Status(422)));
        assert_eq!(Stop::of_error(ApiError::Network), Stop::Lost);
        assert_eq!(Stop::of_error(ApiError::Status(502)), Stop::Busy(None));
    }

    #[test]
    fn pauses_double_to_half_a_minute() {
        assert_eq!([0, 1, 4, 5, 99].map(|n| pause(n, None, 0.0)), [1_000, 2_000, 16_000, 30_000, 30_000]);
        assert_eq!(pause(0, Some(9), 0.0), 9_000);
        assert_eq!(pause(0, None, 1.0), 1_250);
    }
}
