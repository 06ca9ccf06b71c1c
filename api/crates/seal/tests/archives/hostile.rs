//! Archives that were made to harm, and bytes that are no archive.

use super::{check, differences, pack, sample};
use proptest::prelude::*;
use seal::check::Difference;

fn find(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    (0..bytes.len()).filter(|at| bytes[*at..].starts_with(wanted)).collect()
}

/// Where the directory's header of the last entry begins.
fn last_header(archive: &[u8]) -> usize {
    *find(archive, b"PK\x01\x02").last().unwrap()
}

#[test]
fn what_is_no_archive_is_said_so() {
    for bytes in [Vec::new(), b"PK".to_vec(), vec![0; 70_000], b"PK\x05\x06".to_vec()] {
        let report = check(&bytes, None);
        assert!(!report.readable(), "{report:?}");
        assert_eq!(report.differences, [Difference::Archive("it is no ZIP archive, or its end is missing".to_owned())]);
    }
    let archive = pack(&sample());
    for cut in [1, 10, 100, archive.len() / 2] {
        assert!(!check(&archive[..archive.len() - cut], None).readable(), "{cut}");
    }
}

#[test]
fn a_bomb_is_not_unpacked() {
    // Says ten bytes and holds thousands: reading stops at ten.
    let mut archive = pack(&sample());
    let text = find(&archive, "Übersicht".as_bytes())[1] - 46 - "artifacts/AC.L2-3.1.10/[b]/EV-2 v1 ".len();
    assert_eq!(&archive[text..text + 4], b"PK\x01\x02");
    archive[text + 24..text + 28].copy_from_slice(&10_u32.to_le_bytes());
    assert!(differences(&archive)[0].ends_with("it holds more than it declares"));
    // Says four gigabytes of a few bytes: no deflate does that.
    archive[text + 24..text + 28].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    assert!(differences(&archive)[0].ends_with("its sizes cannot be true"));
}

#[test]
fn a_hit_byte_is_a_change_and_a_hit_checksum_is_named() {
    let mut archive = pack(&sample());
    let at = find(&archive, b"%PDF-1.7 lock")[0];
    archive[at] ^= 1;
    assert!(differences(&archive)[0].starts_with("changed: artifacts/AC.L2-3.1.10/[b]/EV-1 v1 3.1.10[b].pdf: sealed as "));
    archive[at] ^= 1;
    let header = last_header(&archive);
    archive[header + 16] ^= 1;
    assert!(differences(&archive)[0].ends_with(": its checksum is wrong"));
}

#[test]
fn entries_that_share_bytes_are_refused() {
    let mut archive = pack(&sample());
    let at = last_header(&archive) + 42;
    archive[at..at + 4].copy_from_slice(&0_u32.to_le_bytes());
    assert_eq!(differences(&archive), ["archive: two of its entries share bytes"]);
}

/// Puts bytes into an archive, and moves what the directory says of everything behind them.
fn splice(archive: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut spliced = [&archive[..at], bytes, &archive[at..]].concat();
    let end = find(&spliced, b"PK\x05\x06").pop().unwrap();
    let places = find(&spliced, b"PK\x01\x02").into_iter().map(|header| header + 42).chain([end + 16]);
    for place in places.collect::<Vec<_>>() {
        let offset = u32::from_le_bytes(spliced[place..place + 4].try_into().unwrap());
        if offset as usize >= at {
            spliced[place..place + 4].copy_from_slice(&(offset + u32::try_from(bytes.len()).unwrap()).to_le_bytes());
        }
    }
    spliced
}

/// A program that reads an archive from its beginning unpacks what one that reads its directory never sees.
#[test]
fn an_entry_that_only_some_programs_see_is_refused() {
    let archive = pack(&sample());
    let hidden = pack(&vec![("artifacts/hidden.pdf".to_owned(), b"%PDF-1.7".to_vec())]);
    let hidden = &hidden[..find(&hidden, b"PK\x01\x02")[0]];
    let entries = find(&archive, b"PK\x03\x04");
    assert_eq!(differences(&splice(&archive, 0, b"MZ")), ["archive: there are bytes before its first entry"]);
    let directory = find(&archive, b"PK\x01\x02")[0];
    for at in entries[1..].iter().copied().chain([directory]) {
        let found = differences(&splice(&archive, at, hidden));
        assert!(found.iter().any(|line| line.ends_with("behind it are bytes that belong to nothing")), "{at}: {found:?}");
    }
    assert_eq!(differences(&splice(&archive, entries[1], b"")), [""; 0]);
}

#[test]
fn another_name_in_an_extra_field_and_a_comment_are_refused() {
    let archive = pack(&sample());
    // Another name for programs that know the field, in the entry's own header.
    let local = find(&archive, b"PK\x03\x04")[1];
    let length = |at: usize| usize::from(u16::from_le_bytes(archive[at..at + 2].try_into().unwrap()));
    let behind = local + 30 + length(local + 26) + length(local + 28);
    let field = [&0x7075_u16.to_le_bytes()[..], &9_u16.to_le_bytes(), b"\x01\0\0\0\0evil"].concat();
    let mut named = splice(&archive, behind, &field);
    let extra = u16::try_from(length(local + 28) + field.len()).unwrap();
    named[local + 28..local + 30].copy_from_slice(&extra.to_le_bytes());
    assert!(differences(&named).iter().any(|line| line.ends_with("it has two names")));
    let mut commented = archive.clone();
    let last = commented.len() - 2;
    commented[last] = 2;
    commented.extend(b"hi");
    assert_eq!(differences(&commented), ["archive: it has a comment, which no seal has"]);
}

#[test]
fn two_names_of_one_entry_are_refused() {
    let mut archive = pack(&sample());
    let at = find(&archive, b"EV-3 v1 empty")[0];
    archive[at] = b'X';
    assert!(differences(&archive)[0].ends_with("empty.txt: it has two names"));
}

#[test]
fn what_is_encrypted_or_a_link_is_not_read() {
    let mut archive = pack(&sample());
    let at = last_header(&archive);
    archive[at + 8] |= 1;
    assert!(differences(&archive)[0].ends_with("it is encrypted"));
    let mut archive = pack(&sample());
    archive[at + 40..at + 42].copy_from_slice(&0o120_777_u16.to_le_bytes());
    assert!(differences(&archive)[0].ends_with("it is a link"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever comes: an answer, and never an intact one where a file's bytes were hit.
    #[test]
    fn any_damage_is_survived(flips in prop::collection::vec((any::<usize>(), 1..=255_u8), 1..8), cut in 0..400_usize) {
        let mut archive = pack(&sample());
        for (at, with) in &flips {
            let at = at % archive.len();
            archive[at] ^= with;
        }
        let length = archive.len().saturating_sub(cut);
        let report = check(&archive[..length], None);
        prop_assert!(cut == 0 || !report.intact());
    }

    #[test]
    fn a_flipped_byte_in_the_contents_is_seen(at in any::<usize>(), with in 1..=255_u8) {
        let mut archive = pack(&sample());
        let end = find(&archive, b"PK\x01\x02")[0];
        let lock = find(&archive, b"%PDF-1.7 lock")[0];
        prop_assert!(lock + 13 <= end);
        archive[lock + at % 13] ^= with;
        prop_assert!(!check(&archive, None).intact());
    }
}
