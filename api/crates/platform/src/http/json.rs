//! A JSON body that names the field at fault.

use super::strict::Strict;
use crate::{AppError, Result};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, dev, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use shared_types::{ErrorCode, FieldCode};

/// Most bytes of a JSON body.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The parsed body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let declared =
            request.headers().get("content-length").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
        let mut payload = payload.take();
        super::gate::after_permission(request, async move {
            if essence != "application/json" {
                return Err(AppError::new(ErrorCode::UnsupportedType).detail("Send the body as application/json."));
            }
            if declared.is_some_and(|length| length > MAX_BYTES) {
                return Err(too_large());
            }
            let mut body = web::BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|error| AppError::new(ErrorCode::Malformed).cause(error.to_string()))?;
                if body.len() + chunk.len() > MAX_BYTES {
                    return Err(too_large());
                }
                body.extend_from_slice(&chunk);
            }
            parse(&body).map(Json)
        })
    }
}

fn too_large() -> AppError {
    AppError::new(ErrorCode::TooLarge).detail("A JSON body has at most 1 MiB.")
}

/// Parses JSON; the error names the field.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    if std::str::from_utf8(body).is_err() {
        return Err(AppError::new(ErrorCode::Malformed).detail("The body is not valid UTF-8."));
    }
    if body.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
        return Err(AppError::new(ErrorCode::Malformed).detail("The body must be a JSON object."));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(Strict(&mut reader)).map_err(|error| {
        let path = pointer(error.path());
        let cause = error.into_inner();
        if cause.is_data() { field_error(&path, &cause.to_string()) } else { not_json(&cause) }
    })?;
    reader.end().map_err(|cause| not_json(&cause))?;
    Ok(value)
}

fn not_json(cause: &serde_json::Error) -> AppError {
    AppError::new(ErrorCode::Malformed).detail(format!("The body is not JSON: line {}, column {}.", cause.line(), cause.column()))
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.extend(["/", &index.to_string()]),
            Segment::Map { key } => text.extend(["/", &key.replace('~', "~0").replace('/', "~1")]),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    text
}

/// Makes a field error of what serde says: `code: words` of our own values, or serde's own sentences.
pub(crate) fn field_error(path: &str, message: &str) -> AppError {
    // serde_json appends the place in the text, which the pointer tells better.
    let message = message.split(" at line ").next().unwrap_or(message);
    if let Some((code, words)) = FieldCode::split(message) {
        return AppError::invalid(path, code, words);
    }
    let name = message.split('`').nth(1).unwrap_or_default();
    let child = if path.is_empty() || path.starts_with('/') { format!("{path}/{name}") } else { name.to_owned() };
    if message.starts_with("missing field") {
        AppError::invalid(child, FieldCode::Required, "fill this in")
    } else if message.starts_with("unknown field") {
        // The path already ends in the name where the reader tracked the key.
        let pointer = if path.ends_with(&format!("/{name}")) { path.to_owned() } else { child };
        AppError::invalid(pointer, FieldCode::Unknown, "there is no such field")
    } else if message.starts_with("duplicate field") {
        AppError::invalid(child, FieldCode::BadFormat, "the field stands twice")
    } else {
        AppError::invalid(path, FieldCode::WrongType, wanted(message))
    }
}

