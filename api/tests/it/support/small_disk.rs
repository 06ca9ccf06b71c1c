//! A small file system of its own, to be filled. Needs root and mount; where that is not to be had the test says so.

use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Not a silent pass: whoever reads the output sees what was not tested.
#[expect(clippy::print_stderr, reason = "the test runner shows it")]
fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}

/// A mounted tmpfs; unmounted when dropped.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// Mounts one of some MiB.
    pub fn mount(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={mebibytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        skipped("a small file system can't be mounted here (root is needed)");
        None
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Gives it more room.
    pub fn grow(&self, mebibytes: u32) {
        let options = format!("remount,size={mebibytes}m");
        let status = Command::new("mount").args(["-o", &options]).arg(self.path()).status().expect("mount");
        assert!(status.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a file may still be open in a connection that is being closed.
        let _unmounted = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
