//! Lines for a collector outside: to standard output, or appended to a file.
//!
//! A thread of its own writes them, so that a slow disk or pipe holds nobody up. The file is opened anew for each batch: it may be
//! rotated at any time.

use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Lines that may wait. More are dropped, and the log says so.
const QUEUE: usize = 10_000;

/// Takes lines. Cheap to clone; the thread ends with the last one.
#[derive(Clone)]
pub struct LineSink(SyncSender<String>);

impl LineSink {
    /// Begins; `stdout`, or the path of a file, which is made if absent. Fails where the file can't be opened.
    pub fn open(target: &str) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(QUEUE);
        let path = (target != "stdout").then(|| PathBuf::from(target));
        // A target that can't be written is told at the start, not at the first event.
        append(path.as_ref(), "")?;
        std::thread::Builder::new().name("lines".to_owned()).spawn(move || work(&receiver, path.as_ref()))?;
        Ok(Self(sender))
    }

    /// Takes a line, without its end.
    pub fn write(&self, line: String) {
        if self.0.try_send(line).is_err() {
            tracing::error!("an audit line for the collector was dropped; the audit log itself has it");
        }
    }
}

fn work(lines: &Receiver<String>, path: Option<&PathBuf>) {
    while let Ok(first) = lines.recv() {
        let mut batch = first + "\n";
        for line in lines.try_iter().take(1000) {
            batch.push_str(&line);
            batch.push('\n');
        }
        if let Err(error) = append(path, &batch) {
            tracing::error!(%error, "audit lines for the collector were not written; the audit log itself has them");
        }
    }
}

fn append(path: Option<&PathBuf>, text: &str) -> std::io::Result<()> {
    let Some(path) = path else {
        let mut out = std::io::stdout().lock();
        return out.write_all(text.as_bytes()).and_then(|()| out.flush());
    };
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_appended_and_a_bad_target_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let text = path.display().to_string();
        append(Some(&path), "a\n").unwrap();
        append(Some(&path), "b\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\nb\n");
        assert!(LineSink::open(&text).is_ok());
        assert!(LineSink::open(&folder.path().join("no/such/file").display().to_string()).is_err());
    }
}
