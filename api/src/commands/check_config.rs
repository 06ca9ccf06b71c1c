use super::say;
use platform::settings::Settings;

/// The settings were read and are valid: says what they amount to, without secrets.
pub(super) fn run(settings: &Settings) -> Result<(), String> {
    say(&format!("The settings are valid. Listening on {}, reached as {}.", settings.listen, settings.public_url()))
}
