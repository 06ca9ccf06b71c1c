//! What is told to a collector outside (a SIEM): a line of JSON for each event, when its change is committed and not before.
//!
//! The log in the database is the record; the lines are a copy for watching. A process that is killed between commit and line loses
//! the line, which the sequence numbers show, and the export gives what is missing.

use platform::Platform;
use platform::lines::LineSink;
use std::sync::{Arc, Mutex, PoisonError};

/// The lines of one change.
#[derive(Clone, Default)]
pub(crate) struct Told(Option<Arc<Waiting>>);

struct Waiting {
    sink: LineSink,
    lines: Mutex<Vec<String>>,
}

impl Told {
    pub(crate) fn of(platform: &Platform) -> Self {
        Self(platform.audit_lines.clone().map(|sink| Arc::new(Waiting { sink, lines: Mutex::new(Vec::new()) })))
    }

    /// Whether anybody listens.
    pub(crate) fn wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Keeps a line until the commit.
    pub(crate) fn tell(&self, line: &serde_json::Value) {
        if let Some(waiting) = &self.0 {
            waiting.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_string());
        }
    }

    /// The change is committed.
    pub(crate) fn send(&self) {
        if let Some(waiting) = &self.0 {
            for line in waiting.lines.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
                waiting.sink.write(line);
            }
        }
    }
}
