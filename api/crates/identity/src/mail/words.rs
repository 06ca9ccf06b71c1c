//! What each mail says. Plain text only: the letter's templates escape it.

use crate::notices::Notice;
use chrono::{DateTime, Utc};
use platform::clock::spelled_out;
use platform::mailer::{Action, Letter};

/// A mail goes to whoever reads that address; it may be read by people who don't expect it.
const NOT_YOU: &str = "If you did not ask for this, ignore this mail: without the link nothing changes.";
const WORKS_ONCE: &str = "The link works once, for 30 minutes.";

fn to(label: &str, url: String) -> Action {
    Action { label: label.to_owned(), url }
}

pub(super) fn invitation(url: String, until: DateTime<Utc>, zone: Option<&str>, system: Option<&str>) -> Letter {
    let what = match system {
        Some(system) => format!("You were invited to work on the system {system} in CMMC Tracker."),
        None => "You were invited to CMMC Tracker.".to_owned(),
    };
    Letter {
        subject: "Your invitation to CMMC Tracker".to_owned(),
        paragraphs: vec![what, "Choose a password to begin.".to_owned()],
        action: Some(to("Accept the invitation", url)),
        closing: vec![
            format!("The link works once, until {}.", spelled_out(until, zone)),
            "If you don't know what this is about, ignore this mail.".to_owned(),
        ],
        ..Letter::default()
    }
}

pub(super) fn password_reset(url: String) -> Letter {
    Letter {
        subject: "Set a new password".to_owned(),
        paragraphs: vec!["Somebody asked for a new password for your account.".to_owned()],
        action: Some(to("Set a new password", url)),
        closing: vec![
            format!("{WORKS_ONCE} Setting a new password ends all your sessions."),
            "If it was not you, ignore this mail: your password stays as it is.".to_owned(),
        ],
        ..Letter::default()
    }
}

pub(super) fn email_change(url: String) -> Letter {
    Letter {
        subject: "Confirm your new address".to_owned(),
        paragraphs: vec!["This address is to become the one that you sign in with.".to_owned()],
        action: Some(to("Confirm this address", url)),
        closing: vec![WORKS_ONCE.to_owned(), NOT_YOU.to_owned()],
        ..Letter::default()
    }
}

pub(super) fn email_code(code: &str) -> Letter {
    let (first, second) = code.split_at_checked(4).unwrap_or((code, ""));
    Letter {
        subject: "Your verification code".to_owned(),
        paragraphs: vec!["Type this code on the page of your account to prove that you read this address.".to_owned()],
        code: Some(format!("{first} {second}")),
        closing: vec![
            "The code works once, for 30 minutes.".to_owned(),
            "If you did not ask for it, somebody is signed in as you: change your password.".to_owned(),
        ],
        ..Letter::default()
    }
}

