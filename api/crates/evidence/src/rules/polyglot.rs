//! Files that are two things at once: an image that is a script, a PDF that is a page or an archive. What a browser or a program
//! takes by its beginning or its end is looked for there.

use super::zip::{LONGEST_END, ends_as_archive, read};
use super::{Fault, HEAD_BYTES, Refusal};
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};

/// What makes a page or a program of a file, lowercase.
const PAGES: &[&[u8]] = &[b"<script", b"<html", b"<!doctype html", b"<?php", b"<iframe", b"<body"];

fn two_things(what: &str) -> Refusal {
    Refusal::new(format!("The file is two things at once: {what}."))
}

/// Nothing opens the end of the file as a zip archive.
pub(super) fn no_archive_at_end(file: &mut (impl Read + Seek)) -> Result<(), Fault> {
    let size = file.seek(SeekFrom::End(0))?;
    let length = LONGEST_END.min(size);
    let tail = read(file, size - length, length)?;
    if ends_as_archive(&tail, size) { Err(two_things("an archive hangs behind it").into()) } else { Ok(()) }
}

/// No page and no script at the beginning or the end.
pub(super) fn no_page(file: &mut (impl Read + Seek)) -> Result<(), Fault> {
    let size = file.seek(SeekFrom::End(0))?;
    let (head, tail) = ((HEAD_BYTES as u64).min(size), LONGEST_END.min(size));
    for (start, length) in [(0, head), (size - tail, tail)] {
        let mut bytes = read(file, start, length)?;
        bytes.make_ascii_lowercase();
        if PAGES.iter().any(|page| bytes.windows(page.len()).any(|window| window == *page)) {
            return Err(two_things("it contains a web page or a script").into());
        }
    }
    Ok(())
}

fn behind() -> Fault {
    two_things("something hangs behind the image").into()
}

/// The end of what was to be read is the end of a file that was cut short: an image that shows less, and nothing else.
fn cut<T>(result: std::io::Result<T>) -> Result<Option<T>, Fault> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Nothing follows the last chunk of a PNG.
pub(super) fn check_png(file: &mut (impl Read + Seek)) -> Result<(), Fault> {
    let size = file.seek(SeekFrom::End(0))?;
    let mut at = 8_u64;
    while at.saturating_add(8) <= size {
        let head = read(file, at, 8)?;
        let length = head.first_chunk().copied().map(u32::from_be_bytes).unwrap_or_default();
        at = at.saturating_add(12).saturating_add(length.into());
        if head.ends_with(b"IEND") {
            return if at < size { Err(behind()) } else { Ok(()) };
        }
    }
    Ok(())
}

/// A WebP ends where its first bytes say.
pub(super) fn check_webp(file: &mut (impl Read + Seek)) -> Result<(), Fault> {
    let size = file.seek(SeekFrom::End(0))?;
    let head = read(file, 0, 12.min(size))?;
    let length = head.get(4..8).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes).unwrap_or_default();
    let end = u64::from(length) + 8;
    if size > end + (end & 1) { Err(behind()) } else { Ok(()) }
}

/// A GIF is no script by its first bytes (`GIF89a/*`, `GIF89a=1`), consists of blocks, and nothing follows the last one.
pub(super) fn check_gif(file: &mut (impl Read + Seek)) -> Result<(), Fault> {
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let mut gif = Gif { rest: BufReader::new(Read::by_ref(file)), at: 0 };
    let Some(head) = cut(gif.take::<13>())? else { return Ok(()) };
    // These would be the low and the high byte of the width.
    let [_, _, _, _, _, _, low, high, ..] = head;
    if matches!((low, high), (b'/', b'*' | b'/')) || (low == b'=' && (0x20..0x7F).contains(&high)) {
        return Err(two_things("an image and a script").into());
    }
    match cut(gif.blocks(head.get(10).copied().unwrap_or_default()))? {
        Some(Ending::Trailer) if gif.at < size => Err(behind()),
        Some(Ending::NoBlock) => Err(Refusal::new("The image is damaged.").into()),
        Some(Ending::Trailer) | None => Ok(()),
    }
}

enum Ending {
    Trailer,
    NoBlock,
}

struct Gif<R> {
    rest: R,
    at: u64,
}

impl<R: Read> Gif<R> {
    fn take<const N: usize>(&mut self) -> std::io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.rest.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    fn skip(&mut self, length: u64) -> std::io::Result<()> {
        let skipped = std::io::copy(&mut Read::by_ref(&mut self.rest).take(length), &mut std::io::sink())?;
        self.at += skipped;
        if skipped == length { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    /// The table of colours that a flag announces.
    fn colours(&mut self, flags: u8) -> std::io::Result<()> {
        if flags & 0x80 == 0 { Ok(()) } else { self.skip(3 << ((flags & 7) + 1)) }
    }

    fn sub_blocks(&mut self) -> std::io::Result<()> {
        loop {
            let [length] = self.take()?;
            if length == 0 {
                return Ok(());
            }
            self.skip(length.into())?;
        }
    }

    fn blocks(&mut self, flags: u8) -> std::io::Result<Ending> {
        self.colours(flags)?;
        loop {
            match self.take()? {
                [0x21] => self.skip(1)?,
                [0x2C] => {
                    let descriptor = self.take::<9>()?;
                    self.colours(descriptor.last().copied().unwrap_or_default())?;
                    self.skip(1)?;
                }
                [0x3B] => return Ok(Ending::Trailer),
                [_] => return Ok(Ending::NoBlock),
            }
            self.sub_blocks()?;
        }
    }
}
