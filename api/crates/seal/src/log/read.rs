//! Reading the logs of others.

use super::{ALGORITHM, PATH_WIDTH, Row, ascii};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Why a log cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogFault {
    /// Neither ASCII, nor UTF-8, nor UTF-16 with its mark.
    Encoding,
    /// A line, from 1, that is no row of the table.
    Line(usize),
}

impl fmt::Display for LogFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => out.write_str("it is neither ASCII, UTF-8 nor UTF-16"),
            Self::Line(line) => write!(out, "line {line} is not a SHA256 row of Get-FileHash"),
        }
    }
}

/// The rows of a log in any of the forms that PowerShell writes.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, LogFault> {
    let text = decode(bytes)?;
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || is_header(line) {
            continue;
        }
        rows.push(row(line).ok_or(LogFault::Line(index + 1))?);
    }
    Ok(rows)
}

fn decode(bytes: &[u8]) -> Result<String, LogFault> {
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        let (pairs, odd) = rest.as_chunks::<2>();
        if !odd.is_empty() {
            return Err(LogFault::Encoding);
        }
        return char::decode_utf16(pairs.iter().map(|pair| u16::from_le_bytes(*pair)))
            .collect::<Result<String, _>>()
            .map_err(|_lone| LogFault::Encoding);
    }
    let rest = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    std::str::from_utf8(rest).map(str::to_owned).map_err(|_bad| LogFault::Encoding)
}

fn is_header(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    words == ["Algorithm", "Hash", "Path"] || words == ["---------", "----", "----"]
}

fn row(line: &str) -> Option<Row> {
    let rest = line.strip_prefix(ALGORITHM)?.strip_prefix(' ')?.trim_start();
    let (hash, path) = rest.split_at_checked(64)?;
    let path = path.strip_prefix(' ')?.trim_start();
    (hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && !path.is_empty())
        .then(|| Row { sha256: hash.to_ascii_lowercase(), path: path.to_owned() })
}

/// Whether a path that a log shows may be this path of an archive: with slashes either way, under any folder before it, with
/// question marks for what ASCII cannot say, composed or decomposed, or cut at its end.
pub fn same_path(logged: &str, path: &str) -> bool {
    let logged: String = logged.replace('/', "\\").nfc().collect();
    let wanted = path.replace('/', "\\");
    let composed: String = wanted.nfc().collect();
    let decomposed: String = wanted.nfd().collect();
    [composed.clone(), ascii(&composed), ascii(&decomposed)].iter().any(|wanted| agree(&logged, wanted))
}

fn agree(logged: &str, wanted: &str) -> bool {
    let ends = logged.strip_suffix(wanted).is_some_and(|before| before.is_empty() || before.ends_with('\\'));
    ends || cut(logged).is_some_and(|kept| starts(kept, wanted))
}

/// What is left of a path that was cut: PowerShell 5.1 ends it with three dots, 7 with an ellipsis, which ASCII makes a question mark.
fn cut(logged: &str) -> Option<&str> {
    let full = logged.encode_utf16().count() == PATH_WIDTH;
    let marks: &[&str] = if full { &["...", "…", "?"] } else { &["...", "…"] };
    marks.iter().find_map(|mark| logged.strip_suffix(mark)).filter(|kept| !kept.is_empty())
}

/// Whether the wanted path goes on where the kept part ends, with the whole name of its first folder in sight.
fn starts(kept: &str, wanted: &str) -> bool {
    let first = wanted.split('\\').next().unwrap_or(wanted);
    let begins = std::iter::once(0).chain(kept.match_indices('\\').map(|(at, _)| at + 1));
    begins.filter_map(|at| kept.get(at..)).any(|tail| tail.len() >= first.len() && wanted.starts_with(tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "EF647E7763E3F666F3A5B186F8273B7D124D3096DCEACF964C66FA7855E2E109";

    fn windows_5(path: &str) -> String {
        let row = |a: &str, h: &str, p: &str| format!("{a:<15} {h:<70} {p:<937}\r\n");
        format!(
            "\r\n{}{}{}\r\n\r\n",
            row("Algorithm", "Hash", "Path"),
            row("---------", "----", "----"),
            row("SHA256", HASH, path)
        )
    }

    fn utf16(text: &str) -> Vec<u8> {
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn every_form_is_read() {
        let path = "C:\\Evidence\\AC.L2-3.1.10\\3.1.10[b] Résumé.pdf";
        let text = windows_5(path);
        let expected = [Row { sha256: HASH.to_lowercase(), path: path.to_owned() }];
        assert_eq!(read(&utf16(&text)).unwrap(), expected);
        assert_eq!(read(text.as_bytes()).unwrap(), expected);
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()).unwrap(), expected);
        assert_eq!(read(text.replace("\r\n", "\n").as_bytes()).unwrap(), expected);
        assert_eq!(read(b"").unwrap(), []);
    }

    #[test]
    fn what_is_no_log_is_named() {
        assert_eq!(read(&[0xe9, 0x20]), Err(LogFault::Encoding));
        assert_eq!(read(&[0xff, 0xfe, 0x20]), Err(LogFault::Encoding));
        assert_eq!(read(b"\nSHA256 abc x"), Err(LogFault::Line(2)));
        assert_eq!(read(b"MD5             6EEC08310BD5328FFC8FB72CD8E464C3   C:\\x"), Err(LogFault::Line(1)));
    }

    #[test]
    fn paths_agree_under_any_folder_and_in_any_writing() {
        let path = "artifacts/AC.L2-3.1.10/[b]/3.1.10[b] Résumé.pdf";
        for logged in [
            "artifacts\\AC.L2-3.1.10\\[b]\\3.1.10[b] Résumé.pdf",
            "C:\\Temp\\artifacts\\AC.L2-3.1.10\\[b]\\3.1.10[b] R?sum?.pdf",
            "/home/x/artifacts/AC.L2-3.1.10/[b]/3.1.10[b] Re\u{301}sume\u{301}.pdf",
            "artifacts\\AC.L2-3.1.10\\[b]\\3.1.10[b] Re?sume?.pdf",
            "C:\\Temp\\artifacts\\AC.L2-3.1...",
            "C:\\Temp\\artifacts\\AC.L2-3.1…",
        ] {
            assert!(same_path(logged, path), "{logged}");
        }
        for logged in [
            "xartifacts\\AC.L2-3.1.10\\[b]\\3.1.10[b] Résumé.pdf",
            "artifacts\\AC.L2-3.1.10\\[a]\\3.1.10[b] Résumé.pdf",
            "artifacts\\AC.L2-3.1.10\\[b]\\3.1.10[b] Resume.pdf",
            "C:\\Temp\\arti...",
            "C:\\artifacts\\AU...",
        ] {
            assert!(!same_path(logged, path), "{logged}");
        }
    }
}
