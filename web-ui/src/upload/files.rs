//! Files of the browser.

use super::xhr::whole;
use js_sys::{Array, ArrayBuffer, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// The files of a list.
pub fn of(list: Option<FileList>) -> Vec<File> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)).collect()
}

/// Something that was dropped: a file, or an entry of a file system, which may be a folder.
pub enum Dropped {
    /// A file.
    File(File),
    /// A file or a folder.
    Entry(FileSystemEntry),
}

/// What was dropped. To be asked for while the drop is handled: afterwards the browser has forgotten it.
pub fn dropped(data: &DataTransfer) -> Vec<Dropped> {
    let items = data.items();
    let one = |index| {
        let item = items.get(index).filter(|item| item.kind() == "file")?;
        match item.webkit_get_as_entry() {
            Ok(Some(entry)) => Some(Dropped::Entry(entry)),
            _ => item.get_as_file().ok().flatten().map(Dropped::File),
        }
    };
    (0..items.length()).filter_map(one).collect()
}

/// The files of what was dropped, those of folders and their folders too. Hidden files in folders stay where they are: nobody
/// means them.
pub async fn within(dropped: Vec<Dropped>) -> Vec<File> {
    let (mut found, mut folders) = (Vec::new(), Vec::new());
    for one in dropped {
        match one {
            Dropped::File(file) => found.push(file),
            Dropped::Entry(entry) => sort(entry, &mut found, &mut folders).await,
        }
    }
    while let Some(folder) = folders.pop() {
        let reader = folder.create_reader();
        // A reader gives its entries in parts, and at the end none.
        loop {
            let part = Promise::new(&mut |resolve, reject| {
                // What goes wrong goes to `reject`.
                let _ = reader.read_entries_with_callback_and_callback(&resolve, &reject);
            });
            let Ok(part) = JsFuture::from(part).await else { break };
            // Not every browser has a name for what an entry is, which a checked cast would ask for.
            let part: Vec<FileSystemEntry> = Array::from(&part).iter().map(JsCast::unchecked_into).collect();
            if part.is_empty() {
                break;
            }
            for entry in part.into_iter().filter(|entry| !hidden(&entry.name())) {
                sort(entry, &mut found, &mut folders).await;
            }
        }
    }
    found
}

/// Whether a file of a folder is one that nobody means: `.DS_Store`, `Thumbs.db`.
pub fn hidden(name: &str) -> bool {
    name.starts_with('.') || name == "Thumbs.db" || name == "desktop.ini"
}

async fn sort(entry: FileSystemEntry, found: &mut Vec<File>, folders: &mut Vec<FileSystemDirectoryEntry>) {
    if entry.is_directory() {
        folders.push(entry.unchecked_into());
        return;
    }
    let entry: FileSystemFileEntry = entry.unchecked_into();
    let file = Promise::new(&mut |resolve, reject| entry.file_with_callback_and_callback(&resolve, &reject));
    if let Some(file) = JsFuture::from(file).await.ok().and_then(|file| file.dyn_into().ok()) {
        found.push(file);
    }
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
