//! The SHA-256 of a file, before any of it is sent: what the system has already needs no sending.

use super::files;
use super::halt::Halt;
use super::stop::Stop;
use js_sys::Uint8Array;
use leptos::prelude::*;
use sha2::{Digest, Sha256};
use web_sys::File;

/// Larger files are sent without: hashing them here would take longer than it can save.
const MOST: u64 = 1 << 30;
/// So much of a file is in memory at once.
const SLICE: u64 = 4 << 20;

/// The hash in lowercase hexadecimal; none for a file that is too large. `progress` gets the percentage.
pub async fn of(file: &File, halt: &Halt, progress: impl Fn(u64)) -> Result<Option<String>, Stop> {
    let size = files::size(file);
    if size > MOST {
        return Ok(None);
    }
    let mut hash = Sha256::new();
    let mut from = 0;
    while from < size {
        if halt.pulled() {
            return Err(Stop::Halted);
        }
        let to = from.saturating_add(SLICE).min(size);
        let part = files::part(file, from, to).await.ok_or(Stop::Unreadable)?;
        // Halted meanwhile: whoever did so has said where it stands.
        if halt.pulled() {
            return Err(Stop::Halted);
        }
        if to == size && from == 0 {
            // One slice: the browser's own hash is faster, where it has one.
            if let Some(digest) = digest(&part).await {
                return Ok(Some(hex(&digest)));
            }
        }
        hash.update(Uint8Array::new(&part).to_vec());
        from = to;
        progress(from * 100 / size.max(1));
    }
    Ok(Some(hex(&hash.finalize())))
}

/// The SHA-256 of bytes, where the browser computes it: only in a secure context.
pub async fn digest(bytes: &js_sys::ArrayBuffer) -> Option<Vec<u8>> {
    use wasm_bindgen::JsCast;
    let subtle = window().crypto().ok()?.subtle();
    if subtle.is_undefined() {
        return None;
    }
    let digest = subtle.digest_with_str_and_buffer_source("SHA-256", bytes).ok()?;
    let digest: js_sys::ArrayBuffer = wasm_bindgen_futures::JsFuture::from(digest).await.ok()?.dyn_into().ok()?;
    Some(Uint8Array::new(&digest).to_vec())
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn hashes_are_lowercase_hexadecimal() {
        // FIPS 180-4, the hash of "abc".
        let words = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&Sha256::digest(b"abc")), words);
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    async fn a_file_in_slices_has_the_hash_of_the_whole() {
        let bytes = vec![7_u8; usize::try_from(SLICE).unwrap() * 2 + 3];
        let parts = js_sys::Array::of1(&Uint8Array::from(bytes.as_slice()));
        let file = File::new_with_u8_array_sequence(&parts, "a.log").unwrap();
        let found = of(&file, &Halt::default(), |_| {}).await.unwrap();
        assert_eq!(found, Some(hex(&Sha256::digest(&bytes))));
        let halt = Halt::default();
        halt.pull();
        assert_eq!(of(&file, &halt, |_| {}).await, Err(Stop::Halted));
    }
}
