//! A QR code as a path of SVG: the client draws it without an image, an inline style or a script.

use platform::{AppError, Result};
use qrcodegen::{QrCode as Modules, QrCodeEcc};
use shared_types::second_factor::QrCode;
use std::fmt::Write;

/// Draws a text: each run of dark modules in a row is one rectangle.
pub(super) fn draw(text: &str) -> Result<QrCode> {
    let modules = Modules::encode_text(text, QrCodeEcc::Medium).map_err(|error| AppError::internal(error.to_string()))?;
    let mut path = String::new();
    for y in 0..modules.size() {
        let mut x = 0;
        while x < modules.size() {
            let from = x;
            while modules.get_module(x, y) {
                x += 1;
            }
            if x > from {
                // Writing into a String can't fail.
                let _ = write!(path, "M{from} {y}h{0}v1h-{0}z", x - from);
            }
            x += 1;
        }
    }
    Ok(QrCode { size: u32::try_from(modules.size()).unwrap_or(0), path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_pattern_is_drawn() {
        let qr = draw("otpauth://totp/x").unwrap();
        assert!(qr.path.starts_with("M0 0h7v1h-7z"), "{}", qr.path);
        assert!(qr.path.contains(&format!("M{} 0h7v1h-7z", qr.size - 7)), "{}", qr.path);
        let dark: u32 = qr.path.split('h').filter_map(|part| part.split('v').next()?.parse::<u32>().ok()).sum();
        assert!(dark > qr.size * qr.size / 3 && dark < qr.size * qr.size, "{dark}");
    }
}
