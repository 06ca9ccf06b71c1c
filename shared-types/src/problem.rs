//! Problem documents (RFC 9457), the only form in which the API refuses.

use crate::ErrorCode;
use serde::{Deserialize, Serialize};

/// Why the API refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time, where there is more to say than the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The kind for programs.
    pub code: ErrorCode,
    /// The fields at fault, by JSON pointer into the request's body, or by the name of a query parameter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Names this request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One field at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// JSON pointer into the body (`/name`), or the name of a query parameter (`limit`).
    pub pointer: String,
    /// The kind of fault.
    pub code: FieldCode,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// What may be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// The field must be there.
    Required,
    /// The operation knows no such field.
    Unknown,
    /// Wrong JSON type, or not one of the values.
    WrongType,
    /// Shorter than allowed.
    TooShort,
    /// Longer than allowed.
    TooLong,
    /// Outside its bounds.
    OutOfRange,
    /// Not of the form that this field has.
    BadFormat,
    /// Names something that is not there.
    NotFound,
    /// Must be unique and is taken.
    Taken,
    /// Too easy to guess.
    Weak,
    /// Not the secret that it has to be: a password, a code.
    Wrong,
}

impl FieldCode {
    const ALL: [(Self, &'static str); 11] = [
        (Self::Required, "required"),
        (Self::Unknown, "unknown"),
        (Self::WrongType, "wrong_type"),
        (Self::TooShort, "too_short"),
        (Self::TooLong, "too_long"),
        (Self::OutOfRange, "out_of_range"),
        (Self::BadFormat, "bad_format"),
        (Self::NotFound, "not_found"),
        (Self::Taken, "taken"),
        (Self::Weak, "weak"),
        (Self::Wrong, "wrong"),
    ];

    /// The code as it stands in a problem document.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(code, _)| *code == self).map_or("wrong_type", |(_, name)| name)
    }

    /// Splits the text of a validated value's error (`too_long: at most ...`) into its code and its words.
    pub fn split(message: &str) -> Option<(Self, &str)> {
        let (name, rest) = message.split_once(": ")?;
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(code, _)| (*code, rest))
    }
}
