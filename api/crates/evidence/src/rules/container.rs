use super::Refusal;
use std::io::{Read, Seek, SeekFrom};

/// The end record of a zip archive with the longest comment.
const LONGEST_END: u64 = 22 + 65_535;
/// The list of what is in an office document is far shorter than this.
const LONGEST_LIST: u64 = 4 * 1024 * 1024;

fn broken() -> Refusal {
    Refusal::new("The document is damaged, or it is not an office document at all.")
}

/// Whether a zip archive is the office document that its extension says: its parts lie in `word/`, `xl/` or `ppt/`, and it
/// carries no macros, which this type of document must not.
///
/// The outer error is the disk's.
pub(crate) fn check_office(file: &mut (impl Read + Seek), folder: &str) -> std::io::Result<Result<(), Refusal>> {
    let Some(names) = names(file)? else { return Ok(Err(broken())) };
    let typed = names.iter().any(|name| name == b"[Content_Types].xml");
    if !typed || !names.iter().any(|name| name.starts_with(folder.as_bytes())) {
        return Ok(Err(Refusal::new("This is an archive, but not the office document that its name says.")));
    }
    if names.iter().any(|name| name.to_ascii_lowercase().ends_with(b"vbaproject.bin")) {
        return Ok(Err(Refusal::new("The document contains macros. Save it without them.")));
    }
    Ok(Ok(()))
}

/// The names in the list at the end of an archive; none if there is no such list.
fn names(file: &mut (impl Read + Seek)) -> std::io::Result<Option<Vec<Vec<u8>>>> {
    let size = file.seek(SeekFrom::End(0))?;
    let tail = read(file, size.saturating_sub(LONGEST_END), LONGEST_END.min(size))?;
    let Some(end) = tail.windows(4).rposition(|window| window == b"PK\x05\x06") else { return Ok(None) };
    let number =
        |at: usize| tail.get(end + at..end + at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes).map(u64::from);
    let (Some(length), Some(start)) = (number(12), number(16)) else { return Ok(None) };
    if length > LONGEST_LIST || start + length > size {
        return Ok(None);
    }
    Ok(entries(&read(file, start, length)?))
}

fn read(file: &mut (impl Read + Seek), start: u64, length: u64) -> std::io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn entries(mut list: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut names = Vec::new();
    while !list.is_empty() {
        if !list.starts_with(b"PK\x01\x02") {
            return None;
        }
        let number = |at: usize| list.get(at..at + 2).and_then(|b| b.try_into().ok()).map(u16::from_le_bytes).map(usize::from);
        let (name, extra, comment) = (number(28)?, number(30)?, number(32)?);
        names.push(list.get(46..46 + name)?.to_vec());
        list = list.get(46 + name + extra + comment..)?;
    }
    Some(names)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::Cursor;

    /// A zip archive of empty files with these names.
    pub(crate) fn archive(names: &[&str]) -> Vec<u8> {
        let (mut local, mut list) = (Vec::new(), Vec::new());
        for name in names {
            let length = u16::try_from(name.len()).unwrap().to_le_bytes();
            let at = u32::try_from(local.len()).unwrap().to_le_bytes();
            local.extend([b"PK\x03\x04\x14\0".as_slice(), &[0; 20], &length, &[0; 2], name.as_bytes()].concat());
            list.extend([b"PK\x01\x02\x14\0\x14\0".as_slice(), &[0; 20], &length, &[0; 12], &at, name.as_bytes()].concat());
        }
        let count = u16::try_from(names.len()).unwrap().to_le_bytes();
        let (length, start) =
            (u32::try_from(list.len()).unwrap().to_le_bytes(), u32::try_from(local.len()).unwrap().to_le_bytes());
        [local.as_slice(), &list, b"PK\x05\x06", &[0; 4], &count, &count, &length, &start, &[0; 2]].concat()
    }

    #[test]
    fn office_documents_are_looked_into() {
        let check = |bytes: Vec<u8>, folder: &str| check_office(&mut Cursor::new(bytes), folder).unwrap().is_ok();
        let word = ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "word/document.xml"];
        assert!(check(archive(&word), "word/"));
        assert!(!check(archive(&word), "xl/"));
        assert!(!check(archive(&["readme.txt", "word/x"]), "word/"));
        assert!(!check(archive(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]), "word/"));
        for cut in [b"".to_vec(), b"PK\x05\x06".to_vec(), archive(&word)[..90].to_vec()] {
            assert!(!check(cut, "word/"));
        }
        let mut lying = archive(&word);
        let at = lying.len() - 10;
        lying[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(!check(lying, "word/"));
    }
}
