use super::say;

/// Prints the document, as it is committed and served.
pub(super) fn run() -> Result<(), String> {
    say(crate::published::document().trim_end())
}
