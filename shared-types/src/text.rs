//! Validated values. The browser and the server parse with the same code and so refuse the same input.

use crate::FieldCode;
use serde::{Deserialize, Serialize};

/// Why a value was refused. Shown as `code: words`, which [`FieldCode::split`] takes apart again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", code.as_str())]
pub struct ValueError {
    /// The kind of fault.
    pub code: FieldCode,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl ValueError {
    /// A fault of this kind.
    pub fn new(code: FieldCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// Trims, refuses control characters (line breaks allowed where `multiline`), and checks the length in characters.
fn clean(text: &str, min: usize, max: usize, multiline: bool) -> Result<String, ValueError> {
    let text = text.trim();
    let length = text.chars().count();
    if length < min {
        return Err(ValueError::new(
            if length == 0 { FieldCode::Required } else { FieldCode::TooShort },
            if length == 0 { "fill this in".to_owned() } else { format!("at least {min} characters") },
        ));
    }
    if length > max {
        return Err(ValueError::new(FieldCode::TooLong, format!("at most {max} characters, not {length}")));
    }
    let allowed = |c: char| !c.is_control() || (multiline && matches!(c, '\n' | '\r' | '\t'));
    // Bidirectional overrides can make a name read as something else than it is.
    let deceptive = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if text.chars().any(|c| !allowed(c) || deceptive(c)) {
        return Err(ValueError::new(FieldCode::BadFormat, "control characters are not allowed"));
    }
    Ok(text.to_owned())
}

macro_rules! values {
    ($($(#[doc = $doc:literal])+ $name:ident, $max:tt, $parse:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String, max_length = $max))]
        pub struct $name(String);

        impl $name {
            /// Parses, or says what is wrong.
            pub fn parse(text: &str) -> Result<Self, ValueError> {
                let parse: fn(&str) -> Result<String, ValueError> = $parse;
                parse(text).map(Self)
            }

            /// The value as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = ValueError;
            fn try_from(text: String) -> Result<Self, ValueError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

values! {
    /// A name or title on one line, 1 to 200 characters.
    Title, 200, |text| clean(text, 1, 200, false);
    /// One line that may be empty, at most 200 characters.
    Line, 200, |text| clean(text, 0, 200, false);
    /// The marking on every page of a document, such as `CUI // SP-PRVCY`: one line of at most 60 characters, so that it is whole wherever it
    /// stands; may be empty.
    Marking, 60, |text| clean(text, 0, 60, false);
    /// A reason, comment or description, 1 to 4,000 characters, line breaks allowed.
    Note, 4000, |text| clean(text, 1, 4_000, true);
    /// A text that stands on reports: plain, at most 2,000 characters, line breaks allowed; may be empty.
    ReportText, 2000, |text| clean(text, 0, 2_000, true);
    /// A narrative in Markdown, at most 50,000 characters; may be empty.
    Narrative, 50000, |text| clean(text, 0, 50_000, true);
    /// An e-mail address, lowercased, at most 254 characters.
    Email, 254, parse_email;
    /// A CAGE code: five characters, digits and letters without I and O, uppercased.
    CageCode, 5, parse_cage_code;
    /// A Unique Entity ID: twelve characters, digits and letters without I and O, uppercased.
    Uei, 12, parse_uei;
    /// The reference of a custom control: 1 to 40 letters, digits, dots and hyphens (`ORG-1`).
    ControlRef, 40, parse_control_ref;
    /// A file's name: 1 to 255 bytes, without path separators and control characters, not `.` or `..`.
    FileName, 255, parse_file_name;
    /// A lowercase SHA-256, 64 hexadecimal digits.
    Sha256, 64, parse_sha256;
    /// A tag: 1 to 40 lowercase letters, digits and hyphens.
    Tag, 40, parse_tag;
    /// Where something is: an absolute URI of at most 2,000 characters, such as `https://enclave.example/policy.pdf` or `file://server/share/a.pdf`.
    Uri, 2000, parse_uri;
    /// Where a webhook is told: an http or https address of at most 2,000 characters. The server knows which it sends to.
    WebhookUrl, 2000, parse_webhook_url;
    /// A page of this installation: its path and query, at most 500 characters. Never another site's.
    ReturnPath, 500, parse_return_path;
    /// The query of a list's address without its question mark, such as `state=open&assignee=me`: at most 1,000 characters. The
    /// server knows which names and values there are.
    FilterQuery, 1000, parse_filter_query;
    /// A recurrence rule of RFC 5545 on one line, such as `FREQ=MONTHLY;BYMONTHDAY=1`: at most 300 characters. The server knows
    /// which are accepted.
    RecurrenceRule, 300, parse_recurrence_rule;
    /// An IANA time zone, such as `America/New_York`. The server knows which exist.
    TimeZone, 64, parse_time_zone;
}

fn parse_email(text: &str) -> Result<String, ValueError> {
    let bad = || ValueError::new(FieldCode::BadFormat, "an e-mail address such as ana@example.com");
    let text = clean(text, 1, 254, false)?.to_lowercase();
    let (local, domain) = text.rsplit_once('@').ok_or_else(bad)?;
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    let label_ok = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    if local_ok && domain.split('.').count() >= 2 && domain.split('.').all(label_ok) { Ok(text) } else { Err(bad()) }
}

/// Digits and letters without I and O, as CAGE codes and UEIs have them.
fn is_entity_character(c: char) -> bool {
    c.is_ascii_digit() || (c.is_ascii_uppercase() && c != 'I' && c != 'O')
}

fn parse_cage_code(text: &str) -> Result<String, ValueError> {
    let text = text.trim().to_ascii_uppercase();
    if text.len() == 5 && text.chars().all(is_entity_character) {
        Ok(text)
    } else {
        Err(ValueError::new(FieldCode::BadFormat, "five characters: digits and letters, without I and O"))
    }
}

fn parse_uei(text: &str) -> Result<String, ValueError> {
    let text = text.trim().to_ascii_uppercase();
    if text.len() == 12 && text.chars().all(is_entity_character) {
        Ok(text)
    } else {
        Err(ValueError::new(FieldCode::BadFormat, "twelve characters: digits and letters, without I and O"))
    }
}

fn parse_control_ref(text: &str) -> Result<String, ValueError> {
    let text = clean(text, 1, 40, false)?;
    if text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-') && text.chars().any(|c| c.is_ascii_alphanumeric())
    {
        Ok(text)
    } else {
        Err(ValueError::new(FieldCode::BadFormat, "letters, digits, dots and hyphens, such as ORG-1"))
    }
}

fn parse_file_name(text: &str) -> Result<String, ValueError> {
    let bad = |detail: &str| Err(ValueError::new(FieldCode::BadFormat, detail));
    let text = clean(text, 1, 255, false)?;
    if text.len() > 255 {
        return Err(ValueError::new(FieldCode::TooLong, "at most 255 bytes"));
    }
    if text.contains(['/', '\\']) {
        return bad("a file's name, not a path");
    }
    if text.trim_matches('.').is_empty() {
        return bad("a file's name with an extension");
    }
    Ok(text)
}

fn parse_sha256(text: &str) -> Result<String, ValueError> {
    let text = text.trim().to_ascii_lowercase();
    if text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit()) {
        Ok(text)
    } else {
        Err(ValueError::new(FieldCode::BadFormat, "64 hexadecimal digits"))
    }
}

fn parse_tag(text: &str) -> Result<String, ValueError> {
    let text = clean(text, 1, 40, false)?.to_lowercase();
    let edge = |c: char| c == '-';
    if text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !text.starts_with(edge)
        && !text.ends_with(edge)
    {
        Ok(text)
    } else {
        Err(ValueError::new(FieldCode::BadFormat, "letters, digits and hyphens, such as quarterly-review"))
    }
}

/// Schemes that a browser would run instead of opening.
const ACTIVE_SCHEMES: [&str; 4] = ["javascript", "data", "vbscript", "blob"];

fn parse_uri(text: &str) -> Result<String, ValueError> {
    let bad = || ValueError::new(FieldCode::BadFormat, "an address with its scheme, such as https://enclave.example/policy.pdf");
    let text = clean(text, 1, 2_000, false)?;
    let (scheme, rest) = text.split_once(':').ok_or_else(bad)?;
    let letters = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.len() >= 2
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let active = ACTIVE_SCHEMES.contains(&scheme.to_ascii_lowercase().as_str());
    if letters
        && !active
        && !rest.trim_start_matches('/').is_empty()
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\'))
    {
        Ok(text)
    } else {
        Err(bad())
    }
}

fn parse_filter_query(text: &str) -> Result<String, ValueError> {
    let text = text.trim().trim_start_matches('?');
    if text.len() > 1_000 {
        return Err(ValueError::new(FieldCode::TooLong, "at most 1000 characters"));
    }
    if text.chars().all(|c| c.is_ascii_graphic() && c != '#') {
        Ok(text.to_owned())
    } else {
        Err(ValueError::new(FieldCode::BadFormat, "the query of a list's address, such as state=open&assignee=me"))
    }
}

fn parse_recurrence_rule(text: &str) -> Result<String, ValueError> {
    let text = clean(text, 1, 300, false)?.to_ascii_uppercase();
    let text = text.strip_prefix("RRULE:").unwrap_or(&text);
    if text.starts_with("FREQ=") || text.contains(";FREQ=") {
        Ok(text.to_owned())
    } else {
        Err(ValueError::new(FieldCode::BadFormat, "a rule such as FREQ=MONTHLY;BYMONTHDAY=1"))
    }
}

fn parse_webhook_url(text: &str) -> Result<String, ValueError> {
    let text = clean(text, 1, 2_000, false)?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let plain = text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '\\' | '#'));
    if plain && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') {
        Ok(text)
    } else {
        Err(ValueError::new(FieldCode::BadFormat, "an address such as https://hooks.example.com/cmmc"))
    }
}

fn parse_time_zone(text: &str) -> Result<String, ValueError> {
    let text = clean(text, 1, 64, false)?;
    if text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+')) {
        Ok(text)
    } else {
        Err(ValueError::new(FieldCode::BadFormat, "a time zone such as America/New_York"))
    }
}

/// Browsers take a backslash for a slash, drop line breaks and tabs, and read `//host` as another host: none of that is let in. What
/// the API serves is no page.
fn parse_return_path(text: &str) -> Result<String, ValueError> {
    let bad = || ValueError::new(FieldCode::BadFormat, "a page of this installation, such as /account");
    let plain = text.chars().all(|c| c.is_ascii_graphic() && c != '\\' && c != '#');
    let api = text == "/api" || text.starts_with("/api/") || text.starts_with("/api?");
    if text.len() <= 500 && text.starts_with('/') && !text.starts_with("//") && plain && !api {
        Ok(text.to_owned())
    } else {
        Err(bad())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_accept_and_refuse() {
        assert_eq!(Email::parse(" Ana@Example.COM ").unwrap().as_str(), "ana@example.com");
        for bad in
            ["", "ana", "ana@", "@example.com", "a b@example.com", "ana@example", "ana@exa\r\nmple.com", "a..b@example.com"]
        {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(CageCode::parse("1ab2c").unwrap().as_str(), "1AB2C");
        for bad in ["1AB2", "1AB2CD", "1AI2C", "1AO2C", "1A-2C"] {
            assert!(CageCode::parse(bad).is_err(), "{bad:?}");
        }
        for bad in ["../etc/passwd", "a/b", "a\\b", "..", ".", "", "a\0b", "a\nb", "x\u{202E}fdp.exe"] {
            assert!(FileName::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(FileName::parse("3.1.10[b].pdf").unwrap().as_str(), "3.1.10[b].pdf");
        assert!(ControlRef::parse("ORG-1").is_ok() && ControlRef::parse("--").is_err() && ControlRef::parse("a b").is_err());
    }

    #[test]
    fn tags_and_addresses() {
        assert_eq!(Tag::parse(" Quarterly-Review ").unwrap().as_str(), "quarterly-review");
        for bad in ["", "-a", "a-", "a b", "a,b", "ä", "a\"b", &"x".repeat(41)] {
            assert!(Tag::parse(bad).is_err(), "{bad:?}");
        }
        for good in ["https://enclave.example/a%20b.pdf?x=1#2", "file://server/share/a.pdf", "smb://nas/b", "urn:isbn:1"] {
            assert_eq!(Uri::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "policy.pdf",
            "C:\\a.pdf",
            "javascript:alert(1)",
            "JavaScript:x",
            "data:text/html,x",
            "https://",
            "https://a b",
            "://x",
            "https://x/<y>",
        ] {
            assert!(Uri::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn faults_carry_their_code() {
        let long = Title::parse(&"x".repeat(201)).unwrap_err();
        assert_eq!(FieldCode::split(&long.to_string()), Some((FieldCode::TooLong, "at most 200 characters, not 201")));
        let empty = Title::parse("  ").unwrap_err();
        assert_eq!(empty.code, FieldCode::Required);
    }

    #[test]
    fn one_comes_back_to_a_page_of_this_installation() {
        for good in ["/", "/account", "/s/0199-x/tasks?state=open&q=a%20b", "/apis"] {
            assert_eq!(ReturnPath::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n",
            " /",
            "https://evil.example",
            "/a#b",
            "/é",
            "/api/v1/session",
            "/api",
            "javascript:alert(1)",
            "/a b",
        ] {
            assert!(ReturnPath::parse(bad).is_err(), "{bad:?}");
        }
        assert!(ReturnPath::parse(&format!("/{}", "a".repeat(500))).is_err());
    }
}
