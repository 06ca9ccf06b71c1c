//! Names in archives that every system can unpack as they are: Windows with its reserved names, file systems that know no case, and
//! none that leads out of the folder it is unpacked in. Brackets and letters of any script stay.

use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;

/// The longest name of one file or folder, in bytes of UTF-8: below what file systems bear, with room for a number.
const LONGEST: usize = 120;
/// The longest name that is read: what file systems bear.
const LONGEST_READ: usize = 255;
/// The longest path of an entry that is read, in bytes.
pub const LONGEST_PATH: usize = 1024;

/// Names of devices, which Windows gives to no file, whatever comes after a dot.
const RESERVED: [&str; 28] = [
    "con", "prn", "aux", "nul", "conin$", "conout$", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "com¹", "com²", "com³", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "clock$",
];

/// One name of a path, safe: composed (NFC), without forbidden and invisible characters, without dots and spaces at its end, not the name
/// of a device, not too long (its ending stays).
pub fn safe(name: &str) -> String {
    safe_within(name, LONGEST)
}

fn safe_within(name: &str, longest: usize) -> String {
    let clean: String = name.nfc().map(|c| if forbidden(c) { '_' } else { c }).collect();
    let clean = clean.trim_matches(|c: char| c.is_whitespace()).trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let clean = if clean.is_empty() { "_" } else { clean };
    let clean = if is_reserved(clean) { format!("_{clean}") } else { clean.to_owned() };
    shorten(&clean, longest)
}

fn forbidden(c: char) -> bool {
    // The last ranges turn a name around or are not seen: "gpj.exe" must not look like "exe.jpg".
    c.is_control()
        || matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    RESERVED.contains(&stem.to_lowercase().as_str()) || ["lpt¹", "lpt²", "lpt³"].contains(&stem.to_lowercase().as_str())
}

/// Cuts the stem, not the ending, at a character.
fn shorten(name: &str, longest: usize) -> String {
    if name.len() <= longest {
        return name.to_owned();
    }
    let (stem, ending) = split_ending(name);
    let room = longest.saturating_sub(ending.len());
    let mut cut = 0;
    for (at, c) in stem.char_indices() {
        if at + c.len_utf8() > room {
            break;
        }
        cut = at + c.len_utf8();
    }
    format!("{}{ending}", stem.get(..cut).unwrap_or_default().trim_end_matches(|c: char| c == '.' || c.is_whitespace()))
}

/// The stem, and the ending with its dot if it is a short one.
fn split_ending(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= 16 => name.split_at(at),
        _ => (name, ""),
    }
}

/// How two names are compared that must not meet on any file system.
pub fn folded(path: &str) -> String {
    // Upper case first: it makes one of letters that have two small ones.
    path.nfc().collect::<String>().to_uppercase().to_lowercase().nfc().collect()
}

/// Hands out paths, no two of which are the same anywhere.
#[derive(Debug, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// A path of these names, made safe; where there is one already, with a number before its ending.
    pub fn take(&mut self, folders: &[&str], name: &str) -> String {
        let folder = folders.iter().fold(String::new(), |path, folder| path + &safe(folder) + "/");
        let name = safe(name);
        let (stem, ending) = split_ending(&name);
        let mut path = format!("{folder}{name}");
        let mut number = 2;
        while !self.0.insert(folded(&path)) {
            path = format!("{folder}{stem} ({number}){ending}");
            number += 1;
        }
        path
    }
}

/// Why a path in an archive is not to be unpacked; none if it is safe.
pub fn fault(path: &str) -> Option<&'static str> {
    if path.is_empty() || path.len() > LONGEST_PATH {
        return Some("its length");
    }
    let drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with('/')
        || path.contains('\\')
        || drive
        || path.split('/').any(|part| part.is_empty() || part == "." || part == "..")
    {
        return Some("it may lead out of its folder");
    }
    path.split('/')
        .any(|part| safe_within(part, LONGEST_READ) != part.nfc().collect::<String>())
        .then_some("a name that not every system takes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_made_safe() {
        for (name, safe_name) in [
            ("3.1.10[b].pdf", "3.1.10[b].pdf"),
            ("Zugriffsübersicht.xlsx", "Zugriffsübersicht.xlsx"),
            ("re\u{301}sume\u{301}.txt", "résumé.txt"),
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("CON", "_CON"),
            ("con.tar.gz", "_con.tar.gz"),
            ("LPT¹.txt", "_LPT¹.txt"),
            ("console.txt", "console.txt"),
            ("a.", "a"),
            ("a. . ", "a"),
            ("..", "_"),
            ("", "_"),
            ("a<b>:\"|?*\u{7}\u{202e}.txt", "a_b________.txt"),
        ] {
            assert_eq!(safe(name), safe_name, "{name:?}");
            assert_eq!(fault(&safe(name)), None, "{name:?}");
        }
        let long = safe(&format!("{}.docx", "ü".repeat(300)));
        assert!(long.len() <= LONGEST && long.ends_with("ü.docx"));
        let device = safe(&format!("con.{}", "a".repeat(LONGEST - 4)));
        assert!(device.len() <= LONGEST && device.starts_with("_con.") && safe(&device) == device, "{device}");
    }

    #[test]
    fn no_two_paths_meet() {
        let mut names = Names::default();
        assert_eq!(names.take(&["AC.L2-3.1.1", "[a]"], "Policy.PDF"), "AC.L2-3.1.1/[a]/Policy.PDF");
        assert_eq!(names.take(&["AC.L2-3.1.1", "[a]"], "policy.pdf"), "AC.L2-3.1.1/[a]/policy (2).pdf");
        assert_eq!(names.take(&["AC.L2-3.1.1", "[a]"], "policy (2).pdf"), "AC.L2-3.1.1/[a]/policy (2) (2).pdf");
        assert_eq!(names.take(&["AC.L2-3.1.1", "[b]"], "policy.pdf"), "AC.L2-3.1.1/[b]/policy.pdf");
        assert_eq!(names.take(&[".."], "x"), "_/x");
    }

    #[test]
    fn dangerous_paths_are_named() {
        for path in ["", "/etc/passwd", "a/../../b", "..", "C:/x", "C:\\x", "a\\b", "a//b", "a/", "./a"] {
            assert!(fault(path).is_some(), "{path}");
        }
        for path in ["aux.txt", "a/b. ", "a?b", "a\u{202e}b"] {
            assert_eq!(fault(path), Some("a name that not every system takes"), "{path:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_safe_and_different(names in prop::collection::vec(any::<String>(), 1..20)) {
            let mut taken = Names::default();
            let mut seen = HashSet::new();
            for name in &names {
                let path = taken.take(&[name, "x"], name);
                prop_assert_eq!(fault(&path), None, "{:?}", path);
                prop_assert!(seen.insert(folded(&path)));
            }
        }

        #[test]
        fn making_safe_twice_changes_nothing(name in any::<String>()) {
            prop_assert_eq!(safe(&safe(&name)), safe(&name));
        }
    }
}
