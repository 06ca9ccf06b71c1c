//! Byte ranges and the name of a download, pure.

use std::fmt::Write;
use std::ops::Range;

/// What of a file is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All of so many bytes.
    Whole(u64),
    /// These bytes.
    Part(Range<u64>),
}

/// The range lies outside of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsatisfiable;

impl Wanted {
    /// The bytes.
    pub fn range(&self) -> Range<u64> {
        match self {
            Self::Whole(size) => 0..*size,
            Self::Part(range) => range.clone(),
        }
    }

    /// How many.
    pub fn length(&self) -> u64 {
        let range = self.range();
        range.end - range.start
    }
}

/// Reads a Range header (RFC 9110, 14.2). What is no byte range, or several, is ignored, as the RFC allows: the whole file is sent.
pub fn wanted(header: Option<&str>, size: u64) -> Result<Wanted, Unsatisfiable> {
    let Some((first, last)) = header.and_then(|text| text.strip_prefix("bytes=")).and_then(|range| range.trim().split_once('-'))
    else {
        return Ok(Wanted::Whole(size));
    };
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().unwrap_or(u64::MAX));
    let range = match (number(first), number(last), first.is_empty(), last.is_empty()) {
        (_, Some(suffix), true, false) => size.saturating_sub(suffix)..size,
        (Some(start), _, false, true) => start..size,
        (Some(start), Some(last), false, false) if start <= last => start..size.min(last.saturating_add(1)),
        _ => return Ok(Wanted::Whole(size)),
    };
    if range.start < range.end { Ok(Wanted::Part(range)) } else { Err(Unsatisfiable) }
}

/// A Content-Disposition that saves under this name (RFC 6266): plain for old programs, exact in UTF-8 for all others.
pub fn attachment(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " .-_()[]+,=@".contains(c) { c } else { '_' }).collect();
    let mut exact = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            // Writing to a String never fails.
            let _written = write!(exact, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_or_ignored() {
        let part = |range| Ok(Wanted::Part(range));
        for (header, expected) in [
            ("bytes=0-0", part(0..1)),
            ("bytes=2-5", part(2..6)),
            ("bytes=2-", part(2..10)),
            ("bytes=-3", part(7..10)),
            ("bytes=-99", part(0..10)),
            ("bytes=8-99999999999999999999999", part(8..10)),
            ("bytes=10-", Err(Unsatisfiable)),
            ("bytes=10-12", Err(Unsatisfiable)),
            ("bytes=-0", Err(Unsatisfiable)),
            ("bytes=99999999999999999999999-", Err(Unsatisfiable)),
            ("bytes=5-2", Ok(Wanted::Whole(10))),
            ("bytes=0-1,3-4", Ok(Wanted::Whole(10))),
            ("bytes=a-b", Ok(Wanted::Whole(10))),
            ("bytes=-", Ok(Wanted::Whole(10))),
            ("bytes=+1-2", Ok(Wanted::Whole(10))),
            ("lines=1-2", Ok(Wanted::Whole(10))),
        ] {
            assert_eq!(wanted(Some(header), 10), expected, "{header}");
        }
        assert_eq!(wanted(None, 10), Ok(Wanted::Whole(10)));
    }

    #[test]
    fn names_cannot_break_out_of_the_header() {
        assert_eq!(attachment("a b.pdf"), "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf");
        assert_eq!(
            attachment("3.1.10[b] \"é\"\r\n;.pdf"),
            "attachment; filename=\"3.1.10[b] ______.pdf\"; filename*=UTF-8''3.1.10%5Bb%5D%20%22%C3%A9%22%0D%0A%3B.pdf"
        );
    }
}
