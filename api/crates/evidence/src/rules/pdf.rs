//! Whether a PDF is encrypted: what its trailer says (ISO 32000-1, 7.5.5 and 7.6.1). The trailer is found as readers find it, by the
//! place that the end of the file names; nothing else is read, whatever the size.

use super::zip::read;
use super::{Checks, Fault, Refusal};
use std::io::{Read, Seek, SeekFrom};

/// So far from the end `startxref` is looked for; where it is not, this much of the end is what there is to look at.
const END: u64 = 64 * 1024;
/// So far from its place a trailer may reach; before it may stand the `%PDF-` of the beginning.
const TRAILER: u64 = 64 * 1024;
/// Most parts of one table of references: an honest one has as many as the document was saved.
const MOST_PARTS: u32 = 10_000;

/// An encrypted PDF is refused by the policy for encrypted archives: nobody could examine it, and a password is lost in six years.
pub(super) fn check_pdf(file: &mut (impl Read + Seek), checks: &Checks) -> Result<(), Fault> {
    if checks.encrypted {
        return Ok(());
    }
    let size = file.seek(SeekFrom::End(0))?;
    let length = END.min(size);
    let end = read(file, size - length, length)?;
    // A damaged one is read by whatever stands at its end.
    let trailer = match last(&end, b"startxref").and_then(|at| number(end.get(at + 9..)?)) {
        Some((place, _rest)) => trailer(file, size, place)?.unwrap_or(end),
        None => end,
    };
    if names_encryption(&trailer) {
        return Err(Refusal::new("The PDF is encrypted. Nobody could examine what is in it: save it without a password.").into());
    }
    Ok(())
}

/// The trailer whose table of references begins at a place, or the head of the stream that is both; none where there is neither.
fn trailer(file: &mut (impl Read + Seek), size: u64, place: u64) -> Result<Option<Vec<u8>>, Fault> {
    // Places count from the mark, which something may stand before.
    let head = read(file, 0, size.min(1024))?;
    let mark = head.windows(5).position(|window| window == b"%PDF-").unwrap_or_default() as u64;
    for shift in [mark, 0] {
        let Some(mut at) = place.checked_add(shift).filter(|at| *at < size) else { continue };
        let mut piece = read(file, at, TRAILER.min(size - at))?;
        if !piece.trim_ascii_start().starts_with(b"xref") {
            // A stream of references: its dictionary stands in the clear before its bytes.
            let stream = piece.windows(6).position(|window| window == b"stream");
            if let Some(stream) = stream.filter(|_| number(&piece).is_some()) {
                piece.truncate(stream);
                return Ok(Some(piece));
            }
            continue;
        }
        at += (piece.len() - piece.trim_ascii_start().len() + 4) as u64;
        for _part in 0..MOST_PARTS {
            let piece = read(file, at, TRAILER.min(size.saturating_sub(at)))?;
            let line = piece.trim_ascii_start();
            if line.starts_with(b"trailer") {
                let end = line.windows(9).position(|window| window == b"startxref").unwrap_or(line.len());
                return Ok(Some(line.get(..end).unwrap_or_default().to_vec()));
            }
            // "from count", and as many lines of twenty bytes.
            let Some((count, rest)) = number(line).and_then(|(_from, rest)| number(rest)) else { break };
            let read_so_far = (piece.len() - rest.trim_ascii_start().len()) as u64;
            match count.checked_mul(20).and_then(|lines| at.checked_add(read_so_far)?.checked_add(lines)) {
                Some(next) if next < size => at = next,
                _ => break,
            }
        }
    }
    Ok(None)
}

/// Whether a dictionary has the name `/Encrypt`, in any way of writing it.
fn names_encryption(text: &[u8]) -> bool {
    let mut names = text.split(|byte| *byte == b'/').skip(1);
    names.any(|rest| {
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"()<>[]{}%\0".contains(byte);
        let name = rest.get(..rest.iter().position(is_end).unwrap_or(rest.len())).unwrap_or_default();
        // Any letter may stand as a number sign and two hexadecimal digits.
        let (mut plain, mut left) = (Vec::with_capacity(8), name);
        while let [first, more @ ..] = left {
            let digit = |at: usize| more.get(at).and_then(|digit| char::from(*digit).to_digit(16));
            let escaped = if *first == b'#' { digit(0).zip(digit(1)) } else { None };
            let (byte, taken) = escaped.map_or((u32::from(*first), 0), |(high, low)| (high * 16 + low, 2));
            plain.push(byte);
            left = more.get(taken..).unwrap_or_default();
        }
        plain.into_iter().eq(b"Encrypt".iter().map(|byte| u32::from(*byte)))
    })
}

