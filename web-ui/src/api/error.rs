//! Why a request failed.

use super::words::{words, words_of_status};
use shared_types::{ErrorCode, FieldError, Problem};

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// No answer: the server is not reachable.
    Network,
    /// The server refused and said why.
    Problem(Box<Problem>),
    /// The server (or a proxy before it) refused without saying why.
    Status(u16),
    /// The answer is not what this client expects: it is older or newer than the server.
    Unreadable(String),
    /// The request was not sent, because the browser could not do its part; in words for people.
    Browser(&'static str),
}

impl ApiError {
    /// The code of the problem.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// What happened and what to do, for people.
    pub fn message(&self) -> String {
        match self {
            Self::Network => "The server does not answer. Check the connection, then try again.".to_owned(),
            Self::Problem(problem) => match &problem.detail {
                Some(detail) if says_more(problem.code) => sentence(detail),
                _ if self.is_about_the_address() => of_the_address(&problem.errors),
                _ => words(problem.code).to_owned(),
            },
            Self::Status(status) => words_of_status(*status).to_owned(),
            Self::Browser(words) => (*words).to_owned(),
            Self::Unreadable(_) => "The answer can't be read. Reload the page; it may be older than the server.".to_owned(),
        }
    }

    /// The fields at fault.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Problem(problem) => &problem.errors,
            _ => &[],
        }
    }

    /// What was asked for stands in the address of the request, not in a form: a filter that there is not, a page of a list that is gone.
    pub fn is_about_the_address(&self) -> bool {
        match self.code() {
            Some(ErrorCode::BadCursor) => true,
            // A pointer into a body begins with a slash; what has none is the name of a parameter.
            Some(ErrorCode::Invalid) => {
                !self.fields().is_empty() && self.fields().iter().all(|field| !field.pointer.starts_with('/'))
            }
            _ => false,
        }
    }

    /// Names the request in the server's log.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => problem.request_id.as_deref(),
            _ => None,
        }
    }

    /// Someone else saved first.
    pub fn is_stale(&self) -> bool {
        self.code() == Some(ErrorCode::Stale)
    }

    /// There is no such thing, or not for this reader.
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(ErrorCode::NotFound)
    }

    /// Trying again may help.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Network => true,
            Self::Problem(problem) => problem.status >= 500 || problem.status == 429,
            Self::Status(status) => *status >= 500,
            Self::Unreadable(_) | Self::Browser(_) => false,
        }
    }
}

/// The server's words about parameters, a sentence for each.
fn of_the_address(faults: &[FieldError]) -> String {
    let said = |fault: &FieldError| sentence(&format!("{}: {}", fault.pointer, fault.detail));
    let said: Vec<String> = faults.iter().map(said).collect();
    if said.is_empty() { words(ErrorCode::BadCursor).to_owned() } else { said.join(" ") }
}

/// Whether the server's own sentence tells more than the code: where it speaks of this object's state.
fn says_more(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Conflict
            | ErrorCode::FeatureOff
            | ErrorCode::FileRefused
            | ErrorCode::UnsupportedType
            | ErrorCode::TooLarge
            | ErrorCode::Taken
    )
}

/// A fragment of the server as a sentence.
pub fn sentence(text: &str) -> String {
    let mut characters = text.trim().chars();
    let Some(first) = characters.next() else { return String::new() };
    let mut out: String = first.to_uppercase().chain(characters).collect();
    if !out.ends_with(['.', '?', ':']) {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn fragments_become_sentences() {
        assert_eq!(sentence("at most 200 characters"), "At most 200 characters.");
        assert_eq!(sentence(" Done. "), "Done.");
        assert_eq!(sentence(""), "");
    }
}
