//! Reads a chosen file in pieces, as the check asks for them: nothing of it is sent anywhere.

use js_sys::{ArrayBuffer, Uint8Array};
use seal::check::{Check, Report};
use seal::signature::Pin;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// The bytes of a file from one place to another.
#[expect(clippy::cast_precision_loss, reason = "files are far smaller than 2^53 bytes")]
async fn piece(file: &File, from: u64, to: u64) -> Option<Vec<u8>> {
    let slice = file.slice_with_f64_and_f64(from as f64, to as f64).ok()?;
    let bytes: ArrayBuffer = JsFuture::from(slice.array_buffer()).await.ok()?.dyn_into().ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}

/// Checks an archive; `progress` gets the percentage. None if the browser can't read the file any more.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a file's size is a whole number that is never negative"
)]
pub async fn check(file: &File, pin: Option<Pin>, progress: impl Fn(f64)) -> Option<Report> {
    let mut check = Check::new(file.size() as u64, pin);
    let mut told = 0;
    while let Some(range) = check.wants() {
        check.give(&piece(file, range.start, range.end).await?);
        let (done, all) = check.progress();
        let percent = done * 100 / all.max(1);
        if percent != told {
            told = percent;
            progress(f64::from(u32::try_from(percent).unwrap_or(100)));
        }
    }
    Some(check.finish())
}
