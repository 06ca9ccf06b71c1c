use super::say;

/// Prints the document, as it is committed.
pub(super) fn run() -> Result<(), String> {
    let text = crate::app::openapi().to_pretty_json().map_err(|error| error.to_string())?;
    say(&text)
}
