use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest, dev};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use platform::{AppError, Result};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use shared_types::text::{FileName, Line};
use shared_types::{ErrorCode, FieldCode};
use std::future::{Ready, ready};

pub(crate) const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(crate) const VERSION: &str = "1.0.0";
pub(crate) const EXTENSIONS: &str = "creation,creation-with-upload,expiration,checksum,termination";
pub(crate) const CHECKSUM_ALGORITHMS: &str = "sha1,sha256";
/// Most bytes of an Upload-Metadata header.
const METADATA_MAX: usize = 4096;

/// Somebody who speaks this version of tus; 412 for others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TusVersion;

impl FromRequest for TusVersion {
    type Error = AppError;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let spoken = request.headers().get(&TUS_RESUMABLE).is_some_and(|version| version == VERSION);
        ready(if spoken {
            Ok(Self)
        } else {
            let refusal = AppError::new(ErrorCode::UnsupportedVersion).detail("Send the header Tus-Resumable: 1.0.0.");
            let refusal = refusal.header(HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION));
            Err(refusal.header(TUS_RESUMABLE, HeaderValue::from_static(VERSION)))
        })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>> {
    let mut values = headers.get_all(name);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_bytes| bad(name, "visible ASCII only")),
        (Some(_), Some(_)) => Err(bad(name, "the header stands twice")),
    }
}

fn bad(name: &str, words: impl Into<String>) -> AppError {
    AppError::invalid(name, FieldCode::BadFormat, words)
}

/// A header that is a count of bytes.
pub(crate) fn number(headers: &HeaderMap, name: &str) -> Result<Option<u64>> {
    let parse = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten().ok_or_else(|| bad(name, "a number of bytes"))
    };
    text(headers, name)?.map(parse).transpose()
}

/// The length of the body, where the client says it.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok())
}

/// A time as tus wants it (RFC 9110, 5.6.7).
pub(crate) fn http_date(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// What Upload-Metadata says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub file_name: FileName,
    pub file_type: Option<Line>,
    /// As it was sent, for HEAD.
    pub raw: String,
}

impl Metadata {
    const NAME: &str = "Upload-Metadata";

    /// Reads the header: pairs of a key and a value in base64, separated by commas. `filename` must be there.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self> {
        let missing = || AppError::invalid(Self::NAME, FieldCode::Required, "filename, in base64, must be there");
        let raw = text(headers, "upload-metadata")?.ok_or_else(missing)?;
        if raw.len() > METADATA_MAX {
            return Err(AppError::invalid(Self::NAME, FieldCode::TooLong, format!("at most {METADATA_MAX} bytes")));
        }
        let mut seen = Vec::new();
        let (mut name, mut kind) = (None, None);
        for pair in raw.split(',').map(str::trim) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            if key.is_empty() || seen.contains(&key) {
                return Err(bad(Self::NAME, "each key once, with its value in base64 after a space"));
            }
            seen.push(key);
            let decoded = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let value = decoded.ok_or_else(|| bad(Self::NAME, format!("the value of {key:?} is not UTF-8 in base64")))?;
            match key {
                "filename" => name = Some(value),
                "filetype" => kind = Some(value),
                _ => {}
            }
        }
        let fault = |error: shared_types::text::ValueError| AppError::invalid(Self::NAME, error.code, error.detail);
        let file_name = FileName::parse(&name.ok_or_else(missing)?).map_err(fault)?;
        let file_type = kind.map(|kind| Line::parse(&kind)).transpose().map_err(fault)?;
        Ok(Self { file_name, file_type, raw: raw.to_owned() })
    }
}

/// The checksum that a chunk must have, and what has been hashed of it so far.
#[derive(Clone)]
pub(crate) enum Checksum {
    Sha1(Sha1, Vec<u8>),
    Sha256(Sha256, Vec<u8>),
}

impl Checksum {
    const NAME: &str = "Upload-Checksum";

    /// Reads the header, if it is there.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Option<Self>> {
        let Some(text) = text(headers, "upload-checksum")? else { return Ok(None) };
        let (algorithm, value) =
            text.split_once(' ').ok_or_else(|| bad(Self::NAME, "an algorithm, a space, the checksum in base64"))?;
        let value = STANDARD.decode(value.trim()).map_err(|_text| bad(Self::NAME, "the checksum is not base64"))?;
        match algorithm {
            "sha1" => Ok(Some(Self::Sha1(Sha1::new(), value))),
            "sha256" => Ok(Some(Self::Sha256(Sha256::new(), value))),
            _ => Err(bad(Self::NAME, format!("one of {CHECKSUM_ALGORITHMS}"))),
        }
    }

    /// Takes bytes of the chunk in.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hash, _) => hash.update(bytes),
            Self::Sha256(hash, _) => hash.update(bytes),
        }
    }

    /// Refuses (460) a chunk whose bytes are not those that were meant.
    pub(crate) fn check(self) -> Result<()> {
        let right = match self {
            Self::Sha1(hash, expected) => hash.finalize().as_slice() == expected,
            Self::Sha256(hash, expected) => hash.finalize().as_slice() == expected,
        };
        if right {
            Ok(())
        } else {
            Err(AppError::new(ErrorCode::ChecksumMismatch).detail("The chunk was discarded. Send it again."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn metadata_is_read_strictly() {
        let read = |value: &str| Metadata::read(&headers("upload-metadata", value));
        let good = read("filename cG9saWN5LnBkZg==,filetype YXBwbGljYXRpb24vcGRm,relativePath bnVsbA==, is_final").unwrap();
        assert_eq!(good.file_name.as_str(), "policy.pdf");
        assert_eq!(good.file_type.unwrap().as_str(), "application/pdf");
        let encoded = |name: &str| format!("filename {}", STANDARD.encode(name));
        for bad in [
            "",
            "filename",
            "filetype YQ==",
            "filename !!!",
            "filename cG9saWN5LnBkZg==,filename cG9saWN5LnBkZg==",
            "filename /w==",
            &encoded("../etc/passwd"),
            &encoded("a\0.pdf"),
            &encoded("a\r\nb.pdf"),
            &encoded("\u{202e}fdp.exe"),
            &"x".repeat(5000),
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_digits() {
        let read = |value: &str| number(&headers("upload-length", value), "upload-length");
        assert_eq!(read("0").unwrap(), Some(0));
        for bad in ["", "-1", "+1", "1.0", "0x1", "99999999999999999999999", "1 "] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn checksums_are_compared() {
        let read = |value: &str| Checksum::read(&headers("upload-checksum", value));
        for value in ["sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="] {
            let mut checksum = read(value).unwrap().unwrap();
            checksum.update(b"hello ");
            let wrong = checksum.clone();
            checksum.update(b"world");
            checksum.check().unwrap();
            assert_eq!(wrong.check().unwrap_err().code(), ErrorCode::ChecksumMismatch);
        }
        for bad in ["md5 AAAA", "sha1", "sha1 !!!"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_http_dates() {
        assert_eq!(http_date("2026-11-02T03:04:05Z".parse().unwrap()), "Mon, 02 Nov 2026 03:04:05 GMT");
    }
}
