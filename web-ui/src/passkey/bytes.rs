//! Base64url without padding, to and from the buffers of the browser. Few lines, so that no crate has to be loaded for them.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The bytes of a text as a buffer.
pub fn buffer(text: &str) -> js_sys::ArrayBuffer {
    js_sys::Uint8Array::from(decode(text).as_slice()).buffer()
}

/// A buffer as text.
pub fn text(buffer: &js_sys::ArrayBuffer) -> String {
    encode(&js_sys::Uint8Array::new(buffer).to_vec())
}

fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            let at = usize::try_from((bits >> (18 - 6 * place)) & 63).unwrap_or(0);
            out.push(ALPHABET.get(at).copied().map_or('A', char::from));
        }
    }
    out
}

/// What is no base64url is left out: the server sends nothing else.
fn decode(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut out) = (0_u32, 0_u32, Vec::with_capacity(text.len() * 3 / 4));
    for value in text.bytes().filter_map(|letter| ALPHABET.iter().position(|known| *known == letter)) {
        bits = (bits << 6) | u32::try_from(value).unwrap_or(0);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xff).unwrap_or(0));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn bytes_and_text_are_told_apart_by_nothing() {
        for (bytes, text) in
            [(&b""[..], ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v"), (b"foob", "Zm9vYg"), (&[251, 255, 190], "-_--")]
        {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text), bytes);
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&all)), all);
    }
}