/// What would be right, in words of ours: those of the parsers speak of Rust's types, and change with their versions.
fn wanted(message: &str) -> String {
    if message.starts_with("unknown variant") {
        // "unknown variant `x`, expected one of `a`, `b`": what stands between backticks after the comma are our own names.
        let (_, known) = message.split_once("expected").unwrap_or_default();
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        return if known.len() == 1 { known.concat() } else { format!("one of {}", known.join(", ")) };
    }
    if let Some((_, expected)) = message.rsplit_once("expected ") {
        return match expected {
            // "enum" is what an empty object lacks where a word is wanted.
            "a string" | "a borrowed string" | "string" | "enum" => "text",
            "a boolean" => "true or false",
            "a sequence" | "array" => "a list",
            "f32" | "f64" => "a number",
            "i8" | "i16" | "i32" | "i64" => "a whole number",
            "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0 on",
            other if other.starts_with("struct ") || other.ends_with("map") => "an object",
            // Of our own readers, and of the readers of dates.
            other => other,
        }
        .to_owned();
    }
    // The texts of `chrono::ParseError`, of the standard library's numbers and `bool`, and of `uuid`.
    let words = match message {
        "input contains invalid characters" | "input is out of range" | "premature end of input" | "trailing input" => {
            "a date such as 2026-11-30; for a time, 2026-11-30T12:00:00Z"
        }
        "invalid digit found in string" | "cannot parse integer from empty string" => "a whole number",
        "number too large to fit in target type" => "a smaller number",
        "number too small to fit in target type" => "a greater number",
        "provided string was not `true` or `false`" => "true or false",
        other if other.starts_with("UUID parsing failed") => "an id such as 01936e5a-0000-7000-8000-000000000001",
        other => other,
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::identity::InviteUser;
    use shared_types::systems::CreateSystem;

    #[test]
    fn errors_name_the_field() {
        let system = |json: &str| parse::<CreateSystem>(json.as_bytes()).unwrap_err();
        let cases = [
            (r#"{"organization":"o","pack":"p"}"#, "/name", FieldCode::Required),
            (r#"{"name":"n","organization":"o","pack":"p","x":1}"#, "/x", FieldCode::Unknown),
            (r#"{"name":1,"organization":"o","pack":"p"}"#, "/name", FieldCode::WrongType),
            (r#"{"name":"","organization":"o","pack":"p"}"#, "/name", FieldCode::Required),
            (r#"{"name":"n","organization":"o","pack":"p","cage_codes":["1AB2C","bad"]}"#, "/cage_codes/1", FieldCode::BadFormat),
        ];
        for (json, pointer, code) in cases {
            let error = system(json);
            let field = error.errors().first().unwrap();
            assert_eq!((field.pointer.as_str(), field.code), (pointer, code), "{json}");
        }
    }

    #[test]
    fn another_value_than_an_enums_text_names_the_field() {
        for value in ["null", "5", "[]", "true", "\"good\""] {
            let body = format!("{{\"finding\":{value}}}");
            let error = parse::<shared_types::controls::SetFinding>(body.as_bytes()).unwrap_err();
            let field = error.errors().first().unwrap();
            assert_eq!((field.pointer.as_str(), field.code), ("/finding", FieldCode::WrongType), "{value}");
        }
    }

    #[test]
    fn what_would_be_right_is_told_in_words_of_ours() {
        use crate::http::query;
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only what is refused is looked at")]
        struct Asked {
            day: Option<chrono::NaiveDate>,
            at: Option<chrono::DateTime<chrono::Utc>>,
            person: Option<shared_types::UserId>,
            action: Option<shared_types::tasks::TaskAction>,
            limit: Option<u32>,
            late: Option<bool>,
            names: Option<Vec<String>>,
            rule: Option<shared_types::tasks::BulkTaskChange>,
        }
        const DATE: &str = "a date such as 2026-11-30; for a time, 2026-11-30T12:00:00Z";
        const ID: &str = "an id such as 01936e5a-0000-7000-8000-000000000001";
        const ACTIONS: &str = "one of start, submit, confirm, send_back, reopen";
        let detail = |error: AppError| error.errors().first().map(|field| field.detail.clone()).unwrap();
        for (field, value, words) in [
            ("day", "\"tomorrow\"", DATE),
            ("day", "\"2026-02-30\"", DATE),
            ("day", "\"2026-02-3011\"", DATE),
            ("day", "\"2026\"", DATE),
            ("at", "\"2026-11-30\"", DATE),
            ("person", "\"dana\"", ID),
            ("person", "\"\"", ID),
            ("action", "\"fly\"", ACTIONS),
            ("limit", "-1", "a whole number from 0 on"),
            ("limit", "\"many\"", "a whole number from 0 on"),
            ("late", "1", "true or false"),
            ("names", "\"Dana\"", "a list"),
            ("names", "[1]", "text"),
            ("rule", "1", "an object"),
        ] {
            assert_eq!(
                detail(parse::<Asked>(format!("{{\"{field}\":{value}}}").as_bytes()).unwrap_err()),
                words,
                "{field}: {value}"
            );
        }
        for (text, words) in [
            ("day=tomorrow", DATE),
            ("person=dana", ID),
            ("action=fly", ACTIONS),
            ("limit=x", "a whole number"),
            ("limit=", "a whole number"),
            ("limit=99999999999", "a smaller number"),
            ("late=yes", "true or false"),
        ] {
            assert_eq!(detail(query::parse::<Asked>(text).unwrap_err()), words, "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for body in [b"{".as_slice(), b"", b"{} x", b"\xff\xfe", b"[[[["] {
            let error = parse::<InviteUser>(body).unwrap_err();
            assert!(matches!(error.code(), ErrorCode::Malformed | ErrorCode::Invalid), "{body:?}: {error}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(parse::<serde_json::Value>(deep.as_bytes()).unwrap_err().code(), ErrorCode::Malformed);
    }
}