/// What a notice is called, says, and advises; times in the reader's zone.
fn parts(notice: &Notice, zone: Option<&str>, system: Option<&str>) -> (&'static str, String, &'static str) {
    const RESET: &str = "If it was not you, set a new password now: choose \"Forgot your password?\" on the sign-in page, and tell \
                         your administrator.";
    const ASK: &str = "If you did not expect this, ask your administrator.";
    let say = str::to_owned;
    let system = system.map_or_else(|| "a system".to_owned(), |name| format!("the system {name}"));
    match notice {
        Notice::PasswordChanged => {
            ("Your password was changed", say("Your password was changed, and your other sessions have ended."), RESET)
        }
        Notice::PasswordReset => (
            "Your password was reset",
            say("A new password was set with the link that was mailed to you. All your sessions have ended."),
            RESET,
        ),
        Notice::EmailChangeAsked => (
            "Another address for your account",
            say(
                "Somebody who is signed in as you asked to sign in with another address. Until that address is confirmed, nothing \
                 changes.",
            ),
            RESET,
        ),
        Notice::EmailChanged { .. } => (
            "Your address was changed",
            say("Your account has another address now, and all its sessions have ended. This is the last mail to this address."),
            "If it was not you, tell your administrator at once.",
        ),
        Notice::MfaEnrolled => ("A second factor was added", say("Signing in asks for a second factor from now on."), RESET),
        Notice::MfaReset => (
            "Your second factor was reset",
            say(
                "An administrator took away the second factor of your account. You can add a new one on the page of your account.",
            ),
            ASK,
        ),
        Notice::MfaOff => ("Your second factor is off", say("Signing in asks for your password only."), RESET),
        Notice::PasskeyAdded { .. } => {
            ("A passkey was added", say("Signing in as you takes a second factor, and this passkey is one from now on."), RESET)
        }
        Notice::PasskeyRemoved { .. } => ("A passkey was removed", say("It does not sign you in any more."), RESET),
        Notice::PasskeySuspended { .. } => (
            "A passkey may have been copied",
            say(
                "The passkey counts how often it is used, and its count went back. There may be a copy of it, so it is refused from \
                 now on. Sign in another way, remove it on the page of your account, and add a new one.",
            ),
            "If it happens again, tell your administrator.",
        ),
        Notice::BackupCodesRenewed => {
            ("New backup codes", say("Your account has new backup codes; the ones before have stopped working."), RESET)
        }
        Notice::NewDevice { .. } => {
            ("A sign-in from a new device", say("Somebody signed in as you from a device that was not seen before."), RESET)
        }
        Notice::Locked { until } => (
            "Your account is locked",
            format!("There were too many wrong attempts to sign in. The lock ends by itself at {}.", spelled_out(*until, zone)),
            "If it was not you, somebody is guessing: your password has not been found. Your administrator can end the lock.",
        ),
        Notice::Unlocked => ("Your account is unlocked", say("An administrator has ended the lock of your account."), ASK),
        Notice::IdentityLinked => {
            ("Single sign-on was connected", say("Your account can be signed in to by single sign-on from now on."), RESET)
        }
        Notice::IdentityUnlinked => {
            ("Single sign-on was disconnected", say("Your account can no longer be signed in to by single sign-on."), RESET)
        }
        Notice::ApiTokenCreated { .. } => {
            ("A new API token", say("A personal API token was made for your account. Whoever has it acts as you."), RESET)
        }
        Notice::ApiTokenRevoked { .. } => (
            "An API token was revoked",
            say("An administrator revoked a personal API token of yours. Programs that use it are refused."),
            ASK,
        ),
        Notice::RoleChanged { role: Some(role), .. } => {
            ("Your role", format!("Your role in {system} is {} now.", role.as_str()), ASK)
        }
        Notice::RoleChanged { role: None, .. } => {
            ("Your membership has ended", format!("You are no longer a member of {system}."), ASK)
        }
        Notice::AdminChanged { admin: true } => ("You are an administrator", say("You administer this installation now."), ASK),
        Notice::AdminChanged { admin: false } => {
            ("You are no longer an administrator", say("You no longer administer this installation."), ASK)
        }
        Notice::Deactivated => {
            ("Your account was closed", say("An administrator has closed your account. You can't sign in any more."), ASK)
        }
    }
}

/// What has happened, in one sentence that names nobody.
pub(crate) fn said(notice: &Notice) -> &'static str {
    parts(notice, None, None).0
}

pub(super) fn notice(notice: &Notice, at: DateTime<Utc>, zone: Option<&str>, system: Option<&str>) -> Letter {
    let (subject, what, advice) = parts(notice, zone, system);
    let mut facts = vec![("When".to_owned(), spelled_out(at, zone))];
    let mut fact = |name: &str, value: Option<&String>| facts.extend(value.map(|value| (name.to_owned(), value.clone())));
    match notice {
        Notice::NewDevice { address, user_agent } => {
            fact("Address", address.as_ref());
            fact("Browser", user_agent.as_ref());
        }
        Notice::ApiTokenCreated { name } | Notice::ApiTokenRevoked { name } => fact("Token", Some(name)),
        Notice::PasskeyAdded { name } | Notice::PasskeyRemoved { name } | Notice::PasskeySuspended { name } => {
            fact("Passkey", Some(name));
        }
        _ => {}
    }
    Letter { subject: subject.to_owned(), paragraphs: vec![what], facts, closing: vec![advice.to_owned()], ..Letter::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::systems::Role;

    #[test]
    fn a_notice_says_when_and_where_and_holds_no_link() {
        let at = "2026-11-22T12:00:00Z".parse().unwrap();
        let device = Notice::NewDevice { address: Some("192.0.2.7".to_owned()), user_agent: Some("Firefox".to_owned()) };
        let letter = notice(&device, at, Some("America/New_York"), None);
        let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            letter.facts,
            [
                fact("When", "2026-11-22 07:00 EST (2026-11-22 12:00 UTC)"),
                fact("Address", "192.0.2.7"),
                fact("Browser", "Firefox")
            ]
        );
        // A mail that warns of an attack must not teach people to follow links in such mails.
        assert_eq!(letter.action, None);
        let role = Notice::RoleChanged { system: uuid::Uuid::nil().into(), role: Some(Role::Assessor) };
        assert_eq!(notice(&role, at, None, Some("Enclave")).paragraphs, ["Your role in the system Enclave is assessor now."]);
    }
}
