//! Files of the browser.

use super::xhr::whole;
use js_sys::ArrayBuffer;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FileList};

/// The files of a list.
pub fn of(list: Option<FileList>) -> Vec<File> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)).collect()
}

/// Its size in bytes.
pub fn size(file: &File) -> u64 {
    whole(file.size())
}

/// When it was last changed, in milliseconds since 1970.
#[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, below 2^53")]
pub fn modified(file: &File) -> i64 {
    file.last_modified() as i64
}

/// A part of it, read from the disk now. None where the browser can't read it any more: it was moved, changed or taken away.
#[expect(clippy::cast_precision_loss, reason = "files stay below 2^53 bytes")]
pub async fn part(file: &File, from: u64, to: u64) -> Option<ArrayBuffer> {
    let slice: Blob = file.slice_with_f64_and_f64(from as f64, to as f64).ok()?;
    let read: ArrayBuffer = JsFuture::from(slice.array_buffer()).await.ok()?.dyn_into().ok()?;
    (u64::from(read.byte_length()) == to - from).then_some(read)
}
