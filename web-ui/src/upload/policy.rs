//! What the server takes, and which way a file goes. Refused here only what the server would refuse in any case.

use crate::format;
use shared_types::evidence::UploadPolicy;

/// A browser opens six connections to one origin over HTTP/1.1: two stay for the pages.
const CONNECTIONS: usize = 4;

/// How many files may go at the same time: as the server says, and as the browser can. One while the server's word is not known.
pub fn at_once(policy: Option<&UploadPolicy>) -> usize {
    policy.map_or(1, |policy| usize::try_from(policy.max_parallel).unwrap_or(usize::MAX).clamp(1, CONNECTIONS))
}

/// The way of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// One request.
    Direct,
    /// tus.
    Resumable,
}

/// The way of a file, or why it can't go.
pub fn way(policy: &UploadPolicy, name: &str, size: u64) -> Result<Way, String> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    let allowed = extension.as_ref().is_some_and(|extension| policy.extensions.contains(extension));
    if !allowed {
        let what =
            extension.map_or_else(|| "Files without an extension".to_owned(), |extension| format!("Files of type .{extension}"));
        return Err(format!("{what} are not accepted. Accepted: {}.", policy.extensions.join(", ")));
    }
    if size == 0 {
        return Err("The file is empty.".to_owned());
    }
    if size > policy.resumable_max_bytes {
        return Err(format!(
            "{} is more than the {} that one file may have.",
            format::size(size),
            format::size(policy.resumable_max_bytes)
        ));
    }
    Ok(if size <= policy.direct_max_bytes { Way::Direct } else { Way::Resumable })
}

/// For the file picker.
pub fn accept(policy: &UploadPolicy) -> String {
    policy.extensions.iter().map(|extension| format!(".{extension}")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::files::Quota;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn policy() -> UploadPolicy {
        UploadPolicy {
            direct_max_bytes: 10,
            resumable_max_bytes: 100,
            extensions: vec!["pdf".into(), "txt".into()],
            chunk_bytes: 5,
            max_parallel: 20,
            user_quota: Quota::default(),
            system_quota: Quota::default(),
        }
    }

    #[test]
    fn the_server_says_how_many_go_and_the_browser_how_many_can() {
        let of = |max_parallel| at_once(Some(&UploadPolicy { max_parallel, ..policy() }));
        assert_eq!((at_once(None), of(0), of(1), of(3), of(20)), (1, 1, 1, 3, CONNECTIONS));
    }

    #[test]
    fn the_size_decides_the_way() {
        assert_eq!(way(&policy(), "a.pdf", 10), Ok(Way::Direct));
        assert_eq!(way(&policy(), "A.PDF", 11), Ok(Way::Resumable));
        assert_eq!(way(&policy(), "a.txt", 100), Ok(Way::Resumable));
    }

    #[test]
    fn what_the_server_would_refuse_is_not_sent() {
        for (name, size, words) in [("a.exe", 1, ".exe"), ("a", 1, "without"), ("a.pdf", 0, "empty"), ("a.pdf", 101, "101 B")] {
            assert!(way(&policy(), name, size).unwrap_err().contains(words), "{name}");
        }
        assert_eq!(accept(&policy()), ".pdf,.txt");
    }
}
