//! The second factor: an authenticator app (TOTP, RFC 6238), and ten backup codes for the day it is lost. Passkeys, which stand beside
//! it, have a folder of their own.
//!
//! - `keys.rs`: how the app's secret is encrypted and backup codes are hashed
//! - `codes.rs`: what a person types; `totp.rs`: which code is good; `qr.rs`: the QR code
//! - `service.rs`: what changes; `queries.rs`: what is read
//! - `demand.rs`: the installation's policy
//!
//! Architecture Invariant: a code works once. The step of a TOTP code must be above the last one that was used, a backup code must not
//! have been used; both are conditions of the statement that uses them up.

mod codes;
mod demand;
mod keys;
mod qr;
mod queries;
mod service;
mod totp;

pub(crate) use demand::{deadline, policy, set_policy};
pub(crate) use keys::SecondFactorKeys;
pub(crate) use queries::{accepts, state};
pub(crate) use service::{
    bad_code, begin, confirm, end_others, ended, fresh_codes, is_enrolled, prove, renew_backup_codes, reset, turn_off,
};
