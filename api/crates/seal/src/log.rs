//! `CMMCAssessmentArtifacts.log` and `CMMCAssessmentLogHash.log`, as the script of the CMMC Artifact Hashing guide (2.13, script
//! version 1.11) prints them: `Get-FileHash | Out-File -Encoding ASCII -Width 1024`.
//!
//! Written as PowerShell 7 on Windows writes it, byte for byte: an empty line, the columns Algorithm (15 wide), Hash (70) and Path, a
//! rule under each, the rows, an empty line; upper-case hashes, lines ended by CR LF. The script asks for ASCII, so each UTF-16 unit of
//! a name beyond it becomes a question mark; the manifest beside it has the true names. Where the script prints the whole path of
//! its own folder, these are the paths within the archive, with backslashes.
//!
//! Read is more: what Windows PowerShell 5.1 prints (rows filled with spaces up to the width, a second empty line), the encodings
//! that `Out-File` uses when it is not told (UTF-16 with a mark, UTF-8 with or without), whole paths, and paths that were cut.

mod read;

pub use read::{LogFault, read, same_path};

/// The name of the list of hashes.
pub const ARTIFACTS_LOG: &str = "CMMCAssessmentArtifacts.log";
/// The name of the hash of that list.
pub const HASH_LOG: &str = "CMMCAssessmentLogHash.log";

const ALGORITHM: &str = "SHA256";
const ALGORITHM_WIDTH: usize = 15;
const HASH_WIDTH: usize = 70;
/// What is left of 1024 for the path, in UTF-16 units.
const PATH_WIDTH: usize = 1024 - ALGORITHM_WIDTH - 1 - HASH_WIDTH - 1;

/// A file in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Its path: with slashes when it is to be written, as it stands there when it was read.
    pub path: String,
}

/// The text of a log. Without rows there is no table either: PowerShell leaves an empty file.
pub fn write<'a>(rows: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut text = String::new();
    for (sha256, path) in rows {
        if text.is_empty() {
            text.push_str("\r\n");
            line(&mut text, "Algorithm", "Hash", "Path");
            line(&mut text, "---------", "----", "----");
        }
        line(&mut text, ALGORITHM, &sha256.to_ascii_uppercase(), &shown(path));
    }
    if !text.is_empty() {
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// The log that names the hash of the other.
pub fn write_hash_log(artifacts_log: &[u8]) -> Vec<u8> {
    write([(crate::sha256(artifacts_log).as_str(), ARTIFACTS_LOG)])
}

fn line(text: &mut String, algorithm: &str, hash: &str, path: &str) {
    use std::fmt::Write;
    // Writing into a String cannot fail.
    let _written = write!(text, "{algorithm:<ALGORITHM_WIDTH$} {hash:<HASH_WIDTH$} {path}\r\n");
}

/// A path as the log shows it: backslashes, ASCII, cut as PowerShell cuts (its ellipsis is no ASCII either).
fn shown(path: &str) -> String {
    let ascii = ascii(&path.replace('/', "\\"));
    if ascii.len() <= PATH_WIDTH { ascii } else { format!("{}?", ascii.get(..PATH_WIDTH - 1).unwrap_or(&ascii)) }
}

/// What .NET's ASCII encoding makes of a text: a question mark for each UTF-16 unit beyond it.
fn ascii(text: &str) -> String {
    text.encode_utf16().map(|unit| u8::try_from(unit).ok().filter(u8::is_ascii).map_or('?', char::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const UPPER: &str = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";

    #[test]
    fn the_log_is_what_the_script_prints() {
        let names =
            ["artifacts/AC.L2-3.1.10/[b]/3.1.10[b].pdf", "artifacts/Résumé.txt", "artifacts/re\u{301}.txt", "artifacts/🔒.txt"];
        let log = write(names.iter().map(|name| (EMPTY, *name)));
        let expected = [
            String::new(),
            format!("Algorithm       Hash{}Path", " ".repeat(67)),
            format!("---------       ----{}----", " ".repeat(67)),
            format!("SHA256          {UPPER}       artifacts\\AC.L2-3.1.10\\[b]\\3.1.10[b].pdf"),
            format!("SHA256          {UPPER}       artifacts\\R?sum?.txt"),
            format!("SHA256          {UPPER}       artifacts\\re?.txt"),
            format!("SHA256          {UPPER}       artifacts\\??.txt"),
            String::new(),
            String::new(),
        ];
        assert_eq!(String::from_utf8(log.clone()).unwrap(), expected.join("\r\n"));
        // Independently of the code above: the place of each column, the bytes at both ends.
        assert_eq!(&log[..2], b"\r\n");
        assert_eq!(&log[2 + 16..2 + 20], b"Hash");
        assert_eq!(&log[2 + 87..2 + 93], b"Path\r\n");
        assert!(log.ends_with(b".txt\r\n\r\n"));
    }

    #[test]
    fn the_hash_log_hashes_the_log() {
        let log = write([(EMPTY, "a.txt")]);
        let rows = read(&write_hash_log(&log)).unwrap();
        assert_eq!(rows, [Row { sha256: crate::sha256(&log), path: ARTIFACTS_LOG.to_owned() }]);
        assert!(write([]).is_empty());
    }

    #[test]
    fn a_path_beyond_the_width_is_cut() {
        let log = write([(EMPTY, "x".repeat(2000).as_str())]);
        let text = String::from_utf8(log).unwrap();
        let row = text.lines().nth(3).unwrap();
        assert_eq!(row.len(), 1024);
        assert!(row.ends_with("x?"));
    }
}
