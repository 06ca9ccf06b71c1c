//! Base64, as tus headers carry it.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes in base64 with padding.
pub fn base64(bytes: &[u8]) -> String {
    let digit = |value: u32| DIGITS.get((value & 63) as usize).copied().map_or('=', char::from);
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let value = part.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        out.push(digit(value >> 18));
        out.push(digit(value >> 12));
        out.push(if part.len() > 1 { digit(value >> 6) } else { '=' });
        out.push(if part.len() > 2 { digit(value) } else { '=' });
    }
    out
}

/// The header `Upload-Metadata`.
pub fn metadata(name: &str, media_type: &str) -> String {
    let mut out = format!("filename {}", base64(name.as_bytes()));
    if !media_type.is_empty() {
        out.push_str(",filetype ");
        out.push_str(&base64(media_type.as_bytes()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn base64_of_rfc_4648() {
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (text, encoded) in pairs {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xff, 0xfe, 0xfb]), "//77");
    }

    #[test]
    fn metadata_names_the_file() {
        assert_eq!(metadata("é.txt", ""), "filename w6kudHh0");
        assert_eq!(metadata("a", "b/c"), "filename YQ==,filetype Yi9j");
    }
}
