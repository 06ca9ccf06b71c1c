//! [`AppError`]: why an operation is refused or has failed, and how that is said to a client (RFC 9457).

mod database;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
pub use database::is_unique_violation;
use shared_types::{ErrorCode, FieldCode, FieldError, Problem};

/// When to come back after a 503 that does not know better, in seconds: what is needed is back as quickly, or not soon.
const COME_BACK: &str = "2";

/// The result of everything that can be refused.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// Why an operation is refused or has failed.
///
/// What the client may know stands in `code`, `detail` and `errors`. The cause of a failure on our side is logged once, with
/// the request id, and never sent.
#[derive(Debug, thiserror::Error)]
#[error("{}{}", .0.code, .0.detail.as_deref().map(|d| format!(": {d}")).unwrap_or_default())]
pub struct AppError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: ErrorCode,
    detail: Option<String>,
    errors: Vec<FieldError>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl AppError {
    /// A refusal of this kind.
    pub fn new(code: ErrorCode) -> Self {
        Self(Box::new(Inner { code, detail: None, errors: Vec::new(), headers: Vec::new(), cause: None }))
    }

    /// It does not exist, or not for this user.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound)
    }

    /// The state does not allow it, with the reason in words.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::Conflict).detail(detail)
    }

    /// A field of the body (JSON pointer) or a query parameter (its name) is at fault.
    pub fn invalid(pointer: impl Into<String>, code: FieldCode, detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid).field(pointer, code, detail)
    }

    /// Something failed on our side; the cause goes to the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(ErrorCode::Internal).cause(cause)
    }

    /// Adds what happened this time, in words for the person.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds a field at fault.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, code: FieldCode, detail: impl Into<String>) -> Self {
        self.0.errors.push(FieldError { pointer: pointer.into(), code, detail: detail.into() });
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The kind of problem.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Query parameters are named without the slash of a JSON pointer.
    pub(crate) fn strip_pointer_slash(&mut self) {
        for error in &mut self.0.errors {
            if let Some(name) = error.pointer.strip_prefix('/') {
                error.pointer = name.to_owned();
            }
        }
    }

    /// The same error of a query string that is a value of the request, such as the filters of a report: its faults are the value's, and
    /// their words begin with the parameter's name. Faults of other values of the request stay as they are.
    #[must_use]
    pub fn inside(mut self, pointer: &str) -> Self {
        for error in self.0.errors.iter_mut().filter(|error| !error.pointer.starts_with('/')) {
            let name = std::mem::replace(&mut error.pointer, pointer.to_owned());
            // A fault of the whole has no name of its own.
            if !name.is_empty() && name != pointer.trim_start_matches('/') {
                error.detail.insert_str(0, &format!("{name}: "));
            }
        }
        self
    }

    /// The same error of a value that stands below this pointer in the request.
    #[must_use]
    pub fn below(mut self, pointer: &str) -> Self {
        for error in &mut self.0.errors {
            error.pointer.insert_str(0, pointer);
        }
        self
    }

    /// The fields at fault.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The problem as it is sent.
    pub fn to_problem(&self, request_id: Option<String>) -> Problem {
        let code = self.0.code;
        Problem {
            kind: format!("urn:cmmc-tracker:problem:{code}"),
            title: code.title().to_owned(),
            status: code.status(),
            detail: self.0.detail.clone(),
            code,
            errors: self.0.errors.clone(),
            request_id,
        }
    }

    /// The error with everything behind it, for the person at the terminal.
    pub fn with_cause(&self) -> String {
        let causes = self.causes();
        if causes.is_empty() { self.to_string() } else { format!("{self}: {causes}") }
    }

    /// The cause with everything behind it, for the log.
    fn causes(&self) -> String {
        self.0.cause.as_deref().map(|cause| with_causes(cause)).unwrap_or_default()
    }
}

/// An error with everything behind it, for the log: `client error (Connect): connection refused`, since the first half alone helps
/// nobody.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let request_id = crate::http::context::request_id();
        if self.status_code().is_server_error() {
            let id = request_id.as_deref().unwrap_or("-");
            tracing::error!(request_id = id, code = %self.0.code, cause = %self.causes(), "{self}");
        }
        let mut response = HttpResponse::build(self.status_code());
        if matches!(self.0.code, ErrorCode::Unavailable | ErrorCode::ProviderUnavailable) {
            response.insert_header((RETRY_AFTER, HeaderValue::from_static(COME_BACK)));
        }
        for (name, value) in &self.0.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        let body = serde_json::to_vec(&self.to_problem(request_id)).unwrap_or_default();
        response.insert_header((CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))).body(body)
    }
}

impl From<shared_types::text::ValueError> for AppError {
    fn from(error: shared_types::text::ValueError) -> Self {
        Self::invalid("", error.code, error.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("connection refused")]
    struct Deepest;

    #[derive(Debug, thiserror::Error)]
    #[error("tcp connect")]
    struct Middle(#[source] Deepest);

    #[derive(Debug, thiserror::Error)]
    #[error("client error (Connect)")]
    struct Outer(#[source] Middle);

    #[test]
    fn an_error_is_told_with_all_that_is_behind_it() {
        assert_eq!(with_causes(&Deepest), "connection refused");
        assert_eq!(with_causes(&Outer(Middle(Deepest))), "client error (Connect): tcp connect: connection refused");
        let error = AppError::internal(Outer(Middle(Deepest)));
        assert_eq!(error.with_cause(), "internal: client error (Connect): tcp connect: connection refused");
        assert_eq!(AppError::not_found().with_cause(), "not_found");
    }
}
