use crate::settings::LimitSettings;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// What is counted. The comment of each says by which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// Attempts with a password or a one-time link; by address.
    SignInAddress,
    /// Attempts to sign in to an account; by the e-mail address that was given, known or not.
    SignInAccount,
    /// Second factors: codes, backup codes, passkeys; by account.
    Mfa,
    /// Ways to the single sign-on provider and back from it; by address.
    SingleSignOn,
    /// Requests for a reset, a verification or another mail to somebody; by account, and by address.
    Reset,
    /// Renewals of an access cookie; by address.
    Refresh,
    /// Uploads begun, resumable or direct; by user.
    UploadCreate,
    /// Requests with an API token; by token.
    Token,
    /// Every request to the API, counted by the middleware; by address.
    Other,
}

/// So many in so long: all at once if need be, refilled evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub limit: u32,
    /// In which time.
    pub window: Duration,
}

impl Rate {
    /// The time in which one more becomes free.
    pub(super) fn interval(self) -> Duration {
        self.window / self.limit.max(1)
    }
}

impl Bucket {
    /// Every bucket, in the order of their counts in a process.
    pub const ALL: [Self; 9] = [
        Self::SignInAddress,
        Self::SignInAccount,
        Self::Mfa,
        Self::SingleSignOn,
        Self::Reset,
        Self::Refresh,
        Self::UploadCreate,
        Self::Token,
        Self::Other,
    ];

    /// The name in keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignInAddress => "sign_in_address",
            Self::SignInAccount => "sign_in_account",
            Self::Mfa => "mfa",
            Self::SingleSignOn => "single_sign_on",
            Self::Reset => "reset",
            Self::Refresh => "refresh",
            Self::UploadCreate => "upload_create",
            Self::Token => "token",
            Self::Other => "other",
        }
    }

    /// What there were too many of, for the person.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::SignInAddress => "attempts from this address",
            Self::SignInAccount => "attempts with this e-mail address",
            Self::Mfa => "attempts with a second factor",
            Self::SingleSignOn => "single sign-ons from this address",
            Self::Reset => "requests for a mail",
            Self::Refresh => "renewals of a session from this address",
            Self::UploadCreate => "uploads begun",
            Self::Token => "requests with this token",
            Self::Other => "requests from this address",
        }
    }

    /// The rate that the settings give it.
    pub fn rate(self, settings: &LimitSettings) -> Rate {
        let (limit, window) = match self {
            Self::SignInAddress => (settings.sign_in_per_minute, MINUTE),
            Self::SignInAccount => (settings.sign_in_account_per_minute, MINUTE),
            Self::Mfa => (settings.mfa_per_minute, MINUTE),
            Self::SingleSignOn => (settings.single_sign_on_per_minute, MINUTE),
            Self::Reset => (settings.reset_per_hour, HOUR),
            Self::Refresh => (settings.refresh_per_minute, MINUTE),
            Self::UploadCreate => (settings.upload_create_per_minute, MINUTE),
            Self::Token => (settings.token_per_minute, MINUTE),
            Self::Other => (settings.other_per_minute, MINUTE),
        };
        Rate { limit, window }
    }

    /// Whether the answer may say how many are left. Of an account that would tell a stranger whether its owner is about.
    pub(super) fn is_told(self) -> bool {
        !matches!(self, Self::SignInAccount | Self::Mfa | Self::Reset)
    }
}