/// Where the last of these begins.
fn last(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).rposition(|window| window == wanted)
}

/// The number that a text begins with, and what follows it.
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let text = text.trim_ascii_start();
    let length = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(length)?;
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const CHECKS: Checks =
        Checks { macros: false, encrypted: false, active_svg: false, entries: 100, expanded: 100 << 20, ratio: 200, nested: 0 };

    fn refused(bytes: &[u8]) -> bool {
        match check_pdf(&mut Cursor::new(bytes), &CHECKS) {
            Ok(()) => false,
            Err(Fault::Refused(_)) => true,
            Err(Fault::Io(error)) => panic!("{error}"),
        }
    }

    /// A document with a table of `lines` references, after `before`.
    fn table(before: &str, lines: usize, trailer: &str) -> Vec<u8> {
        let body = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n";
        let list = "0000000009 00000 n \n".repeat(lines);
        format!("{before}{body}xref\n0 {lines}\n{list}trailer\n{trailer}\nstartxref\n{}\n%%EOF\n", body.len()).into_bytes()
    }

    /// The same with a stream of references.
    fn stream(dictionary: &str, bytes: usize) -> Vec<u8> {
        let body = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n";
        let content = "/Encrypt 9 0 R ".repeat(bytes / 15);
        format!("{body}7 0 obj\n{dictionary}\nstream\n{content}\nendstream\nendobj\nstartxref\n{}\n%%EOF\n", body.len())
            .into_bytes()
    }

    #[test]
    fn the_trailer_tells() {
        let (open, locked) = ("<</Size 2/Root 1 0 R>>", "<</Size 2/Root 1 0 R/Encrypt 5 0 R>>");
        for lines in [1, 10_000] {
            assert!(!refused(&table("", lines, open)), "{lines}");
            assert!(refused(&table("", lines, locked)), "{lines}");
        }
        assert!(refused(&table("junk before the mark\n", 3, locked)));
        assert!(refused(&table("", 3, "<</Root 1 0 R/#45ncr#79pt<</Filter/Standard>>>>")));
        assert!(!refused(&table("", 3, "<</Root 1 0 R/EncryptMetadata false/Info(Encrypt)>>")));
        let policy = Checks { encrypted: true, ..CHECKS };
        assert!(check_pdf(&mut Cursor::new(table("", 1, locked)), &policy).is_ok());
    }

    #[test]
    fn so_does_the_stream_of_references_and_nothing_within_it() {
        let open = "<</Type/XRef/Size 8/W[1 2 1]/Root 1 0 R/Length 90000>>";
        assert!(!refused(&stream(open, 90_000)));
        assert!(refused(&stream(&open.replace("/Root", "/Encrypt 6 0 R/Root"), 90_000)));
    }

    #[test]
    fn what_is_damaged_is_read_by_its_end() {
        assert!(refused(b"%PDF-1.7\ntrailer<</Encrypt 5 0 R>>"));
        assert!(refused(b"%PDF-1.7\ntrailer<</Encrypt 5 0 R>>\nstartxref\n99999999\n%%EOF"));
        assert!(!refused(b"%PDF-1.7\nstartxref\n18446744073709551615\n%%EOF"));
        let whole = table("", 5, "<</Encrypt 5 0 R>>");
        for cut in 0..whole.len() {
            let _either = refused(&whole[..cut]);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_damage_panics(at in 0_usize..400, byte: u8, lines in 1_usize..5) {
            let mut bytes = table("", lines, "<</Size 2>>");
            let length = bytes.len();
            bytes[at % length] = byte;
            let _either = refused(&bytes);
        }
    }
}
